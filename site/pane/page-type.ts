/** What a browser does with an answer that was asked for as a page: shows it, or saves it as a file. */
import { headerValue } from '../sandbox/http-message.ts';
import type { HeaderList } from '../sandbox/http-message.ts';

/** What the pane makes of an answer. */
export type PageType =
  /** HTML, to be shown after its addresses are rewritten. */
  | { readonly kind: 'html'; readonly contentType: string }
  /** Anything else that browsers show by themselves. */
  | { readonly kind: 'other'; readonly contentType: string }
  /** A browser would save it. */
  | { readonly kind: 'file'; readonly contentType: string };

const SHOWN =
  /^(?:text\/(?:plain|css|xml|markdown|javascript|ecmascript)|application\/(?:json|xml|javascript|ecmascript|xhtml\+xml|[\w.-]+\+(?:json|xml))|image\/(?:png|apng|jpeg|gif|webp|avif|bmp|svg\+xml|x-icon|vnd\.microsoft\.icon)|(?:audio|video)\/(?:mp4|webm|ogg|mpeg|wav))$/;

export function pageType(headers: HeaderList, body: Uint8Array): PageType {
  const contentType = headerValue(headers, 'content-type') ?? guessType(body);
  const type = (contentType.split(';')[0] ?? '').trim().toLowerCase();
  const disposition = headerValue(headers, 'content-disposition') ?? '';
  if (/^\s*attachment\b/i.test(disposition)) return { kind: 'file', contentType: type };
  if (type === 'text/html') return { kind: 'html', contentType };
  return SHOWN.test(type) ? { kind: 'other', contentType } : { kind: 'file', contentType: type };
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
