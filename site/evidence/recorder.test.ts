import { expect, it } from 'vitest';
import type { WorkEvent } from './events.ts';
import { Recorder } from './recorder.ts';
import type { Work } from './recorder.ts';

const MINUTE = 60_000;

function recorder() {
  const written: (readonly [string, WorkEvent])[] = [];
  const made = new Recorder({
    visit: '0000000a',
    append: async (guide, events) => void written.push(...events.map((event) => [guide, event] as const)),
  });
  const did = (minute: number, work: Work, guide = 'g'): void =>
    made.did({ guide, chapter: 'one', at: 1_800_000_000_000 + minute * MINUTE, up: minute * MINUTE, work });
  const hide = (isHidden: boolean, minute: number): void =>
    made.setHidden(isHidden, { at: 1_800_000_000_000 + minute * MINUTE, up: minute * MINUTE });
  return { made, written, did, hide };
}

const opened = (step: string): Work => ({ kind: 'opened', step });
const kinds = (written: readonly (readonly [string, WorkEvent])[]) => written.map(([, { kind }]) => kind);

it('events are written in order, with their time and place', async () => {
  const { made, written, did } = recorder();
  did(0, opened('a'));
  did(0.00001, opened('b'), 'h');
  did(1, { kind: 'check', check: 'a/check-1', result: 'fail', cause: 'x' });
  await made.settled();
  expect(written.map(([guide]) => guide)).toEqual(['g', 'h', 'g']);
  expect(written[0]?.[1]).toEqual({
    ...{ at: 1_800_000_000_000, up: 0, visit: '0000000a', chapter: 'one' },
    ...{ kind: 'opened', step: 'a' },
  });
  // Whole milliseconds.
  expect(written[1]?.[1].up).toBe(1);
});

it('long texts are cut, and what is no event is not written', async () => {
  const { made, written, did } = recorder();
  did(0, { kind: 'command', by: 'typed', action: null, text: 'é'.repeat(500) });
  did(0, opened(''));
  did(0, { kind: 'file', by: 'hand', path: `/${'a'.repeat(500)}` });
  await made.settled();
  expect(written.map(([, event]) => ('text' in event ? event.text.length : 0))).toEqual([200, 0]);
  expect(kinds(written)).toEqual(['command', 'file']);
});

it('who comes back after a break is told of once', async () => {
  const { made, written, did, hide } = recorder();
  did(0, opened('a'));
  did(3, opened('b'));
  did(7, opened('c'));
  hide(true, 8);
  hide(false, 8.2);
  hide(true, 9);
  hide(true, 9.1);
  hide(false, 19);
  did(19.1, opened('d'));
  await made.settled();
  expect(kinds(written)).toEqual(['opened', 'opened', 'back', 'opened', 'back', 'opened']);
  expect(written.flatMap(([, event]) => (event.kind === 'back' ? [event.afterMs] : []))).toEqual([
    4 * MINUTE,
    10 * MINUTE,
  ]);
});

it('a storage that fails ends the recording, and says so of all that is lost', async () => {
  let calls = 0;
  let lost = 0;
  const made = new Recorder({
    append: () => {
      calls++;
      return Promise.reject(new Error('full'));
    },
    onLost: () => lost++,
  });
  const did = (step: string): void =>
    made.did({ guide: 'g', chapter: 'one', at: 1_800_000_000_000, up: 0, work: opened(step) });
  did('a');
  expect(lost).toBe(0);
  await made.settled();
  expect(lost).toBe(1);
  did('b');
  await made.settled();
  expect(calls).toBe(1);
  expect(lost).toBe(2);
});
