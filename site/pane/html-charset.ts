/** The character encoding of a page, as browsers find it, and the text of one in HTML. */

/** A page's text and the encoding that it was in. */
export interface HtmlText {
  readonly text: string;
  /** Name by the Encoding Standard, such as `utf-8` or `windows-1252`. */
  readonly charset: string;
}

/** How far browsers look for `<meta charset>`; the declaration of XML ends far sooner. */
const META_WITHIN_BYTES = 1024;

/** Decodes a page. First comes the byte order mark, then the header, then the page's own word for it. */
export function decodeHtml(bytes: Uint8Array, contentType: string): HtmlText {
  const charset = byteOrderMark(bytes) ?? charsetOf(contentType) ?? fromMeta(bytes) ?? 'windows-1252';
  return { text: new TextDecoder(charset).decode(bytes), charset };
}

/** The encoding that a `Content-Type` names; `null` when it names none that browsers know. */
export function charsetOf(contentType: string): string | null {
  return known(/;\s*charset\s*=\s*"?\s*([^\s;"]+)/i.exec(contentType)?.[1]);
}

/** The encoding of XML by its own word. A byte order mark says more than this, but browsers see that by themselves. */
export function xmlCharset(bytes: Uint8Array): string {
  const begin = new TextDecoder('latin1').decode(bytes.subarray(0, META_WITHIN_BYTES));
  return known(/^<\?xml\s[^>]*?encoding\s*=\s*["']([^"']*)["']/.exec(begin)?.[1]) ?? 'utf-8';
}

function byteOrderMark([first, second, third]: Uint8Array): string | null {
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return first === 0xff && second === 0xfe ? 'utf-16le' : null;
}

function fromMeta(bytes: Uint8Array): string | null {
  const begin = new TextDecoder('latin1')
    .decode(bytes.subarray(0, META_WITHIN_BYTES))
    .replace(/<!--[\s\S]*?(?:-->|$)/g, '');
  const charset = known(/<meta\s[^>]*?charset\s*=\s*["']?\s*([^\s"'/>;]+)/i.exec(begin)?.[1]);
  if (charset === null) return null;
  // A page whose ASCII could be read is not in UTF-16, whatever it says.
  if (charset.startsWith('utf-16')) return 'utf-8';
  return charset === 'x-user-defined' ? 'windows-1252' : charset;
}

/** The standard's name for a label; `null` when browsers do not know it. */
function known(label: string | undefined): string | null {
  if (label === undefined) return null;
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return null;
  }
}
