import { expect, test } from 'vitest';
import { rewriteSrcset, unheld } from './rewrite-page.ts';

/** The document itself is rewritten in the browser's tests. */
const rewrite = (address: string): string | null => (address.startsWith('/') ? `/pane${address}` : null);

test.each([
  ['/a.png', '/pane/a.png'],
  ['/a.png 2x', '/pane/a.png 2x'],
  ['/a.png, /b.png 2x', '/pane/a.png, /pane/b.png 2x'],
  ['  /a.png 1x ,/b,c.png  640w', '/pane/a.png 1x, /pane/b,c.png  640w'],
  ['data:image/png;base64,AAAA 1x, /b.png 2x', 'data:image/png;base64,AAAA 1x, /pane/b.png 2x'],
  ['', ''],
])('srcset="%s"', (srcset, expected) => {
  expect(rewriteSrcset(srcset, rewrite)).toBe(expected);
});

/** An element as far as it is looked at. */
function element(
  localName: string,
  attributes: Readonly<Record<string, string>>,
): Parameters<typeof unheld>[0] {
  return { localName, getAttribute: (name) => attributes[name] ?? null };
}

test.each([
  ['link', { rel: 'preconnect' }, 'element'],
  ['link', { rel: 'icon PreConnect' }, 'element'],
  ['link', { rel: 'dns-prefetch' }, 'element'],
  ['link', { rel: 'prerender' }, 'element'],
  ['meta', { 'http-equiv': 'X-DNS-Prefetch-Control' }, 'element'],
  ['iframe', { srcdoc: '<link rel=preconnect href=//127.0.0.1:9>' }, 'srcdoc'],
  ['iframe', { srcdoc: '' }, 'srcdoc'],
  ['iframe', { src: '/' }, null],
  ['link', { rel: 'stylesheet' }, null],
  ['meta', { name: 'viewport' }, null],
] as const)('what no policy holds is taken out: %s %o', (name, attributes, part) => {
  expect(unheld(element(name, attributes))).toBe(part);
});
