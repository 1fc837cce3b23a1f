/** File listings: how one grows out of the one before, and what a file holds when its editor is closed. */
import { diffArrays } from 'diff';
import type { Action, CommandAction, FileAction } from './model.ts';

/** Lines (from 1) of `content` that are not in `before`; none when there was no listing before. */
export function addedLines(before: string | undefined, content: string): readonly number[] {
  if (before === undefined) return [];
  const added: number[] = [];
  let line = 1;
  for (const part of diffArrays(linesOf(before), linesOf(content))) {
    if (part.removed) continue;
    if (part.added) {
      for (const [index, text] of part.value.entries()) if (text.trim() !== '') added.push(line + index);
    }
    line += part.value.length;
  }
  return added;
}

/**
 * What a file holds after a listing: the listing itself, or, for a part, `current` with the part put in its
 * place, unless it stands in `current` already. Throws when the anchor of a part is not in `current`.
 */
export function applyListing(
  current: string | null,
  listing: Pick<FileAction, 'content' | 'place' | 'shownPath'>,
): string {
  const { place, content } = listing;
  if (!place) return content;
  const lines = linesOf(current ?? '');
  const part = linesOf(content);
  if (compareListing(current, listing) === 'same') return current ?? '';
  const index = lines.findIndex((line) => line.includes(place.anchor));
  if (index === -1) throw new Error(`${listing.shownPath} has no line with "${place.anchor}"`);
  const at = place.where === 'after' ? index + 1 : index;
  lines.splice(at, place.where === 'replaces' ? 1 : 0, ...part);
  return lines.map((line) => `${line}\n`).join('');
}

/** How a copy of a file compares with a listing. */
export type ListingComparison = 'same' | 'different' | 'missing';

/**
 * Compares what the machine has (`null`: no such file) with a listing: the one rule for the page and the replay.
 * Blanks at the ends of lines and empty lines at the end of the file do not matter; a part is looked for in the whole,
 * line by line.
 */
export function compareListing(
  copy: string | null,
  listing: Pick<FileAction, 'content' | 'place'>,
): ListingComparison {
  if (copy === null) return 'missing';
  const lines = linesOf(trimLineEnds(copy));
  const wanted = linesOf(trimLineEnds(listing.content));
  const holds = listing.place
    ? indexOfLines(lines, wanted) !== -1
    : lines.length === wanted.length && indexOfLines(lines, wanted) === 0;
  return holds ? 'same' : 'different';
}

/** The text without blanks at the ends of lines and without empty lines at its end; ends in a newline. */
export function trimLineEnds(text: string): string {
  const lines = text.split('\n').map((line) => line.trimEnd());
  while (lines.at(-1) === '') lines.pop();
  return `${lines.join('\n')}\n`;
}

/**
 * The listing that an editor saves: the last of the file actions of its path that directly follow the command.
 * `actions` are those of the command's step. `undefined` when the command opens no editor or nothing follows.
 */
export function savedListing(actions: readonly Action[], command: CommandAction): FileAction | undefined {
  let saved: FileAction | undefined;
  for (const action of actions.slice(actions.indexOf(command) + 1)) {
    if (action.kind !== 'file' || action.path !== command.edits) break;
    saved = action;
  }
  return saved;
}

/** Where `part` begins in `lines`; -1 when it is not there. */
function indexOfLines(lines: readonly string[], part: readonly string[]): number {
  return lines.findIndex((_, at) => part.every((line, offset) => lines[at + offset] === line));
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
