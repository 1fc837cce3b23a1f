/** What stands after a fence's backticks, and what stands in a `console` fence. */
import type { Report } from './error.ts';

/** A fence's keys: `until="Running on"` → text, `alternative` → `true`. */
export type FenceKeys = ReadonlyMap<string, string | true>;

const KEY = /^\s*([A-Za-z][\w-]*)(?:=(?:"([^"]*)"|'([^']*)'|([^\s"']+)))?(?=\s|$)/;

/** Reads a fence's keys; what is no key is reported. */
export function readFenceKeys(meta: string, line: number, report: Report): FenceKeys {
  const keys = new Map<string, string | true>();
  let rest = meta.trimEnd();
  while (rest !== '') {
    const match = KEY.exec(rest);
    if (!match?.[1]) {
      report(line, 'fence', `"${rest.trim()}" is no key; write key="value" or a bare key`);
      break;
    }
    if (keys.has(match[1])) report(line, match[1], 'given twice');
    keys.set(match[1], match[2] ?? match[3] ?? match[4] ?? true);
    rest = rest.slice(match[0].length);
  }
  return keys;
}

/** Reports the keys that a kind of fence does not know, and those that lack their value or have one too many. */
export function requireKeys(
  keys: FenceKeys,
  fence: string,
  allowed: { readonly withValue: readonly string[]; readonly bare: readonly string[] },
  line: number,
  report: Report,
): void {
  for (const [key, value] of keys) {
    if (allowed.withValue.includes(key)) {
      if (value === true || value.trim() === '') report(line, key, `needs a value: ${key}="…"`);
    } else if (allowed.bare.includes(key)) {
      if (value !== true) report(line, key, 'takes no value');
    } else {
      const known = [...allowed.withValue, ...allowed.bare];
      report(
        line,
        key,
        `unknown key of ${fence}; ${known.length > 0 ? `known are ${known.join(', ')}` : 'it takes none'}`,
      );
    }
  }
}

/** The whole number of a key, or `fallback` when the key is absent; what is no such number is reported. */
export function numberKey(
  keys: FenceKeys,
  key: string,
  { from, to, fallback }: { readonly from: number; readonly to: number; readonly fallback: number },
  line: number,
  report: Report,
): number {
  const value = keys.get(key);
  if (typeof value !== 'string') return fallback;
  const number = Number(value);
  if (Number.isInteger(number) && number >= from && number <= to) return number;
  report(line, key, `"${value}" is not a whole number from ${from} to ${to}`);
  return fallback;
}

/** The text of a key, as a property to spread; nothing when the key is absent. */
export function textKey<Key extends string>(keys: FenceKeys, key: Key): { readonly [Each in Key]?: string } {
  const value = keys.get(key);
  return typeof value === 'string' ? ({ [key]: value } as { readonly [Each in Key]: string }) : {};
}

/** A command of a `console` fence, and what it prints. */
export interface ConsoleLine {
  readonly command: string;
  readonly output: string;
  readonly line: number;
}

/**
 * Splits a `console` fence into its commands. `firstLine` is the line of the file on which its content begins.
 * Reports what a replay could not type: no command at all, output before the first one, a command that goes on
 * over several lines.
 */
export function readConsole(value: string, firstLine: number, report: Report): readonly ConsoleLine[] {
  const commands: { command: string; output: string[]; line: number }[] = [];
  for (const [index, text] of value.split('\n').entries()) {
    const line = firstLine + index;
    const current = commands.at(-1);
    if (text === '$' || text.startsWith('$ ')) {
      const command = text.slice(2).trim();
      const problem = whyNotOneLine(command);
      if (problem) report(line, 'console', problem);
      commands.push({ command, output: [], line });
    } else if (current) {
      current.output.push(text);
    } else if (text.trim() !== '') {
      report(line, 'console', 'output before the first command; a command begins with "$ "');
    }
  }
  if (commands.length === 0) {
    report(
      firstLine - 1,
      'console',
      'no command in it; a command begins with "$ " (a fence for output alone is ```text)',
    );
  }
  return commands.map(({ command, output, line }) => ({
    command,
    output: output.join('\n').trimEnd(),
    line,
  }));
}

function whyNotOneLine(command: string): string | null {
  if (command === '') return 'an empty command after "$ "';
  if (command.endsWith('\\')) return 'the command goes on over the next line; write it on one';
  if (/<<-?\s*['"\\]?\w/.test(command)) {
    return 'a here-document cannot be typed line by line; open the file in nano and show it in a fence with title="…"';
  }
  return null;
}
