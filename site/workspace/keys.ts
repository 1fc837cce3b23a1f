/** Names of keys, as `<Press>` writes them, and what a terminal sends for them. */

const NAMED: Readonly<Record<string, string>> = {
  Enter: '\r',
  Esc: '\x1b',
  Space: ' ',
  Tab: '\t',
  Up: '\x1b[A',
  Down: '\x1b[B',
};

/** `Ctrl+C`, or several with blanks between them. The parser has made sure that they are keys. */
export function bytesOfKeys(keys: string): string {
  return keys
    .trim()
    .split(/\s+/)
    .map((key) => {
      const control = /^Ctrl\+([A-Z@[\]\\^_])$/i.exec(key)?.[1];
      if (control !== undefined) return String.fromCharCode(control.toUpperCase().charCodeAt(0) & 0x1f);
      return NAMED[key] ?? key;
    })
    .join('');
}
