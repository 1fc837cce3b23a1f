/** Keys by the names that `<Press keys="…" />` uses, as the bytes that a terminal sends for them. */

const NAMED: Readonly<Record<string, string>> = {
  Enter: '\r',
  Esc: '\x1b',
  Tab: '\t',
  Backspace: '\x7f',
  Space: ' ',
  Up: '\x1b[A',
  Down: '\x1b[B',
  Right: '\x1b[C',
  Left: '\x1b[D',
  Home: '\x1b[H',
  End: '\x1b[F',
  PageUp: '\x1b[5~',
  PageDown: '\x1b[6~',
};

/**
 * Bytes for one key, such as `Ctrl+C`, `Alt+T`, `Enter` or `y`.
 * @throws {RangeError} for a key of no known name.
 */
export function keyToBytes(key: string): string {
  const control = /^Ctrl\+(.)$/i.exec(key)?.[1];
  if (control !== undefined) {
    const code = control.toUpperCase().charCodeAt(0);
    if (code >= 0x40 && code <= 0x5f) return String.fromCharCode(code & 0x1f);
  }
  const alt = /^Alt\+(.)$/i.exec(key)?.[1];
  if (alt !== undefined) return `\x1b${alt.toLowerCase()}`;
  const named = NAMED[key];
  if (named !== undefined) return named;
  if (/^.$/u.test(key)) return key;
  throw new RangeError(
    `There is no key called "${key}". Known: Ctrl+letter, Alt+letter, ${Object.keys(NAMED).join(', ')}.`,
  );
}

/** Keys in the order in which to press them: `Ctrl+X y Enter` are three. */
export function splitKeys(keys: string): string[] {
  return keys.split(' ').filter((key) => key !== '');
}
