/** What a mutation is: one thing of a working machine, made wrong as a reader might. */

/** What a reader does so that a change takes effect. `units`: systemd reads its unit files again. */
export type Effect = 'units' | 'server' | 'job' | 'nginx';

/** A word that a text must have in it, as {@link mentions} finds it, or an expression that it must match. */
export type Word = string | RegExp;

export interface Mutation {
  /** Unique in its guide: what is mutated, and how. */
  readonly name: string;
  /** What is made wrong: a shell's commands, run as root. They fail when the mistake cannot be made. */
  readonly make: string;
  /** Takes it back. */
  readonly undo: string;
  readonly effects: readonly Effect[];
  /** Of these, what the check says must have one in it: then it speaks of what was mutated. */
  readonly about: readonly Word[];
  /** Words that only a precise answer has: the line's number, its key, its value. */
  readonly exactly: readonly Word[];
}

/** Whether a text speaks of something. A path is found whole: `/home` is not in `/home/sammy`. */
export function mentions(text: string, word: Word): boolean {
  if (word instanceof RegExp) return word.test(text);
  const escaped = literal(word);
  const before = word.startsWith('/') ? String.raw`(?<![\w.~-])` : String.raw`(?<![\w.-])`;
  return new RegExp(String.raw`${before}${escaped}(?!\.?[\w/-])`).test(text);
}

/** Writes a file in a shell; its owner and permissions stay as they are. */
export function writeCommand(path: string, content: string): string {
  return `base64 -d > '${path}' <<< ${Buffer.from(content).toString('base64')}`;
}

/** A text as a regular expression that matches just that. */
export function literal(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`);
}
