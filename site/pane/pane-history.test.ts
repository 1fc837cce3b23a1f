import { expect, test } from 'vitest';
import { PaneHistory } from './pane-history.ts';

const at = (path: string) => ({ host: 'flask.example', path });

test('back and forth, and a new page cuts off what lay ahead', () => {
  const history = new PaneHistory();
  for (const path of ['/a', '/b', '/c']) history.shown(at(path));
  expect(history.go(-1)).toEqual(at('/b'));
  history.shown(at('/b'));
  expect([history.canGoBack, history.canGoForward]).toEqual([true, true]);
  history.shown(at('/d'));
  expect(history.canGoForward).toBe(false);
  expect(history.go(-1)).toEqual(at('/b'));
});

test('a reload is no entry, and the ends are ends', () => {
  const history = new PaneHistory();
  expect(history.go(-1)).toBeNull();
  history.shown(at('/a'));
  history.shown(at('/a'));
  expect([history.canGoBack, history.canGoForward]).toEqual([false, false]);
});
