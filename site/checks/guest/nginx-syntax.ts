/** Nginx's configuration language, as far as the checks read it. */
export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly file: string;
  /** Line of its name, from 1. */
  readonly line: number;
  /** What stands between its braces; absent when it ends in a semicolon. */
  readonly block?: readonly Directive[];
}

interface Token {
  readonly text: string;
  readonly line: number;
  readonly quoted: boolean;
}

/**
 * Reads one configuration file. Never throws: a file that Nginx would refuse gives the directives that can
 * be told apart, because `nginx -t` is what says that it is wrong, and where.
 */
export function parseNginxFile(text: string, file: string): readonly Directive[] {
  return readBlock(tokenise(text), { at: 0 }, file, 0);
}

/** Deepest nesting that is read: a file can be nothing but braces. */
const MAX_DEPTH = 64;

function readBlock(
  tokens: readonly Token[],
  position: { at: number },
  file: string,
  depth: number,
): readonly Directive[] {
  const directives: Directive[] = [];
  let words: Token[] = [];
  const take = (block?: readonly Directive[]): void => {
    const [name, ...args] = words;
    words = [];
    if (name === undefined) return;
    directives.push({
      name: name.text,
      args: args.map(({ text }) => text),
      file,
      line: name.line,
      ...(block === undefined ? {} : { block }),
    });
  };
  while (position.at < tokens.length) {
    const token = tokens[position.at];
    position.at += 1;
    if (token === undefined) break;
    if (token.quoted) words.push(token);
    else if (token.text === ';') take();
    else if (token.text === '{') take(depth < MAX_DEPTH ? readBlock(tokens, position, file, depth + 1) : []);
    else if (token.text === '}') break;
    else words.push(token);
  }
  take();
  return directives;
}

/** Words, quoted texts, and the signs `;`, `{` and `}`, without comments. */
export function tokenise(text: string): readonly Token[] {
  const tokens: Token[] = [];
  // A comment, a quoted string, a sign of punctuation, or a word; in a word `${name}` belongs to it.
  const pattern = /#[^\n]*|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|[;{}]|(?:\$\{[^}\s]{0,128}\}|[^\s;{}])+/g;
  let line = 1;
  let counted = 0;
  for (const match of text.matchAll(pattern)) {
    for (; counted < match.index; counted += 1) if (text[counted] === '\n') line += 1;
    const quoted = match[1] ?? match[2];
    if (quoted !== undefined) tokens.push({ text: quoted, line, quoted: true });
    else if (!match[0].startsWith('#')) tokens.push({ text: match[0], line, quoted: false });
  }
  return tokens;
}

/** Every directive of this name, however deep. */
export function findAll(directives: readonly Directive[], name: string): readonly Directive[] {
  return directives.flatMap((directive) => [
    ...(directive.name === name ? [directive] : []),
    ...findAll(directive.block ?? [], name),
  ]);
}

/** The blocks that are open where a line begins, the outermost first: `['http', 'server']`. */
export function enclosingBlocks(text: string, line: number): readonly string[] {
  const open: string[] = [];
  let words: string[] = [];
  for (const token of tokenise(text)) {
    if (token.line >= line) break;
    if (!token.quoted && /^[;{}]$/.test(token.text)) {
      if (token.text === '{') open.push(words[0] ?? '');
      if (token.text === '}') open.pop();
      words = [];
    } else words.push(token.text);
  }
  return open;
}

/** How many braces open and close a block. */
export function countBraces(text: string): { readonly opened: number; readonly closed: number } {
  const count = (brace: string): number =>
    tokenise(text).filter(({ text: own, quoted }) => !quoted && own === brace).length;
  return { opened: count('{'), closed: count('}') };
}

/**
 * The first line that ends neither in `;`, `{` nor `}`: where a semicolon was left out. A directive whose next
 * line begins with a quote goes on there (`log_format`); `null` when every line is closed.
 */
export function lineWithoutSemicolon(text: string): { readonly line: number; readonly text: string } | null {
  const lines = text
    .split('\n')
    .map((line, index) => ({ line: index + 1, text: line.replace(/(^|\s)#.*/s, '').trim() }))
    .filter((line) => line.text !== '');
  for (const [index, line] of lines.entries()) {
    const goesOn = /^["']/.test(lines[index + 1]?.text ?? '');
    if (!/[;{}]$/.test(line.text) && !goesOn && !isBlockOpening(line.text)) return line;
  }
  return null;
}

/** `server` or `location /` whose brace was forgotten, or stands on the next line. */
function isBlockOpening(line: string): boolean {
  return /^(http|server|location|upstream|events|if)\b(?!_)/.test(line);
}

/** Signs that a text brings along from the web: blanks that are none, typographic quotes, a mark at a file's beginning. */
export type ForeignSign = 'blank' | 'quote' | 'mark';

const FOREIGN: readonly (readonly [ForeignSign, RegExp])[] = [
  ['mark', /\uFEFF|\u200B/],
  ['blank', /[\u00A0\u2007\u202F\u3000]/],
  ['quote', /[\u2018\u2019\u201A\u201C\u201D\u201E\u00AB\u00BB]/],
];

/** The lines with such signs, outside of comments. */
export function findForeign(text: string): readonly { readonly line: number; readonly sign: ForeignSign }[] {
  return text.split('\n').flatMap((raw, index) => {
    const line = raw.replace(/(^|\s)#.*/s, '');
    return FOREIGN.filter(([, pattern]) => pattern.test(line)).map(([sign]) => ({ line: index + 1, sign }));
  });
}

/** The first quoted text that goes on in the next line, or has no end: most often its second quote was left out. */
export function findQuoteAcrossLines(text: string): { readonly line: number; readonly text: string } | null {
  const pattern =
    /#[^\n]*|"(?:[^"\\]|\\.)*(?:"|$)|'(?:[^'\\]|\\.)*(?:'|$)|[;{}]|(?:\$\{[^}\s]{0,128}\}|[^\s;{}])+/g;
  const open = [...text.matchAll(pattern)].find(
    ([token]) => /^["']/.test(token) && (token.includes('\n') || !/^(["']).*\1$/s.test(token)),
  );
  if (open === undefined) return null;
  const line = text.slice(0, open.index).split('\n').length;
  return { line, text: (text.split('\n')[line - 1] ?? '').trim() };
}
