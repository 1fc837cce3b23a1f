/** For tests: does something once for every fault that a disk can have on the way. */
import type { SaveFiles } from '../files.ts';
import type { MemoryFiles } from '../memory-files.ts';
import { asSaveError, type SaveErrorCode } from '../save-error.ts';
import { copyFiles } from './copy-files.ts';
import { type Fault, FaultyFiles, Stopped } from './faulty-files.ts';

const FAILURES = ['QuotaExceededError', 'NotAllowedError', 'InvalidStateError'];

const OF_ANY_CALL: readonly Fault[] = [
  { kind: 'stop' },
  ...FAILURES.map((name): Fault => ({ kind: 'fail', name, share: 0 })),
];

/** Of a write also: a part of it is on the disk, or all of it, and nobody was told. */
const OF_WRITES: readonly Fault[] = [
  ...OF_ANY_CALL,
  ...[0, 0.5, 0.99].flatMap((share): Fault[] => [
    { kind: 'tear', share, garbage: false },
    { kind: 'tear', share, garbage: true },
  ]),
  { kind: 'tear', share: 1, garbage: false },
  ...FAILURES.flatMap((name): Fault[] => [0.7, 1].map((share) => ({ kind: 'fail', name, share }))),
];

const CODES: Readonly<Record<string, SaveErrorCode>> = {
  QuotaExceededError: 'full',
  NotAllowedError: 'not-allowed',
  InvalidStateError: 'lost',
};

export interface FaultCase<State> {
  readonly disk: MemoryFiles;
  /** What comes before, on a disk that works. */
  readonly begin: (files: SaveFiles) => Promise<State>;
  /** What the faults strike. */
  readonly act: (state: State, files: SaveFiles) => Promise<unknown>;
  /** Looks at the disk as a page does that opens afterwards. Returns what is wrong. */
  readonly check: (disk: MemoryFiles, succeeded: boolean) => Promise<string | null>;
  /** Goes on with the same objects after a call that failed. Returns what is wrong. */
  readonly goOn?: (state: State, files: SaveFiles, succeeded: boolean) => Promise<string | null>;
}

export interface FaultCount {
  /** Calls to the disk, and faults tried. */
  readonly calls: number;
  readonly tried: number;
  /** Those after which the act had succeeded all the same. */
  readonly succeeded: number;
  /** What was wrong, with the call and the fault. */
  readonly lost: readonly string[];
}

export async function tryFaults<State>(faultCase: FaultCase<State>): Promise<FaultCount> {
  const calls = await callsOf(faultCase);
  let tried = 0;
  let succeeded = 0;
  const lost: string[] = [];
  for (const [call, kind] of calls.entries()) {
    for (const fault of kind === 'write' ? OF_WRITES : OF_ANY_CALL) {
      const wrong = await tryFault(faultCase, call, fault, () => succeeded++);
      tried++;
      if (wrong !== null) lost.push(`call ${call}, ${JSON.stringify(fault)}: ${wrong}`);
    }
  }
  return { calls: calls.length, tried, succeeded, lost };
}

async function callsOf<State>({ disk, begin, act }: FaultCase<State>): Promise<FaultyFiles['calls']> {
  const files = new FaultyFiles(await copyFiles(disk));
  const state = await begin(files);
  files.plan(Infinity, { kind: 'stop' });
  await act(state, files);
  return files.calls;
}

async function tryFault<State>(
  { disk, begin, act, check, goOn }: FaultCase<State>,
  call: number,
  fault: Fault,
  onSuccess: () => void,
): Promise<string | null> {
  const copy = await copyFiles(disk);
  const files = new FaultyFiles(copy);
  const state = await begin(files);
  files.plan(call, fault);
  let succeeded = true;
  try {
    await act(state, files);
    onSuccess();
  } catch (error) {
    succeeded = false;
    const wrong = wrongError(error, fault);
    if (wrong !== null) return wrong;
  }
  if (!files.struck) return 'the call was not made';
  const wrong = await check(await copyFiles(copy), succeeded);
  if (wrong !== null || fault.kind !== 'fail' || !goOn) return wrong;
  const later = await goOn(state, files, succeeded);
  return later === null ? null : `going on: ${later}`;
}

function wrongError(error: unknown, fault: Fault): string | null {
  if (fault.kind !== 'fail') {
    const stopped = error instanceof Error && error.cause instanceof Stopped;
    return stopped ? null : `it is no stop: ${String(error)}`;
  }
  const { code, message } = asSaveError(error);
  return code === CODES[fault.name] && message !== '' ? null : `it says ${code}`;
}
