/** What only several files together show: two students with one browser, events that were copied, a key that changed. */
import { finding, type Finding } from '../../evidence/finding.ts';
import type { Assignment } from '../assignment.ts';
import { findChapter, type Catalog } from '../catalog.ts';
import { grouped } from './grouped.ts';
import type { StudentFile } from './read-file.ts';

/** A file, and whose it is. */
export interface OwnedFile {
  readonly owner: string;
  /** As the owner is shown. */
  readonly name: string;
  readonly file: StudentFile;
}

/** For each file, by its place in the list. */
export function acrossFiles(files: readonly OwnedFile[]): readonly (readonly Finding[])[] {
  const byHash = grouped(files, ({ file }) => [file.hash]);
  const byKey = grouped(files, ({ file }) => [file.keyId]);
  const byVisit = new Map(
    [...grouped(files, ({ file }) => file.visits)].filter(
      ([, group]) => new Set(group.map(({ file }) => file.keyId)).size > 1,
    ),
  );
  const byOwner = grouped(files, ({ owner }) => [owner]);
  return files.map((own) => {
    const { file } = own;
    const twins = others(own, byHash.get(file.hash));
    const sharing = others(own, byKey.get(file.keyId)).filter((one) => !twins.includes(one));
    const copied = file.visits
      .flatMap((visit) => others(own, byVisit.get(visit)))
      .filter((one) => one.file.keyId !== file.keyId);
    // Where no course site vouches for the student, the model names the files.
    const before =
      file.person !== null &&
      (byOwner.get(own.owner) ?? []).some(
        (one) => one.file.assignment.id === file.assignment.id && one.file.keyId !== file.keyId,
      );
    return [
      ...(copied.length > 0
        ? [
            finding(
              'copied-events',
              `Its record and that of the file of ${namesOf(copied)} have the very same events, signed by different browsers. One of them was copied from the other; the files do not show which.`,
            ),
          ]
        : []),
      ...(twins.length > 0
        ? [finding('same-file', `It is identical to the file of ${namesOf(twins)}.`)]
        : []),
      ...(sharing.length > 0
        ? [
            finding(
              'same-browser',
              `It was made in the same browser as the file of ${namesOf(sharing)}. They may share a computer.`,
            ),
          ]
        : []),
      ...(before
        ? [
            finding(
              'key-changed',
              'This student’s files come from several browsers: another computer, a private window, or a browser whose data was cleared.',
            ),
          ]
        : []),
    ];
  });
}

/** What a file's assignment and chapters are to those of the class and of this site. */
export function againstClass(
  { link, assignment, chapters }: StudentFile,
  wanted: { readonly link: string; readonly assignment: Assignment },
  catalog: Catalog,
): readonly Finding[] {
  if (assignment.id !== wanted.assignment.id)
    return [finding('other-assignment', 'It is for another assignment.')];
  const found: Finding[] = [];
  if (link !== wanted.link)
    found.push(
      finding(
        'assignment-differs',
        assignment.revision === wanted.assignment.revision
          ? 'Its assignment has the same number as the one that counts here, but different content.'
          : `It is for version ${assignment.revision + 1} of the assignment; version ${wanted.assignment.revision + 1} counts here.`,
      ),
    );
  const versions = chapters.flatMap(({ guide, chapter, print }) => {
    const assigned = wanted.assignment.chapters.find((one) => one.guide === guide && one.chapter === chapter);
    const here = findChapter(catalog, { guide, chapter })?.chapter;
    if (print === assigned?.print && print === here?.print) return [];
    return assigned ? [here?.title ?? chapter] : [];
  });
  if (versions.length > 0)
    found.push(
      finding(
        'content-differs',
        `This site, the assignment and the student’s site do not all have the same version of: ${versions.map((title) => `“${title}”`).join(', ')}.`,
      ),
    );
  return found;
}

/** Files of other students among these. */
function others(own: OwnedFile, files: readonly OwnedFile[] = []): readonly OwnedFile[] {
  return files.filter(({ owner }) => owner !== own.owner);
}

/** At most three names: a class may have handed in one file. */
function namesOf(files: readonly OwnedFile[]): string {
  const names = [...new Set(files.map(({ name }) => name))];
  const shown = names.slice(0, 3);
  if (names.length > shown.length) shown.push(`${names.length - shown.length} others`);
  return new Intl.ListFormat('en-GB').format(shown);
}
