import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { strFromU8 } from 'fflate';
import { beforeEach, expect, it } from 'vitest';
import type { WorkEvent } from '../evidence/events.ts';
import { opened } from '../evidence/testing/opened.ts';
import { WorkLog } from '../evidence/work-log.ts';
import { HandInMaker } from './hand-in-maker.ts';
import type { AskedHandIn } from './hand-in-maker.ts';

const AT = 1_800_000_000_000;
const ASKED: AskedHandIn = {
  ...{
    assignment: '1.abc',
    student: '',
    madeAtMs: AT,
    zone: 'UTC',
    files: [],
    withTerminals: true,
    titles: {},
  },
  chapters: [{ guide: 'g', chapter: 'one', print: 7, checks: ['a/check-1'], now: {} }],
};

function event(up: number, step: string, chapter = 'one'): WorkEvent {
  return { at: AT + up, up, visit: '00000001', chapter, kind: 'opened', step };
}

let log: WorkLog;
let maker: HandInMaker;

beforeEach(async () => {
  log = await WorkLog.open(new IDBFactory(), 'log');
  maker = new HandInMaker(log);
});

async function print(terminal: number, data: string): Promise<void> {
  const events = [{ at: AT, terminal, code: 'o' as const, data }];
  await log.addCast('g', { at: AT, letters: data.length, sizes: {}, isCut: false, events });
}

it('tells what there is, and shows what is in the file', async () => {
  await log.append('g', [event(0, 'a'), event(1, 'b', 'two')]);
  await print(2, '\x1b[31m$ \x1b[0mls\r\n\x1b]0;title\x07app.py\r\n');
  expect(await maker.collect(['g', 'h'])).toEqual({ begun: ['g/one', 'g/two'], hasTerminals: true });
  const shown = await maker.show(ASKED);
  expect(shown).toMatchObject({ count: 2, dropped: 0, opened: ['g/one/a', 'g/two/b'] });
  expect(shown.events.split('\n')).toHaveLength(2);
  expect(shown.terminals).toEqual([
    { guide: 'g', terminal: 2, isCut: false, letters: 33, text: '$ ls\napp.py\n', isEnd: false },
  ]);
  expect((await maker.show({ ...ASKED, withTerminals: false })).terminals).toEqual([]);
});

it('what was recorded after it was collected is not in the file: it was not shown', async () => {
  await log.append('g', [event(0, 'a')]);
  await maker.collect(['g']);
  await log.append('g', [event(1, 'b')]);
  const { events, evidence } = await opened(await maker.save({ ...ASKED, student: 'Zoë' }));
  expect(events.get('g')).toHaveLength(1);
  expect(evidence.student).toBe('Zoë');
});

it('what is shown of the terminals is what is saved, and of much the end', async () => {
  const lines = Array.from({ length: 10_000 }, (_, index) => `line ${index}\r\n`);
  await print(1, lines.join(''));
  await maker.collect(['g']);
  const [terminal] = (await maker.show(ASKED)).terminals;
  expect(terminal).toMatchObject({ isEnd: true, letters: lines.join('').length });
  expect(terminal?.text.length).toBe(50_000);
  expect(terminal?.text.endsWith('line 9999\n')).toBe(true);
  const { entries } = await opened(await maker.save({ ...ASKED, student: 'Zoë' }));
  expect(strFromU8(entries['terminal-1.cast'] ?? new Uint8Array())).toContain('line 0');
  // Without and with them again.
  const without = await opened(await maker.save({ ...ASKED, withTerminals: false }));
  expect(Object.keys(without.entries)).not.toContain('terminal-1.cast');
  expect(Object.keys((await opened(await maker.save(ASKED))).entries)).toContain('terminal-1.cast');
});
