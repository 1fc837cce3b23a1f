import { expect, test } from 'vitest';
import { rewriteSrcset } from './rewrite-page.ts';

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
