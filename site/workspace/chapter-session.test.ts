import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { exampleChapter, exampleCommand } from '../chapter/model-examples.ts';
import type { PlacedCheck } from '../chapter/model.ts';
import type { CheckResult } from '../checks/model.ts';
import type { Work } from '../evidence/recorder.ts';
import { progressKey, ProgressStore } from '../progress/store.ts';
import { ChapterSession } from './chapter-session.ts';
import type { TypealongChecks } from './checks-panel.ts';
import { FakeSandbox } from './fake-sandbox.ts';
import { WorkNotes } from './work-notes.ts';

/** What the guest answers to every check. */
let answer: CheckResult;

vi.mock('../checks/run.ts', () => ({
  runChecks: async (
    checks: readonly PlacedCheck[],
    _context: unknown,
    onResult: (placed: PlacedCheck, result: CheckResult) => void,
  ) => {
    for (const placed of checks) onResult(placed, answer);
  },
}));

const CHECK: PlacedCheck = {
  ...{ id: 's/check-1', line: 1, title: 'A' },
  check: { kind: 'shell', command: 'true', advice: '' },
};

function fail(cause?: 'app-too-slow' | 'uwsgi-holds-port'): CheckResult {
  return { status: 'fail', expected: '', found: '', advice: '', ...(cause && { cause }) };
}

/** The list of checks, as far as a session asks it. */
function panel(): TypealongChecks {
  const results = new Map<string, CheckResult>();
  const part = {
    setRunning: () => {},
    setResult: ({ id }: PlacedCheck, result: CheckResult) => void results.set(id, result),
    settle: () => {},
    outdate: () => {},
    showGroup: () => {},
    result: (id: string) => results.get(id) ?? null,
    passes: () => results.get(CHECK.id)?.status === 'pass',
  };
  return part as unknown as TypealongChecks;
}

let session: ChapterSession;
let works: Work[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  vi.stubGlobal('CSS', { escape: (text: string) => text });
  vi.stubGlobal('document', { querySelector: () => null, querySelectorAll: () => [] });
  works = [];
  const notes = new WorkNotes();
  notes.record({ did: ({ work }) => works.push(work), printed: () => {} });
  const sandbox = new FakeSandbox();
  sandbox.become({ status: 'running' });
  session = new ChapterSession({
    data: {
      guide: { slug: 'g', title: '', login: 'sammy', home: '/home/sammy', hosts: [] },
      chapter: exampleChapter([exampleCommand('make it', { id: 's/1' })], [CHECK]),
      ...{ fileChecks: [], url: '/', previous: null, next: null, machine: null },
    },
    panel: panel(),
    progress: new ProgressStore(null, progressKey('/')),
    runningSandbox: () => sandbox,
    onBusy: () => {},
    notes,
  });
});

afterEach(() => {
  session.stopped();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** Enters a command line and waits until the checks have been looked at, with the second looks that follow. */
async function enter(commandLine: string): Promise<void> {
  session.commandStarted(1, commandLine, 'typed');
  session.commandEnded(1, 0);
  await vi.waitFor(() => expect(session.checks.isRunning).toBe(false));
  await vi.advanceTimersByTimeAsync(10_000);
}

function attempts(): readonly string[] {
  return works.flatMap((work) => (work.kind === 'check' ? [`${work.result} ${work.cause ?? ''}`] : []));
}

it('a step’s own command is an attempt; what the reader enters while it fails is none unless something is mended', async () => {
  answer = fail('app-too-slow');
  await enter('make it');
  expect(attempts()).toEqual(['fail app-too-slow']);
  await enter('ls');
  await enter('cat app.py');
  expect(attempts()).toEqual(['fail app-too-slow']);
  answer = fail('uwsgi-holds-port');
  await enter('sudo systemctl restart app');
  expect(attempts()).toEqual(['fail app-too-slow', 'fail uwsgi-holds-port']);
  // The step's command once more: the reader has tried again, with the same result.
  await enter('make it');
  expect(attempts()).toHaveLength(3);
  answer = { status: 'pass', expected: '', found: '' };
  await enter('sudo systemctl stop other');
  expect(attempts().at(-1)).toBe('pass ');
});
