/**
 * Keys by the names that `<Press keys="…" />` uses. The one table: the parser, the page's button, the replay and
 * the browser tests all read it.
 */

interface Key {
  /** What a terminal sends for it. */
  readonly bytes: string;
  /** What a browser's `KeyboardEvent.key`, and so Playwright's keyboard, calls it. */
  readonly browser: string;
}

const NAMED = {
  Enter: { bytes: '\r', browser: 'Enter' },
  Esc: { bytes: '\x1b', browser: 'Escape' },
  Space: { bytes: ' ', browser: 'Space' },
  Tab: { bytes: '\t', browser: 'Tab' },
  Backspace: { bytes: '\x7f', browser: 'Backspace' },
  Up: { bytes: '\x1b[A', browser: 'ArrowUp' },
  Down: { bytes: '\x1b[B', browser: 'ArrowDown' },
  Left: { bytes: '\x1b[D', browser: 'ArrowLeft' },
  Right: { bytes: '\x1b[C', browser: 'ArrowRight' },
} satisfies Readonly<Record<string, Key>>;

export type ArrowKey = 'Up' | 'Down' | 'Left' | 'Right';

/** The names of keys that are not a single character. */
export const NAMED_KEYS: readonly string[] = Object.keys(NAMED);

/** What `<Press keys>` understands, in words. */
export const KEYS_IN_WORDS = `keys with blanks between them, each a character, Ctrl+C, Alt+X, or ${NAMED_KEYS.join(', ')}`;

/** Whether a text is a run of keys that can be pressed. */
export function areKeys(keys: string): boolean {
  const all = splitKeys(keys);
  return all.length > 0 && all.every((key) => findKey(key) !== null);
}

/** Keys in the order in which to press them: `Ctrl+X y Enter` is three. */
export function splitKeys(keys: string): readonly string[] {
  return keys.split(/\s+/).filter((key) => key !== '');
}

/**
 * The bytes that a terminal sends for a run of keys.
 * @throws {RangeError} for a key that is not in the table.
 */
export function bytesOfKeys(keys: string): string {
  return splitKeys(keys)
    .map((key) => requireKey(key).bytes)
    .join('');
}

/**
 * What an arrow key sends: in a program that has asked for it (application cursor keys), something other than at the
 * prompt.
 */
export function bytesOfArrow(key: ArrowKey, isApplication: boolean): string {
  return isApplication ? NAMED[key].bytes.replace('[', 'O') : NAMED[key].bytes;
}

/**
 * What Playwright's `keyboard.press` calls a key.
 * @throws {RangeError} for a key that is not in the table.
 */
export function browserKey(key: string): string {
  return requireKey(key).browser;
}

function requireKey(key: string): Key {
  const found = findKey(key);
  if (found === null) throw new RangeError(`There is no key called "${key}". Known are ${KEYS_IN_WORDS}.`);
  return found;
}

function findKey(key: string): Key | null {
  if (isNamed(key)) return NAMED[key];
  if (/^[!-~]$/.test(key)) return { bytes: key, browser: key };
  const control = /^Ctrl\+([A-Z@[\]\\^_])$/i.exec(key)?.[1];
  if (control !== undefined) {
    const bytes = String.fromCharCode(control.toUpperCase().charCodeAt(0) & 0x1f);
    return { bytes, browser: `Control+${control.toLowerCase()}` };
  }
  const alt = /^Alt\+([!-~])$/.exec(key)?.[1]?.toLowerCase();
  return alt === undefined ? null : { bytes: `\x1b${alt}`, browser: `Alt+${alt}` };
}

function isNamed(key: string): key is keyof typeof NAMED {
  return Object.hasOwn(NAMED, key);
}
