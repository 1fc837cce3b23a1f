/** What stands twice in Nginx's configuration: where the first is. */
import { parseNginxFile, type Directive } from '../../guest/nginx-syntax.ts';
import type { ConfigurationFile } from '../../guest/server-blocks.ts';

interface Place {
  readonly path: string;
  readonly line: number;
}

/** The first directive that is meant, in any file, at another place than `second`. */
export function findTwin(
  files: readonly ConfigurationFile[],
  second: Place,
  isMeant: (directive: Directive) => boolean,
): Place | null {
  const all = files.flatMap(({ path, text }) => flatten(parseNginxFile(text, path)));
  return placeOf(all.filter(isMeant).find(({ file, line }) => file !== second.path || line !== second.line));
}

/** The first directive that is meant in the block in which `second` stands. */
export function siblingsBefore(
  files: readonly ConfigurationFile[],
  second: Place,
  isMeant: (directive: Directive) => boolean,
): Place | null {
  const text = files.find(({ path }) => path === second.path)?.text ?? '';
  const search = (block: readonly Directive[]): readonly Directive[] | null => {
    if (block.some((directive) => directive.line === second.line && isMeant(directive))) return block;
    for (const { block: inner } of block) {
      const found = inner === undefined ? null : search(inner);
      if (found !== null) return found;
    }
    return null;
  };
  const block = search(parseNginxFile(text, second.path)) ?? [];
  return placeOf(block.find((directive) => directive.line < second.line && isMeant(directive)));
}

function flatten(directives: readonly Directive[]): readonly Directive[] {
  return directives.flatMap((directive) => [directive, ...flatten(directive.block ?? [])]);
}

function placeOf(directive: Directive | undefined): Place | null {
  return directive === undefined ? null : { path: directive.file, line: directive.line };
}

/** Endings of the copies that editors and people keep of a file. */
const COPY =
  /(?:\.(?:bak|save|old|orig|copy|backup|dpkg-\w+|rpm\w+|\d)|~|[-_.](?:bak|old|copy|backup)){1,5}$/;

/** One of two files in the same folder is a copy of the other, by its name. */
export function isCopy(
  one: string,
  other: string,
): { readonly path: string; readonly original: string } | null {
  for (const [path, original] of [
    [one, other],
    [other, one],
  ] as const) {
    if (path !== original && path.replace(COPY, '') === original) return { path, original };
  }
  return null;
}
