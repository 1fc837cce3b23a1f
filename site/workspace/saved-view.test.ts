import { expect, it } from 'vitest';
import { decodeView, encodeView, type SavedView } from './saved-view.ts';

const VIEW: SavedView = {
  terminals: [
    { text: '\x1b[31mred', cols: 80, rows: 24, command: 'nano x' },
    null,
    { text: '$ ', cols: 80, rows: 24, command: null },
  ],
  tab: 'browser',
  pane: { history: ['http://a/'], index: 0, cookies: ['{}'] },
  chapter: 'nginx',
  actions: { 'step/1': 'done' },
};

it('comes back as it was', () => {
  expect(decodeView(encodeView(VIEW))).toEqual(VIEW);
});

it.each(['', 'null', '[]', '{"terminals":5,"tab":{},"pane":{"history":1},"actions":{"a":"flown"}}'])(
  'is empty when it makes no sense: %s',
  (text) => {
    expect(decodeView(text)).toEqual({
      terminals: [],
      tab: 'terminal-1',
      pane: null,
      chapter: '',
      actions: {},
    });
  },
);

it('takes no terminal of an absurd size', () => {
  const huge = { text: '', cols: 1e9, rows: 24, command: null };
  expect(
    decodeView(JSON.stringify({ ...VIEW, terminals: [huge, { text: 5, cols: 1, rows: 1 }] })).terminals,
  ).toEqual([null, null]);
});
