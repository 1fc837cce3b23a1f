import { beforeEach, expect, it } from 'vitest';
import { CastRecorder } from './cast-recorder.ts';
import type { CastPiece } from './cast-recorder.ts';

const SIZE = { cols: 80, rows: 24 };

let written: (readonly [string, CastPiece])[];
let scheduled: (() => void)[];
let casts: CastRecorder;

beforeEach(() => {
  written = [];
  scheduled = [];
  casts = new CastRecorder({
    write: async (guide, piece) => void written.push([guide, piece]),
    schedule: (work) => scheduled.push(work),
  });
});

it('collects, and writes once when it is time', async () => {
  casts.printed('g', 1, 'a', SIZE, 1000);
  casts.printed('g', 1, 'b', SIZE, 1050);
  casts.printed('g', 2, 'c', null, 1060);
  casts.printed('g', 1, 'd', { cols: 100, rows: 30 }, 5000);
  expect(written).toEqual([]);
  expect(scheduled).toHaveLength(1);
  scheduled[0]?.();
  await casts.flush();
  expect(written).toEqual([
    [
      'g',
      {
        ...{ at: 1000, letters: 4, sizes: { 1: '80x24' }, isCut: false },
        events: [
          { terminal: 1, at: 1000, code: 'o', data: 'ab' },
          { terminal: 2, at: 1060, code: 'o', data: 'c' },
          { terminal: 1, at: 5000, code: 'r', data: '100x30' },
          { terminal: 1, at: 5000, code: 'o', data: 'd' },
        ],
      },
    ],
  ]);
  casts.printed('g', 1, 'e', { cols: 100, rows: 30 }, 6000);
  expect(scheduled).toHaveLength(2);
  await casts.flush();
  expect(written[1]?.[1]).toMatchObject({ at: 6000, sizes: { 1: '100x30' }, events: [{ data: 'e' }] });
});

it('a flood is cut, and its end is kept', async () => {
  for (let index = 0; index < 1000; index++)
    casts.printed('g', 1, String(index).padEnd(1000), SIZE, index * 1000);
  await casts.flush();
  const [, piece] = written[0] ?? [];
  expect(piece?.isCut).toBe(true);
  expect(piece?.letters).toBeLessThanOrEqual(256 * 1024);
  expect(piece?.letters).toBe(piece?.events.reduce((sum, { data }) => sum + data.length, 0));
  expect(piece?.events.at(-1)?.data).toBe('999'.padEnd(1000));
});

it('another guide is another recording, and nothing to write is nothing written', async () => {
  casts.printed('g', 1, 'a', SIZE, 0);
  casts.printed('h', 1, 'b', SIZE, 1);
  await casts.flush();
  await casts.flush();
  expect(written.map(([guide]) => guide)).toEqual(['g', 'h']);
});

it('a storage that fails ends the recording, and says so', async () => {
  let calls = 0;
  let lost = 0;
  const failing = new CastRecorder({
    write: () => {
      calls++;
      return Promise.reject(new Error('full'));
    },
    schedule: () => {},
    onLost: () => lost++,
  });
  for (const text of ['a', 'b']) {
    failing.printed('g', 1, text, SIZE, 0);
    await failing.flush();
  }
  expect(calls).toBe(1);
  expect(lost).toBe(1);
});

it('what waits is not written after the record was deleted, and what follows is', async () => {
  casts.printed('g', 1, 'before', SIZE, 0);
  casts.discard('h');
  casts.discard('g');
  await casts.flush();
  expect(written).toEqual([]);
  casts.printed('g', 1, 'after', SIZE, 1000);
  await casts.flush();
  expect(written.map(([, { events }]) => events.map(({ data }) => data))).toEqual([['after']]);
});
