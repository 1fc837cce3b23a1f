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
  if (lines.some((_, at) => part.every((line, offset) => lines[at + offset] === line))) return current ?? '';
  const index = lines.findIndex((line) => line.includes(place.anchor));
  if (index === -1) throw new Error(`${listing.shownPath} has no line with "${place.anchor}"`);
  const at = place.where === 'after' ? index + 1 : index;
  lines.splice(at, place.where === 'replaces' ? 1 : 0, ...part);
  return lines.map((line) => `${line}\n`).join('');
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

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
