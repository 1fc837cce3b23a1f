/** What a browser does with an answer that was asked for as a page: shows it, or saves it as a file. */
import { headerValue } from '../sandbox/http-message.ts';
import type { HeaderList } from '../sandbox/http-message.ts';
import { charsetOf, xmlCharset } from './html-charset.ts';

/** What the pane makes of an answer. */
export type PageType =
  /** HTML, to be shown after its addresses are rewritten. */
  | { readonly kind: 'html'; readonly contentType: string }
  /** SVG, to be shown as a picture in a page of our own: as a page itself it may hold all that HTML may. */
  | { readonly kind: 'drawing'; readonly contentType: string }
  /** Anything else that browsers show by themselves; of other XML, which may hold HTML too, they show the source. */
  | { readonly kind: 'other'; readonly contentType: string }
  /** A browser would save it. */
  | { readonly kind: 'file'; readonly contentType: string };

const XML = /^(?:text\/xml|application\/(?:xml|[\w.-]+\+xml))$/;
const SHOWN =
  /^(?:text\/(?:plain|css|markdown|javascript|ecmascript)|application\/(?:json|javascript|ecmascript|[\w.-]+\+json)|image\/(?:png|apng|jpeg|gif|webp|avif|bmp|x-icon|vnd\.microsoft\.icon)|(?:audio|video)\/(?:mp4|webm|ogg|mpeg|wav))$/;

export function pageType(headers: HeaderList, body: Uint8Array): PageType {
  const contentType = headerValue(headers, 'content-type') ?? guessType(body);
  const type = (contentType.split(';')[0] ?? '').trim().toLowerCase();
  const disposition = headerValue(headers, 'content-disposition') ?? '';
  if (/^\s*attachment\b/i.test(disposition)) return { kind: 'file', contentType: type };
  if (type === 'text/html') return { kind: 'html', contentType };
  const charset = charsetOf(contentType);
  if (type === 'image/svg+xml') return { kind: 'drawing', contentType: withCharset(type, charset) };
  if (XML.test(type)) {
    return { kind: 'other', contentType: withCharset('text/plain', charset ?? xmlCharset(body)) };
  }
  // Only what was looked at is passed on: of `text/plain;, text/html` browsers take the second.
  return SHOWN.test(type)
    ? { kind: 'other', contentType: withCharset(type, charset) }
    : { kind: 'file', contentType: type };
}

function withCharset(type: string, charset: string | null): string {
  return charset === null ? type : `${type};charset=${charset}`;
}

/** For an answer without a type, roughly as browsers guess. */
function guessType(body: Uint8Array): string {
  const begin = new TextDecoder('latin1').decode(body.subarray(0, 1024));
  if (
    /^\s*<(?:!doctype html|html|head|body|title|script|style|h1|div|p|a|br|b|table|!--)[\s>/-]?/i.test(begin)
  ) {
    return 'text/html';
  }
  return /[\x00-\x08\x0e-\x1a\x1c-\x1f]/.test(begin) ? 'application/octet-stream' : 'text/plain';
}
