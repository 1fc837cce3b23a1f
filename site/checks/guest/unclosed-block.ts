/** Which block of Nginx's configuration lacks its brace, by the indentation: Nginx notices it only further down. */
import { tokenise } from './nginx-syntax.ts';

export interface UnclosedBlock {
  /** Its first line, from 1, and what stands there. */
  readonly line: number;
  readonly text: string;
}

/** A row of the file, without its blanks. */
interface Row extends UnclosedBlock {
  readonly indent: string;
}

/** Blocks that are open at once; nobody's configuration has more. */
const MAX_OPEN = 200;

/** `null` when all are closed, or when the indentation does not tell. */
export function unclosedBlock(text: string): UnclosedBlock | null {
  const rows = text
    .split('\n')
    .map((row, at): Row => ({ line: at + 1, text: row.trim(), indent: /^[ \t]*/.exec(row)?.[0] ?? '' }));
  const open: Row[] = [];
  /** Where the open blocks of an indentation stand in `open`. */
  const owners = new Map<string, number[]>();
  const close = (from: number): readonly Row[] => {
    const closed = open.splice(from);
    for (const { indent } of closed) owners.get(indent)?.pop();
    return closed;
  };
  const unclosed: Row[] = [];
  for (const { text: sign, line, quoted } of tokenise(text)) {
    const row = rows[line - 1];
    if (quoted || row === undefined) continue;
    if (sign === '{') {
      if (open.length === MAX_OPEN) return null;
      owners.set(row.indent, [...(owners.get(row.indent) ?? []), open.length]);
      open.push(row);
    }
    if (sign !== '}') continue;
    const owner = owners.get(row.indent)?.at(-1);
    // A brace that lines up with an outer block closes that one.
    if (row.text.startsWith('}') && owner !== undefined) unclosed.push(...close(owner).slice(1));
    else close(-1);
  }
  const [first, ...others] = [...unclosed, ...open];
  return first === undefined || others.length > 0 ? null : { line: first.line, text: first.text };
}
