/** What can go wrong in one line of a file. Pure: text in, texts out. */
import { literal, type Word } from './mutation.ts';

/** How the lines of a file are written. `job` is Upstart's. */
export type Syntax = 'ini' | 'job' | 'nginx' | 'python';

export interface LineMutation {
  /** From 1. */
  readonly line: number;
  readonly what: string;
  /** The whole file, with the mistake. */
  readonly content: string;
  /** What only an answer about this very line has in it. */
  readonly exactly: readonly Word[];
}

/** A line in parts, which make it up again when joined. */
interface Parts {
  readonly before: string;
  readonly key: string;
  readonly between: string;
  readonly value: string;
  readonly after: string;
}

const LINES: Readonly<Record<Syntax, readonly RegExp[]>> = {
  ini: [/^(\s*)([^\s=[][^=]*?)(\s*=\s*)(.*?)(\s*)$/, /^(\s*\[)([^\]]+)()()(\].*)$/],
  job: [/^(\s*)(\S+)(\s+)(.*?)(\s*)$/, /^(\s*)(\S+)()()(\s*)$/],
  nginx: [/^(\s*)([^\s;{}]+)(\s+)(.*?)(\s*[;{].*)$/, /^(\s*)([^\s;{}]*)()()(.*)$/],
  python: [/^(\W*)(\w+)()(.*?)(\s*)$/, /^(.*)()()()()$/],
};

/** More paths of one line are not mutated: they are variations of the same mistake. */
const PATHS_OF_A_LINE = 3;

/** Shorter words are found in any text. */
const TELLING_LENGTH = 3;
/** Longer words are found in few texts. */
const COMMON_LENGTH = 6;

/** Every mutation of every meaningful line; two ways to the same content are one mutation. */
export function lineMutations(content: string, syntax: Syntax): readonly LineMutation[] {
  const lines = content.split('\n');
  const seen = new Set([content]);
  return lines.flatMap((line, index) => {
    if (line.trim() === '' || /^\s*[#;]/.test(line)) return [];
    const parts = partsOf(line, syntax);
    return variantsOf(line, parts, lines[index + 1], syntax).flatMap(([what, replacement, swapped]) => {
      const mutated = lines.toSpliced(index, swapped ? 2 : 1, ...replacement).join('\n');
      if (seen.has(mutated)) return [];
      seen.add(mutated);
      return [
        { line: index + 1, what, content: mutated, exactly: exactlyOf(index + 1, line, parts, replacement) },
      ];
    });
  });
}

/** A word with two neighbouring letters exchanged, as near to its middle as they differ; `null` when there are none. */
export function misspell(word: string): string | null {
  const middle = Math.floor(word.length / 2) - 1;
  const [at] = Array.from({ length: Math.max(0, word.length - 1) }, (_, index) => index)
    .filter((index) => word[index] !== word[index + 1])
    // A slip of the fingers is between two small letters rather than beside a sign.
    .sort((one, other) => oddness(word, one, middle) - oddness(word, other, middle));
  if (at === undefined) return null;
  return `${word.slice(0, at)}${word.slice(at + 1, at + 2)}${word.slice(at, at + 1)}${word.slice(at + 2)}`;
}

function oddness(word: string, at: number, middle: number): number {
  return Math.abs(at - middle) + (/^[a-z]{2}/.test(word.slice(at)) ? 0 : word.length);
}

/** A value whose last word is misspelt, or, if it has none, whose last number lacks its last digit. */
export function misspellValue(value: string): string | null {
  const word = [...value.matchAll(/[A-Za-z]{3,}/g)].at(-1);
  if (word !== undefined) {
    const wrong = misspell(word[0]);
    return wrong === null ? null : splice(value, word.index, word[0].length, wrong);
  }
  const number = [...value.matchAll(/\d{2,}/g)].at(-1);
  return number === undefined ? null : splice(value, number.index + number[0].length - 1, 1, '');
}

/** The value with one of its absolute paths wrong, once for each: a folder of the path is misspelt, or its only name. */
export function wrongPaths(value: string): readonly string[] {
  const paths = [...value.matchAll(/(?<![\w.%)$~/-])\/[\w.@%()-]+(?:\/[\w.@%()-]+)*/g)];
  return paths.slice(0, PATHS_OF_A_LINE).flatMap((found) => {
    const names = found[0].split('/');
    const place = names.length > 2 ? names.length - 2 : names.length - 1;
    const wrong = misspell(names[place] ?? '');
    return wrong === null
      ? []
      : [splice(value, found.index, found[0].length, names.with(place, wrong).join('/'))];
  });
}

/** What the mistake is, the lines in place of this one, and whether they are in place of the next as well. */
type Variant = readonly [what: string, replacement: readonly string[], swapped?: boolean];

function variantsOf(
  line: string,
  parts: Parts,
  next: string | undefined,
  syntax: Syntax,
): readonly Variant[] {
  const { key, value } = parts;
  const changed = (what: string, change: Partial<Parts> | null): readonly Variant[] =>
    change === null
      ? []
      : [[`${what}: ${join({ ...parts, ...change }).trim()}`, [join({ ...parts, ...change })]]];
  const wrongKey = misspell(key);
  const wrongValue = misspellValue(value);
  const quotable = syntax !== 'python' && value !== '' && !/["']/.test(value);
  return [
    [`deleted: ${line.trim()}`, []],
    ...changed('key misspelt', wrongKey === null ? null : { key: wrongKey }),
    ...changed('value misspelt', wrongValue === null ? null : { value: wrongValue }),
    ...(syntax === 'python' ? [] : wrongPaths(value)).flatMap((wrong) =>
      changed('wrong path', { value: wrong }),
    ),
    // Python and Nginx know that a comment may stand there.
    ...(syntax === 'python' || syntax === 'nginx'
      ? []
      : changed('comment behind it', { after: `${parts.after} # comment` })),
    ...changed('value in quotes', quotable ? { value: `"${value}"` } : null),
    ...(next === undefined || next.trim() === '' || next === line
      ? []
      : [[`swapped with the next: ${line.trim()}`, [next, line], true] as const]),
  ];
}

function partsOf(line: string, syntax: Syntax): Parts {
  for (const pattern of LINES[syntax]) {
    const found = pattern.exec(line);
    if (found === null) continue;
    const [, before = '', key = '', between = '', value = '', after = ''] = found;
    return { before, key, between, value, after };
  }
  return { before: line, key: '', between: '', value: '', after: '' };
}

function join({ before, key, between, value, after }: Parts): string {
  return before + key + between + value + after;
}

/**
 * The line and its neighbours by number (a parser often notices one line late), the line itself, its key as code, and its
 * words: those that are only in the mistake, however short, and of the others those that are in few texts.
 */
function exactlyOf(
  line: number,
  text: string,
  { key, value }: Parts,
  replacement: readonly string[],
): readonly Word[] {
  const numbers = `${line - 1}|${line}|${line + 1}`;
  const right = new Set([key, ...wordsOf(value)]);
  const wrong = replacement.flatMap(wordsOf).filter((word) => !right.has(word));
  const rare = [...right].filter((word) => /[./:@%-]|\d/.test(word) || word.length > COMMON_LENGTH);
  const words = new Set([...wrong, ...rare].filter((word) => word.length >= TELLING_LENGTH));
  return [
    new RegExp(String.raw`\b[Ll]ines? (?:${numbers})\b|:(?:${numbers})\b`),
    ...[text, ...replacement]
      .map((each) => each.trim())
      .filter((each) => each.length > COMMON_LENGTH)
      .map((each) => new RegExp(literal(each))),
    ...(key === '' ? [] : [new RegExp(String.raw`[\x60"'[]${literal(key)}\b|\b${literal(key)} ?=`)]),
    ...words,
  ];
}

/** What is between blanks, quotes and such. */
function wordsOf(text: string): readonly string[] {
  return text.split(/[\s;"'=,()[\]{}]+/).filter((word) => word !== '');
}

function splice(text: string, at: number, length: number, replacement: string): string {
  return text.slice(0, at) + replacement + text.slice(at + length);
}
