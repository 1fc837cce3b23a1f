import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { expect, it } from 'vitest';
import type { Cast } from './cast.ts';
import { firstLink } from './chain.ts';
import type { Chain } from './chain.ts';
import { readEvent } from './events.ts';
import type { WorkEvent } from './events.ts';
import { LARGEST_FILE } from './format.ts';
import { makeHandIn } from './hand-in.ts';
import type { HandIn } from './hand-in.ts';
import { makeKeyPair, signingKeyOf } from './key.ts';
import { opened } from './testing/opened.ts';

const KEY = await signingKeyOf(await makeKeyPair());
const AT = 1_800_000_000_000;

function event(up: number, more: Record<string, unknown>, chapter = 'one'): WorkEvent {
  const read = readEvent({ at: AT + up, up, visit: '00000001', chapter, ...more });
  if (!read) throw new Error('no event');
  return read;
}

const EVENTS = [
  event(0, { kind: 'opened', step: 'a' }),
  event(1000, { kind: 'command', by: 'typed', action: 'a/1', text: 'sudo é' }),
  event(2000, { kind: 'check', check: 'a/check-1', result: 'fail', cause: 'nginx-stopped' }),
  event(3000, { kind: 'check', check: 'a/check-1', result: 'pass' }),
  event(4000, { kind: 'opened', step: 'b' }, 'two'),
];

async function chain(events: readonly WorkEvent[], guide = 'g'): Promise<Chain> {
  return { dropped: 0, before: firstLink(guide, KEY.id), events };
}

async function handIn(more: Partial<HandIn> = {}): Promise<HandIn> {
  return {
    ...{ assignment: '1.abc', student: 'Zoë', madeAtMs: AT, zone: 'Europe/Berlin', casts: [], files: [] },
    chapters: [
      {
        ...{ guide: 'g', chapter: 'one', print: 7, checks: ['a/check-1', 'a/check-2'] },
        now: { 'a/check-1': { answer: 'pass' }, 'a/check-2': { answer: 'fail', cause: 'x' } },
      },
    ],
    chains: new Map([['g', await chain(EVENTS)]]),
    key: KEY,
    ...more,
  };
}

/** Letters that hardly pack, the same in every run. */
function noise(length: number, seed = 1): string {
  let state = seed;
  const letters = new Uint8Array(length).map(() => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return 33 + ((state >> 16) % 90);
  });
  return strFromU8(letters);
}

it('the file is signed, its chain is whole, and its summary is that of its events', async () => {
  const files = [
    { guide: 'g', path: '/etc/a.ini', diff: '--- a\n+++ b\n' },
    { guide: 'g', path: '/etc/b.ini', diff: null },
  ];
  const { bytes, evidence } = await makeHandIn(await handIn({ files }));
  const { entries, evidence: inFile } = await opened(bytes);
  expect(Object.keys(entries).toSorted()).toEqual([
    'events/g.jsonl',
    'evidence.json',
    'files/1.diff',
    'manifest.json',
    'signature',
  ]);
  expect(inFile).toEqual(evidence);
  expect(evidence).toEqual({
    ...{ format: 1, assignment: '1.abc', student: 'Zoë', madeAtMs: AT, zone: 'Europe/Berlin' },
    chapters: [
      {
        ...{ guide: 'g', chapter: 'one', print: 7 },
        now: { 'a/check-1': { answer: 'pass' }, 'a/check-2': { answer: 'fail', cause: 'x' } },
        checks: [
          { id: 'a/check-1', firstPassMs: AT + 3000, attempts: 2, causes: { 'nginx-stopped': 1 } },
          { id: 'a/check-2', firstPassMs: null, attempts: 0, causes: {} },
        ],
        help: { hints: 0, solutions: 0, compared: 0 },
        ...{ typed: 1, pressed: 0, byHand: 0, byPage: 0, workMs: 3000 },
      },
    ],
    files: [
      { guide: 'g', path: '/etc/a.ini', diff: 'files/1.diff' },
      { guide: 'g', path: '/etc/b.ini', diff: null },
    ],
  });
  expect(strFromU8(entries['files/1.diff'] ?? new Uint8Array())).toBe(files[0]?.diff);
});

it('whoever has done nothing can hand that in', async () => {
  const chains = new Map([['g', await chain([])]]);
  const { bytes } = await makeHandIn(await handIn({ chains }));
  const { events, evidence } = await opened(bytes);
  expect(events.get('g')).toEqual([]);
  expect(evidence.chapters[0]?.workMs).toBe(0);
});

it('a changed file does not verify', async () => {
  const { bytes } = await makeHandIn(await handIn());
  const entries = unzipSync(bytes);
  const edited = (name: string, from: string, to: string): Uint8Array => {
    const text = strFromU8(entries[name] ?? new Uint8Array());
    expect(text).toContain(from);
    return zipSync({ ...entries, [name]: strToU8(text.replace(from, to)) });
  };
  await expect(opened(edited('events/g.jsonl', '"fail"', '"pass"'))).rejects.toThrow('entry-changed');
  await expect(opened(edited('manifest.json', '"count":5', '"count":4'))).rejects.toThrow('signature-wrong');
  await expect(opened(zipSync({ ...entries, 'files/9.diff': strToU8('') }))).rejects.toThrow('entry-added');
});

it('terminals are cut from their beginning until the file fits', async () => {
  const cast = (terminal: number): Cast => ({
    ...{ guide: 'g', terminal, columns: 80, rows: 24, isCut: false },
    events: Array.from({ length: 400 }, (_, index) =>
      index === 3
        ? { at: AT + index, code: 'r' as const, data: '100x30' }
        : { at: AT + index, code: 'o' as const, data: `${index} ${noise(900, terminal * 1000 + index)}` },
    ),
  });
  const casts = [cast(1), { ...cast(2), events: [] }, cast(3)];
  const { bytes, casts: kept } = await makeHandIn(await handIn({ casts }));
  expect(bytes.length).toBeLessThanOrEqual(LARGEST_FILE);
  expect(bytes.length).toBeGreaterThan(LARGEST_FILE * 0.7);
  const { entries } = await opened(bytes);
  expect(Object.keys(kept)).toEqual(['terminal-1.cast', 'terminal-2.cast']);
  for (const [name, of] of [
    ['terminal-1.cast', casts[0]],
    ['terminal-2.cast', casts[2]],
  ] as const) {
    const [header, ...lines] = strFromU8(entries[name] ?? new Uint8Array())
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(header).toMatchObject({ version: 2, width: 100, height: 30 });
    expect((header as { title: string }).title).toBe(`g, terminal ${of?.terminal ?? 0} (the last part)`);
    expect(lines.length).toBeLessThan(400);
    expect((lines.at(-1) as unknown[])[2]).toBe(of?.events.at(-1)?.data);
    expect((lines[0] as unknown[])[0]).toBe(0);
  }
  const without = await makeHandIn(await handIn({ casts: [] }));
  expect(Object.keys((await opened(without.bytes)).entries).filter((name) => name.endsWith('.cast'))).toEqual(
    [],
  );
});

it('a flood that packs well has no entry that a reader would refuse for its length', async () => {
  const flood = (terminal: number): Cast => ({
    ...{ guide: 'g', terminal, columns: 80, rows: 24, isCut: false },
    // As much as is kept of a guide's terminals. Of a zero byte, JSON makes six letters.
    events: Array.from({ length: 250 }, (_, index) => ({
      ...{ at: AT + index, code: 'o' as const, data: '\0'.repeat(4000) },
    })),
  });
  const casts = [1, 2, 3].map(flood);
  const { bytes, casts: kept } = await makeHandIn(await handIn({ casts }));
  const { entries } = await opened(bytes);
  for (const name of ['terminal-1.cast', 'terminal-2.cast', 'terminal-3.cast']) {
    expect(entries[name]?.length).toBeLessThanOrEqual(1_500_000);
    expect(entries[name]?.length).toBeGreaterThan(1_400_000);
    expect(kept[name]?.isCut).toBe(true);
  }
  // Many together are bounded, too.
  const many = await makeHandIn(
    await handIn({ casts: Array.from({ length: 12 }, (_, index) => flood(index + 1)) }),
  );
  const lengths = Object.entries((await opened(many.bytes)).entries).flatMap(([name, { length }]) =>
    name.endsWith('.cast') ? [length] : [],
  );
  expect(lengths).toHaveLength(12);
  expect(lengths.reduce((sum, length) => sum + length)).toBeLessThanOrEqual(5_001_000);
});

it('neither has a log whose command lines are escaped', async () => {
  const events = Array.from({ length: 4000 }, (_, up) =>
    event(up, { kind: 'command', by: 'typed', action: null, text: '\x01'.repeat(200) }),
  );
  const { bytes, chains } = await makeHandIn(await handIn({ chains: new Map([['g', await chain(events)]]) }));
  expect((await opened(bytes)).entries['events/g.jsonl']?.length).toBeLessThanOrEqual(3_000_000);
  expect(chains.get('g')?.dropped).toBeGreaterThan(0);
});

it('where even the events have no room, the oldest make some, and the chain says so', async () => {
  const events = Array.from({ length: 4000 }, (_, up) =>
    event(up, { kind: 'command', by: 'typed', action: null, text: noise(200, up + 1) }),
  );
  const { bytes, chains } = await makeHandIn(await handIn({ chains: new Map([['g', await chain(events)]]) }));
  expect(bytes.length).toBeLessThanOrEqual(LARGEST_FILE);
  const kept = (await opened(bytes)).events.get('g') ?? [];
  expect(chains.get('g')?.dropped).toBe(4000 - kept.length);
  expect(kept).toEqual(events.slice(-kept.length));
});
