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

test('what is saved comes back, with the page that was shown', () => {
  const history = new PaneHistory();
  for (const path of ['/a', '/b', '/c']) history.shown(at(path));
  history.go(-1);
  const { history: saved, index } = history.save();
  const later = new PaneHistory();
  later.restore(saved, index);
  expect(later.current).toEqual(at('/b'));
  expect([later.canGoBack, later.canGoForward]).toEqual([true, true]);
  later.restore([...saved, 'ftp://no'], 99);
  expect(later.current).toEqual(at('/c'));
  later.restore([], 3);
  expect(later.current).toBeNull();
});
