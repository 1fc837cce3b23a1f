import { afterEach, expect, test, vi } from 'vitest';
import { confineFrames } from './confine-frames.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

test('a page gets one policy for its pane, however often the pane begins anew', () => {
  const head: unknown[] = [];
  vi.stubGlobal('document', {
    createElement: () => ({}),
    head: { append: (element: unknown) => head.push(element) },
  });
  for (let times = 0; times < 3; times++) confineFrames('https://learn.example/pane/p1/');
  expect(head).toEqual([
    { httpEquiv: 'Content-Security-Policy', content: 'frame-src https://learn.example/pane/p1/' },
  ]);
});
