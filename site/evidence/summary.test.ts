import { expect, it } from 'vitest';
import { firstLink, headOf } from './chain.ts';
import { canonicalJson } from './canonical.ts';
import { readEvent, type WorkEvent } from './events.ts';
import { summarize } from './summary.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Events at these minutes of one visit. */
function at(minute: number, more: Record<string, unknown>): WorkEvent {
  const event = readEvent({
    ...{ at: 1_800_000_000_000 + minute * MINUTE, up: minute * MINUTE, visit: '00000001', chapter: 'one' },
    ...more,
  });
  if (!event) throw new Error(`no event: ${JSON.stringify(more)}`);
  return event;
}

it('attempts and causes count until a check passes', () => {
  const run = (minute: number, result: string, cause?: string) =>
    at(minute, { kind: 'check', check: 'page', result, ...(cause && { cause }) });
  const events = [
    run(1, 'fail', 'socket-missing'),
    run(2, 'fail'),
    run(3, 'error'),
    run(4, 'pass'),
    run(5, 'fail', 'nginx-stopped'),
  ];
  const { checks } = summarize('one', ['page', 'other'], events);
  expect(checks).toEqual([
    { id: 'page', firstPassMs: events[3]?.at, attempts: 4, causes: { 'socket-missing': 1, unknown: 1 } },
    { id: 'other', firstPassMs: null, attempts: 0, causes: {} },
  ]);
});

it('breaks, other visits and other chapters are no time at work', () => {
  const opened = (minute: number, more = {}) => at(minute, { kind: 'opened', step: 'a', ...more });
  expect(summarize('one', [], [opened(0), opened(2), opened(4)]).workMs).toBe(4 * MINUTE);
  expect(summarize('one', [], [opened(0), opened(3.1), opened(4)]).workMs).toBe(0.9 * MINUTE);
  expect(summarize('one', [], [opened(0), opened(1, { visit: '00000002' })]).workMs).toBe(0);
  expect(summarize('one', [], [opened(0), opened(1, { chapter: 'two' }), opened(2)]).workMs).toBe(MINUTE);
});

it('the same hint counts once, and the student’s own commands not at all', () => {
  const { help, typed, pressed } = summarize(
    'one',
    [],
    [
      at(0, { kind: 'help', what: 'hint', id: 'h1' }),
      at(1, { kind: 'help', what: 'hint', id: 'h1' }),
      at(1, { kind: 'help', what: 'solution', id: 's1' }),
      at(2, { kind: 'command', by: 'typed', action: 'c1', text: 'ls' }),
      at(2, { kind: 'command', by: 'typed', action: null, text: 'cd' }),
      at(2, { kind: 'command', by: 'pressed', action: 'c2', text: 'pwd' }),
    ],
  );
  expect([help, typed, pressed]).toEqual([{ hints: 1, solutions: 1, compared: 0 }, 1, 1]);
});

it('nothing else is an event', () => {
  const whole = { at: 1, up: 1, visit: '00000001', chapter: 'one', kind: 'opened', step: 'a' };
  expect(readEvent(whole)).toEqual(whole);
  expect(readEvent({ ...whole, more: 'of it' })).toEqual(whole);
  for (const broken of [
    null,
    [],
    { ...whole, at: -1 },
    { ...whole, at: '1' },
    { ...whole, up: 0.5 },
    { ...whole, visit: 'x' },
    { ...whole, chapter: '' },
    { ...whole, kind: 'constructor' },
    { ...whole, step: 'a'.repeat(201) },
    { ...whole, kind: 'command', by: 'typed', action: null, text: 'a'.repeat(201) },
    { ...whole, kind: 'check', check: 'a', result: 'maybe' },
  ])
    expect(readEvent(broken), JSON.stringify(broken)).toBeNull();
});

it('a chain is another when an event is changed, left out or moved', async () => {
  const events = [0, 1, 2].map((minute) => at(minute, { kind: 'opened', step: `s${minute}` }));
  const before = firstLink('guide', 'key');
  const head = (of: readonly WorkEvent[]) => headOf({ dropped: 0, before, events: of });
  const whole = head(events);
  expect(head(events)).toBe(whole);
  const [a, b, c] = events as [WorkEvent, WorkEvent, WorkEvent];
  for (const other of [
    [a, b],
    [a, c, b],
    [a, { ...b, at: b.at + 1 }, c],
    [...events, c],
  ])
    expect(head(other)).not.toBe(whole);
  // However its keys lie.
  expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[{"c":2,"d":1}]}');
});
