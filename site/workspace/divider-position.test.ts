import { describe, expect, test } from 'vitest';
import { clampShare, parseShare, shareAfterKey } from './divider-position.ts';

const ROOM = { widthPx: 1000, minTextPx: 300, minWorkspacePx: 400 };

describe('clampShare', () => {
  test.each([
    [0.5, 0.5],
    [0.1, 0.3],
    [0.9, 0.6],
    [0.3, 0.3],
  ])('%f becomes %f', (share, expected) => {
    expect(clampShare(share, ROOM)).toBeCloseTo(expected);
  });

  test('without room for both it stands in the middle', () => {
    expect(clampShare(0.1, { ...ROOM, widthPx: 600 })).toBe(0.5);
    expect(clampShare(0.1, { ...ROOM, widthPx: 0 })).toBe(0.5);
  });
});

describe('shareAfterKey', () => {
  test.each([
    ['ArrowLeft', 0.48],
    ['ArrowRight', 0.52],
    ['Home', 0.3],
    ['End', 0.6],
    ['PageDown', 0.6],
    ['PageUp', 0.4],
  ])('%s from the middle', (key, expected) => {
    expect(shareAfterKey(key, 0.5, ROOM)).toBeCloseTo(expected);
  });

  test('other keys are somebody else’s', () => {
    expect(shareAfterKey('ArrowUp', 0.5, ROOM)).toBeNull();
  });
});

test.each([
  ['0.4', 0.4],
  ['', null],
  [null, null],
  ['nonsense', null],
  ['0', null],
  ['1', null],
  ['-1', null],
])('remembered %j', (text, expected) => {
  expect(parseShare(text)).toBe(expected);
});
