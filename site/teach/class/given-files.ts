/** Files that were chosen, or dropped with their folders, with the paths that they had. */
import type { GivenFile } from '../../evidence/submissions.ts';

/** More are not looked at: a whole disk may have been dropped. */
const MOST_FILES = 20_000;

export function chosenFiles(files: Iterable<File>): readonly GivenFile[] {
  return [...files].map((file) => ({ path: file.webkitRelativePath || file.name, content: file }));
}

/** Call it within the event: what was dropped can be asked for only then. A folder that cannot be read is left out. */
export async function droppedFiles(dropped: DataTransfer): Promise<readonly GivenFile[]> {
  const entries = [...dropped.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) return chosenFiles(dropped.files);
  const files: GivenFile[] = [];
  for (const entry of entries) await collect(entry, files);
  return files;
}

async function collect(entry: FileSystemEntry, files: GivenFile[]): Promise<void> {
  if (files.length >= MOST_FILES) return;
  if (isFile(entry)) {
    const content = await new Promise<File | null>((resolve) => entry.file(resolve, () => resolve(null)));
    if (content) files.push({ path: entry.fullPath.replace(/^\//, ''), content });
    return;
  }
  if (!isFolder(entry)) return;
  const reader = entry.createReader();
  // It gives some at a time, and nothing at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve) =>
      reader.readEntries(resolve, () => resolve([])),
    );
    if (some.length === 0) return;
    for (const one of some) await collect(one, files);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
