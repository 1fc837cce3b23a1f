/** The two sides joined: what a student's page makes of an honest record is read by the class page, which notices nothing. */
import { expect, it } from 'vitest';
import { castText, type Cast } from './cast.ts';
import { firstLink, nextLink, type Chain } from './chain.ts';
import { readEvent, type WorkEvent } from './events.ts';
import { LARGEST_FILE } from './format.ts';
import { makeHandIn, type HandIn } from './hand-in.ts';
import { makeKeyPair, signingKeyOf } from './key.ts';
import { readHandIn, type HandIn as ReadHandIn } from './read.ts';
import { verify } from './verify.ts';
import { MOST_CAST_LETTERS } from './work-log.ts';

const KEY = await signingKeyOf(await makeKeyPair());
const AT = 1_800_000_000_000;

function event(up: number, more: Record<string, unknown>): WorkEvent {
  const read = readEvent({ at: AT + up, up, visit: '00000001', chapter: 'one', ...more });
  if (!read) throw new Error('no event');
  return read;
}

const EVENTS = [
  event(0, { kind: 'opened', step: 'a' }),
  event(500, { kind: 'machine', what: 'started' }),
  event(1000, { kind: 'command', by: 'typed', action: 'a/1', text: 'sudo é' }),
  event(2000, { kind: 'check', check: 'a/check-1', result: 'fail', cause: 'nginx-stopped' }),
  event(2500, { kind: 'file', by: 'hand', path: '/etc/a.ini' }),
  event(3000, { kind: 'check', check: 'a/check-1', result: 'pass' }),
];

/** A terminal that printed nothing but this, as much of it as is kept. */
function flood(of: string, terminal = 1): Cast {
  const data = of.repeat(4096 / of.length);
  return {
    ...{ guide: 'g', terminal, columns: 80, rows: 24, isCut: true },
    events: Array.from({ length: Math.floor(MOST_CAST_LETTERS / data.length) }, (_, index) => ({
      ...{ at: AT + index * 100, code: 'o' as const, data },
    })),
  };
}

async function roundTrip(more: Partial<HandIn> = {}): Promise<ReadHandIn> {
  const { bytes, evidence } = await makeHandIn({
    ...{ assignment: '1.abc', student: 'Zoë', madeAtMs: AT + 5000, zone: 'Europe/Berlin', casts: [] },
    chapters: [
      {
        ...{ guide: 'g', chapter: 'one', print: 7, checks: ['a/check-1', 'a/check-2'] },
        now: { 'a/check-1': { answer: 'pass' }, 'a/check-2': { answer: 'fail', cause: 'x' } },
      },
    ],
    chains: new Map<string, Chain>([
      ['g', { dropped: 0, before: firstLink('g', KEY.id), events: EVENTS }],
      ['h', { dropped: 0, before: firstLink('h', KEY.id), events: [] }],
    ]),
    files: [
      { guide: 'g', path: '/etc/a.ini', diff: '--- a\n+++ b\n' },
      { guide: 'g', path: '/etc/b.ini', diff: null },
    ],
    key: KEY,
    ...more,
  });
  expect(bytes.length).toBeLessThanOrEqual(LARGEST_FILE);
  const read = await readHandIn(new Blob([bytes]));
  expect(read.evidence).toEqual(evidence);
  return read;
}

it('a record with files is read whole, and verifies', async () => {
  const read = await roundTrip();
  expect(read.events.get('g')).toEqual(EVENTS);
  expect([...read.entries.keys()].sort()).toEqual([
    ...['events/g.jsonl', 'events/h.jsonl', 'evidence.json', 'files/1.diff'],
  ]);
  expect(await verify(read)).toEqual([]);
});

// The last takes six bytes a letter where it is written down, the most that any takes.
it.each([
  ['yes', 'y\r\n '],
  ['blanks', ' '],
  ['escapes', '\x1b'],
])('a terminal that was flooded does not keep it from being read: %s', async (_, of) => {
  const casts = [flood(of), flood(of, 2)];
  const read = await roundTrip({ casts });
  // Its end is there: of what is written down at length, less fits.
  const lines = new TextDecoder().decode(read.entries.get('terminal-2.cast')).trimEnd().split('\n');
  const whole = castText(flood(of, 2)).trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(40);
  const dataOf = (line = ''): unknown => (JSON.parse(line) as unknown[])[2];
  expect(lines.slice(-20).map(dataOf)).toEqual(whole.slice(-20).map(dataOf));
  expect(await verify(read)).toEqual([]);
});

it('names that every object has are causes like others', async () => {
  const events = ['constructor', 'constructor', '__proto__', 'toString'].map((cause, index) =>
    event(4000 + index, { kind: 'check', check: 'a/check-2', result: 'fail', cause }),
  );
  const chains = new Map([
    ['g', { dropped: 0, before: firstLink('g', KEY.id), events: [...EVENTS, ...events] }],
  ]);
  const read = await roundTrip({ chains });
  expect(Object.entries(read.evidence.chapters[0]?.checks[1]?.causes ?? {}).sort()).toEqual([
    ['__proto__', 1],
    ['constructor', 2],
    ['toString', 1],
  ]);
  expect(await verify(read)).toEqual([]);
});

it('a record that has lost its beginning for want of room says so, and is no forgery', async () => {
  const all = Array.from({ length: 4000 }, (_, up) =>
    event(up, { kind: 'command', by: 'typed', action: 'a/1', text: 'ls' }),
  );
  const before = all.slice(0, 1000).reduce(nextLink, firstLink('g', KEY.id));
  const chains = new Map([['g', { dropped: 1000, before, events: all.slice(1000) }]]);
  const found = await verify(await roundTrip({ chains }));
  expect(found.map(({ code, severity }) => [code, severity])).toEqual([['events-dropped', 'note']]);
  expect(found[0]?.sentence).toContain('first 1,000 events');
});
