/** Small helpers with text, for every part of the room. */

/** The last lines of a text, without empty ones. */
export function lastLines(text: string, count: number): string {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-count)
    .join('\n');
}

/** A path or an address without slashes at its end. */
export function trimSlashes(path: string): string {
  let end = path.length;
  while (end > 1 && path[end - 1] === '/') end -= 1;
  return path.slice(0, end);
}

/**
 * The candidate most like a text, when they differ in at most `maxEdits` characters and have something in
 * common; `line` counts from 1. `null` when none is near.
 */
export function closestLine(
  wanted: string,
  candidates: readonly string[],
  maxEdits: number,
): { readonly line: number; readonly text: string } | null {
  let best: { line: number; text: string; edits: number } | null = null;
  for (const [index, text] of candidates.entries()) {
    const edits = editDistance(wanted.trim(), text.trim());
    if (edits <= maxEdits && edits < wanted.trim().length && edits < (best?.edits ?? Infinity)) {
      best = { line: index + 1, text, edits };
    }
  }
  return best === null ? null : { line: best.line, text: best.text };
}

/** Levenshtein's distance: insertions, deletions and replacements of one character. */
function editDistance(one: string, other: string): number {
  let previous = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const replaced = (previous[column - 1] ?? 0) + (one[row - 1] === other[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[other.length] ?? 0;
}

/** Longest piece of a page's text that is shown or looked for. */
const EXCERPT = 120;

/** The beginning of a page's text, without tags. */
export function excerpt(body: string): string {
  const text = plain(body);
  return text.length > EXCERPT ? `${text.slice(0, EXCERPT)}…` : text || '(nothing)';
}

/** The first line of a page's text, or its beginning, as it stands there: no tags and no control characters. `''` when there is none. */
export function firstLine(body: string): string {
  const line = body
    .replaceAll(TAG, ' ')
    .split(/\p{Cc}/u)
    .find((part) => part.trim() !== '');
  return plain(line ?? '')
    .slice(0, EXCERPT)
    .trim();
}

const TAG = /<[^<>]*>/g;

function plain(body: string): string {
  return body.replaceAll(TAG, ' ').replaceAll(/\s+/g, ' ').trim();
}

/** The folder of a path. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

/** The last name of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
