/**
 * The hand-ins in what an instructor gives: files, or the zip of all submissions as a course site makes it. Such a zip is
 * opened, and no zip inside of it but the hand-ins themselves. Those are known by what they hold: some browsers and course
 * sites give them another name.
 */
import { EVIDENCE_SUFFIX } from './format.ts';
import { isHandIn } from './read.ts';
import { RefusedFile } from './refused-file.ts';
import { BOMB, entriesOf, type ZipEntry } from './zip.ts';

/** A file, and where it lay: folders and name, with `/` between them. */
export interface GivenFile {
  readonly path: string;
  readonly content: Blob;
}

/** A file that is not read, and a sentence about it. */
export interface Refusal {
  readonly path: string;
  readonly problem: string;
}

export interface Submissions {
  readonly files: readonly GivenFile[];
  readonly refused: readonly Refusal[];
}

/** `handIn`: bytes of one that has its name, or that of a zip; `unnamed`: of anything else that is looked into. */
const MOST = { entries: 20_000, handIns: 3000, handIn: 128_000_000, unnamed: 1_000_000 } as const;
/** A hand-in is packed already, so as an entry of a zip it hardly packs again. A small one may. Bytes. */
const PACKED_AGAIN = { ratio: 250, any: 65_536 } as const;
const TOO_MANY = `More than ${MOST.handIns.toLocaleString('en-GB')} files were given at once. Reload the page and give it the rest.`;
/** What operating systems put beside files. */
const LITTER = /(?:^|\/)(?:__MACOSX\/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)/;

/** Never rejects: a file that cannot be read is among `refused`. */
export async function submissionsIn(given: readonly GivenFile[]): Promise<Submissions> {
  const files: GivenFile[] = [];
  const refused: Refusal[] = [];
  for (const file of given) {
    if (LITTER.test(file.path)) continue;
    try {
      const found = await lookInto(file);
      files.push(...found.files);
      refused.push(...found.refused);
    } catch (error) {
      refused.push({ path: file.path, problem: sayWhy(error) });
    }
  }
  for (const { path } of files.splice(MOST.handIns)) refused.push({ path, problem: TOO_MANY });
  return { files, refused };
}

/** What is said of a file that could not be read. */
export function sayWhy(error: unknown): string {
  return error instanceof RefusedFile ? error.message : 'The browser could not read it. Choose it again.';
}

async function lookInto(file: GivenFile): Promise<Submissions> {
  if (isNamed(file.path)) return { files: [file], refused: [] };
  const entries = await entriesOf(file.content, MOST.entries);
  if (entries === null)
    return refuse(file.path, `It is neither a ${EVIDENCE_SUFFIX} file nor a zip, so it was left out.`);
  if (isHandIn(entries)) return { files: [file], refused: [] };
  const files: GivenFile[] = [];
  const refused: Refusal[] = [];
  for (const entry of entries) {
    if (LITTER.test(entry.name)) continue;
    const path = `${file.path}/${entry.name}`;
    if (files.length >= MOST.handIns) {
      refused.push({ path, problem: TOO_MANY });
      continue;
    }
    try {
      const content = await handInOf(entry);
      if (content) files.push({ path, content });
      else refused.push({ path, problem: sayForeign(entry) });
    } catch (error) {
      refused.push({ path, problem: sayWhy(error) });
    }
  }
  if (files.length + refused.length === 0) return refuse(file.path, 'There is no hand-in in it.');
  return { files, refused };
}

/** `null` for what is none. @throws {RefusedFile} for what has the name of one, and cannot be opened. */
async function handInOf(entry: ZipEntry): Promise<Blob | null> {
  if (isNamed(entry.name)) return contentOf(entry);
  if (!isZip(entry) && entry.size > MOST.unnamed) return null;
  try {
    const content = await contentOf(entry);
    const inside = await entriesOf(content, MOST.entries);
    return inside && isHandIn(inside) ? content : null;
  } catch {
    return null;
  }
}

function sayForeign(entry: ZipEntry): string {
  return isZip(entry)
    ? 'It is a zip within a zip and was not opened. Unpack it, and give this page the files in it.'
    : `It is not a ${EVIDENCE_SUFFIX} file, so it was left out.`;
}

function isZip({ name }: ZipEntry): boolean {
  return /\.zip$/i.test(name);
}

/** @throws {RefusedFile} */
async function contentOf(entry: ZipEntry): Promise<Blob> {
  if (entry.size > PACKED_AGAIN.any && entry.size > entry.packed * PACKED_AGAIN.ratio)
    throw new RefusedFile(BOMB);
  return new Blob([await entry.open(MOST.handIn)]);
}

function refuse(path: string, problem: string): Submissions {
  return { files: [], refused: [{ path, problem }] };
}

function isNamed(path: string): boolean {
  return path.toLowerCase().endsWith(EVIDENCE_SUFFIX);
}
