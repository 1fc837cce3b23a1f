/**
 * Rewrites the addresses in a guest's HTML page, so that links, forms, pictures and frames lead to the pane's own
 * paths: what the page calls `/x` or `http://flask.example/x` lies elsewhere on the host that serves this site. The
 * page is parsed into a document of its own, in which nothing loads and no script runs.
 *
 * The policies (`header-policy.ts` and `confine-frames.ts`) hold whatever is missed here. Two things are taken out
 * here alone: links that open connections ahead of need, and frames whose page stands in an attribute (`srcdoc`).
 * Such a page may hold such links, and browsers do not agree whether a service worker sees what it loads (Chrome's
 * did not before 2025), so that it could ask this site, or another on its host, instead of the guest.
 */
import { paneTarget } from './address.ts';
import type { PaneLocation } from './address.ts';
import { decodeHtml } from './html-charset.ts';

/** Pages over this size are not shown: they would hold up the machine beside them. */
export const LARGEST_PAGE_BYTES = 4 * 1024 * 1024;

/** Attributes that hold one address, on any element. `<meta http-equiv=refresh>` does nothing in a frame without scripts. */
const ADDRESS = new Set(['href', 'src', 'action', 'formaction', 'poster', 'background']);
const ADDRESS_LIST = new Set(['srcset', 'imagesrcset']);
/** No policy covers these kinds of link: the browser asks for a name or connects as soon as it sees them. */
const CONNECTS = /(?:^|\s)(?:preconnect|dns-prefetch|prerender)(?:\s|$)/i;
/** What is written may be parsed into something else once more; a page that keeps changing wants to. */
const MOST_PASSES = 4;

/** The page to show instead, in UTF-8; `null` when it cannot be made safe. */
export function rewritePage(
  page: Uint8Array,
  contentType: string,
  from: PaneLocation,
  base: string,
): Uint8Array<ArrayBuffer> | null {
  const { text, charset } = decodeHtml(page, contentType);
  let html = text;
  for (let pass = 1; pass <= MOST_PASSES; pass++) {
    const document = new DOMParser().parseFromString(html, 'text/html');
    const removed = removeUnheld(document);
    if (pass > 1 && removed === 0) return new TextEncoder().encode(html);
    if (pass === 1) rewriteAddresses(document, addressRewriter(document, from, base));
    if (pass === 1 && !charset.startsWith('utf-')) keepCharset(document, charset);
    html = serialize(document);
  }
  return null;
}

/** Makes an address of a page the pane's own; `null` for what stays as it is. */
type Rewrite = (address: string) => string | null;

function addressRewriter(document: Document, from: PaneLocation, base: string): Rewrite {
  // The policy forbids `<base>` (it would change what paths mean), so what it says is done here.
  const declared = document.querySelector('base[href]')?.getAttribute('href') ?? null;
  for (const element of document.querySelectorAll('base')) element.removeAttribute('href');
  const own = `http://${from.address.host}${from.address.path}`;
  const baseUrl = declared !== null && URL.canParse(declared, own) ? new URL(declared, own).href : own;
  return (address) => {
    const trimmed = address.trim();
    if (trimmed === '' || (trimmed.startsWith('#') && baseUrl === own)) return null;
    return paneTarget(trimmed, from, base, baseUrl);
  };
}

function rewriteAddresses(root: Document | DocumentFragment, rewrite: Rewrite): void {
  for (const element of root.querySelectorAll('*')) {
    for (const attribute of element.attributes) {
      const name = attribute.localName;
      const rewritten = ADDRESS.has(name)
        ? rewrite(attribute.value)
        : ADDRESS_LIST.has(name)
          ? rewriteSrcset(attribute.value, rewrite)
          : null;
      if (rewritten !== null) attribute.value = rewritten;
    }
    if (element instanceof HTMLTemplateElement) rewriteAddresses(element.content, rewrite);
  }
}

/** What of an element no policy holds: all of it, its attribute `srcdoc`, or nothing. */
export function unheld(element: Pick<Element, 'localName' | 'getAttribute'>): 'element' | 'srcdoc' | null {
  if (element.localName === 'link' && CONNECTS.test(element.getAttribute('rel') ?? '')) return 'element';
  if (element.getAttribute('http-equiv')?.toLowerCase() === 'x-dns-prefetch-control') return 'element';
  return element.getAttribute('srcdoc') === null ? null : 'srcdoc';
}

/** Removes what no policy holds; returns in how many elements it was. */
function removeUnheld(root: Document | DocumentFragment): number {
  let removed = 0;
  for (const element of root.querySelectorAll('link, meta, template, [srcdoc]')) {
    const part = unheld(element);
    if (part === 'element') element.remove();
    else if (part === 'srcdoc') element.removeAttribute(part);
    if (part !== null) removed += 1;
    if (element instanceof HTMLTemplateElement) removed += removeUnheld(element.content);
  }
  return removed;
}

/** Forms are sent in the encoding of their page, which becomes UTF-8 here. */
function keepCharset(document: Document, charset: string): void {
  for (const form of document.querySelectorAll('form:not([accept-charset])')) {
    form.setAttribute('accept-charset', charset);
  }
}

function serialize(document: Document): string {
  // The parser drops one line break at the beginning of these.
  for (const element of document.querySelectorAll('pre, textarea, listing')) {
    if (element.firstChild instanceof Text && element.firstChild.data.startsWith('\n')) element.prepend('\n');
  }
  const { doctype } = document;
  return `${doctype === null ? '' : doctypeText(doctype)}${document.documentElement.outerHTML}`;
}

/** Whether a page is laid out by today's rules or by old ones depends on all three of its parts. */
function doctypeText({ name, publicId, systemId }: DocumentType): string {
  const quoted = (text: string): string => (text.includes('"') ? `'${text}'` : `"${text}"`);
  const parts = [
    ...(publicId === '' ? [] : ['PUBLIC', quoted(publicId)]),
    ...(publicId === '' && systemId !== '' ? ['SYSTEM'] : []),
    ...(systemId === '' ? [] : [quoted(systemId)]),
  ];
  return `<!DOCTYPE ${[name, ...parts].join(' ')}>\n`;
}

/** The addresses of a `srcset`; the descriptions behind them (`2x`, `640w`) stay. */
export function rewriteSrcset(srcset: string, rewrite: Rewrite): string {
  const rewritten: string[] = [];
  let rest = srcset.replace(/^[\s,]+/, '');
  while (rest !== '') {
    const end = rest.search(/\s|$/);
    const word = rest.slice(0, end);
    // An address may hold commas but does not end in one: that is where the next one begins.
    const address = word.replace(/,$/, '');
    const comma = word === address ? rest.indexOf(',', end) : end;
    const next = comma < 0 ? rest.length : comma;
    rewritten.push(`${rewrite(address) ?? address}${rest.slice(end, next).trimEnd()}`);
    rest = rest.slice(next).replace(/^[\s,]+/, '');
  }
  return rewritten.join(', ');
}
