import { expect, test } from 'vitest';
import { WriteQueue } from './write-queue.ts';

/** A queue whose emulator parses a piece when it is told to. */
function slowQueue() {
  const pieces: number[][] = [];
  const parsing: (() => void)[] = [];
  const queue = new WriteQueue((bytes, done) => {
    pieces.push([...bytes]);
    parsing.push(done);
  });
  return { queue, pieces, parseNext: () => parsing.shift()?.() };
}

test('the first bytes are handed over at once, those behind them together', async () => {
  const { queue, pieces, parseNext } = slowQueue();
  const first = queue.write(new Uint8Array([1]));
  const second = queue.write(new Uint8Array([2, 3]));
  const third = queue.write(new Uint8Array([4]));
  expect(pieces).toEqual([[1]]);
  parseNext();
  await first;
  expect(pieces).toEqual([[1], [2, 3, 4]]);
  parseNext();
  await Promise.all([second, third]);
});

test('a large write is cut, arrives whole, and is done when its last piece is', async () => {
  const large = Uint8Array.from({ length: 100_000 }, (_, index) => index % 251);
  const { queue, pieces, parseNext } = slowQueue();
  let isDone = false;
  const written = queue.write(large).then(() => (isDone = true));
  const after = queue.write(new Uint8Array([7]));
  while (pieces.flat().length < large.length) {
    parseNext();
    await Promise.resolve();
    expect(isDone).toBe(false);
  }
  parseNext();
  await Promise.all([written, after]);
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(32 * 1024);
  expect(pieces.flat()).toEqual([...large, 7]);
});

test('a cleared queue leaves nobody waiting and hands nothing over', async () => {
  const { queue, pieces, parseNext } = slowQueue();
  const first = queue.write(new Uint8Array([1]));
  const second = queue.write(new Uint8Array([2]));
  queue.clear();
  await second;
  parseNext();
  await first;
  expect(pieces).toEqual([[1]]);
  void queue.write(new Uint8Array([3]));
  expect(pieces).toEqual([[1], [3]]);
});

test('what is to be done between two writes is done there', () => {
  const { queue, pieces, parseNext } = slowQueue();
  const seen: number[] = [];
  void queue.write(new Uint8Array([1]));
  void queue.write(new Uint8Array([2]));
  queue.between(() => seen.push(pieces.length));
  void queue.write(new Uint8Array([3]));
  expect(seen).toEqual([]);
  parseNext();
  expect(seen).toEqual([]);
  parseNext();
  expect(seen).toEqual([2]);
  expect(pieces).toEqual([[1], [2], [3]]);
  parseNext();
  queue.between(() => seen.push(-1));
  expect(seen).toEqual([2, -1]);
});
