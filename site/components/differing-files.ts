/** Files of a guide that are on the machine as no listing has them. */
import { createTwoFilesPatch } from 'diff';
import { applyListing, compareListing, trimLineEnds } from '../chapter/listing.ts';
import type { Chapter, FileAction } from '../chapter/model.ts';

export interface DifferingFile {
  readonly path: string;
  /** A unified diff, from the last listing to the machine's copy; `null` when there is no such file. */
  readonly diff: string | null;
}

/** Letters of one difference; what is longer is cut. */
const LONGEST_DIFF = 8000;
const MOST_FILES = 40;

/**
 * Compares the files that these chapters write, in their order. One that is as any of its listings is in order: it may
 * not have come further yet. `read` resolves with a file's text, `null` when there is none; what it rejects is left out.
 */
export async function differingFiles(
  chapters: readonly Pick<Chapter, 'steps'>[],
  read: (path: string) => Promise<string | null>,
): Promise<readonly DifferingFile[]> {
  const listings = new Map<string, FileAction[]>();
  for (const action of chapters.flatMap(({ steps }) => steps.flatMap(({ actions }) => actions)))
    if (action.kind === 'file') listings.set(action.path, [...(listings.get(action.path) ?? []), action]);
  const differing: DifferingFile[] = [];
  for (const [path, ofPath] of [...listings].slice(0, MOST_FILES)) {
    const copy = await read(path).catch(() => undefined);
    const last = ofPath.at(-1);
    if (copy === undefined || !last) continue;
    if (ofPath.some((listing) => compareListing(copy, listing) === 'same')) continue;
    differing.push({ path, diff: copy === null ? null : differenceOf(copy, last) });
  }
  return differing;
}

function differenceOf(copy: string, listing: FileAction): string {
  const { path } = listing;
  const wanted = trimLineEnds(wantedText(copy, listing));
  const patch = createTwoFilesPatch(path, path, wanted, trimLineEnds(copy), 'listing', 'machine');
  if (patch.length <= LONGEST_DIFF) return patch;
  return `${patch.slice(0, patch.lastIndexOf('\n', LONGEST_DIFF))}\n… the rest is left out\n`;
}

function wantedText(copy: string, listing: FileAction): string {
  try {
    return applyListing(copy, listing);
  } catch {
    return listing.content; // The line at which the part belongs is not there: show the part itself.
  }
}
