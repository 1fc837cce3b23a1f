/** A file that is not there: whether it was saved under another name, or in another folder. */
import type { FileStat } from '../../../sandbox/types.ts';
import type { CheckContext } from '../../guest/context.ts';
import { quote } from '../../guest/survey.ts';
import { baseName, closestLine } from '../../text.ts';

/** What a name may stand for: the types of files that a check can want. */
export type WantedType = Exclude<FileStat['type'], 'other'>;

/** Folders outside of the home in which the guides' own files lie. Of any other, nothing is ever moved. */
const GUIDE_FOLDERS =
  /^(\/etc\/systemd\/system|\/etc\/nginx\/(sites-available|sites-enabled|conf\.d)|\/etc\/init|\/etc\/uwsgi\/vassals|\/var\/www\/[^/]+)$/;

/** Endings that say what a file is. Two files with different ones are different files, however alike their names are. */
const ENDINGS = new Set(
  'py ini service conf config override sock socket timer log txt html css js json cfg pid md sh'.split(' '),
);

/** Endings that an editor adds. */
const ADDED_ENDING = /^(.+)\.(txt|save)$/;

/** As many letters may differ in a name; a longer name is another one. */
const MAX_EDITS = 2;

/** The folder is the reader's, or one in which the guides' files lie. */
export function isGuideFolder(folder: string, { home }: CheckContext): boolean {
  return folder === home || folder.startsWith(`${home}/`) || GUIDE_FOLDERS.test(folder);
}

/** The name in a folder that is likely the wanted one, misspelt; `null` when there is none. `listing`: as `listFolder` asks for it. */
export function misnamedAs(name: string, type: WantedType, listing: string): string | null {
  const candidates = listing
    .split('\n')
    .map((row) => /^(.+?)([/@=*|])?$/.exec(row))
    .flatMap((match) => (match === null ? [] : [{ name: match[1] ?? '', sign: match[2] ?? '' }]))
    .filter(({ sign }) => (sign === '*' ? '' : sign) === SIGNS[type])
    .map((candidate) => candidate.name);
  const added = candidates.find((candidate) => ADDED_ENDING.exec(candidate)?.[1] === name);
  if (added !== undefined) return added;
  const { stem, ending } = splitName(name);
  const without = type === 'file' && ending !== '' && candidates.includes(stem) ? stem : null;
  if (without !== null) return without;
  const alike = candidates.filter((candidate) => isSameKind(ending, splitName(candidate).ending));
  return closestLine(name, alike, Math.min(MAX_EDITS, Math.ceil(stem.length / 3)))?.text ?? null;
}

const SIGNS: Readonly<Record<WantedType, string>> = { file: '', directory: '/', symlink: '@', socket: '=' };

function splitName(name: string): { readonly stem: string; readonly ending: string } {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? { stem: name.slice(0, dot), ending: name.slice(dot + 1) } : { stem: name, ending: '' };
}

/** The endings are the same, or one is the other, misspelt. */
function isSameKind(wanted: string, other: string): boolean {
  return wanted === other || (wanted !== '' && other !== '' && !ENDINGS.has(other));
}

/**
 * A question whose answer is where else a file of this name lies: where people save it by mistake. A link is none.
 */
export function listElsewhere(folder: string, name: string, { home }: CheckContext): string {
  const parent = folder.slice(0, folder.lastIndexOf('/'));
  const places = [
    home,
    ...(folder === home || folder.startsWith(`${home}/`) ? [parent] : []),
    '/root',
    ...(folder === '/etc/systemd/system' ? ['/etc/systemd', '/etc/systemd/user', '/lib/systemd'] : []),
    ...(folder.startsWith('/etc/') ? ['/etc'] : []),
  ].filter((place) => place !== folder);
  const paths = [...new Set(places)].map((place) => quote(`${place === '/' ? '' : place}/${name}`));
  return `for f in ${paths.join(' ')} ${quote(folder)}/*/${quote(name)} ${quote(home)}/*/${quote(name)}; do [ -f "$f" ] && [ ! -L "$f" ] && echo "$f"; done; true`;
}

/** The first of the files that {@link listElsewhere} has found; only of a name that says what the file is. */
export function savedElsewhere(path: string, output: string): string | null {
  const { ending } = splitName(baseName(path));
  if (!ENDINGS.has(ending)) return null;
  return (
    output
      .split('\n')
      .find((other) => other !== '' && other !== path && !other.includes('/site-packages/')) ?? null
  );
}
