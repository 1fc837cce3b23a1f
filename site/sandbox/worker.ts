/** The worker's side: a machine behind Comlink, in the few calls that `client.ts` makes. */
import * as Comlink from 'comlink';
import { LocalSandbox } from './local.ts';
import { createPageFetcher } from './page-fetcher.ts';
import { problemOf } from './problems.ts';
import type { ShellMark } from './shell-marks.ts';
import { TERMINAL_COUNT } from './types.ts';
import { openSaveFiles } from '../saves/open-files.ts';
import { SavedMachines } from './saved-machines.ts';
import { savesRoom } from './saves-room.ts';
import type { SaveRequest } from './saved.ts';
import type {
  ExecOptions,
  HttpOutcome,
  HttpRequest,
  SandboxProblem,
  SandboxState,
  StartOptions,
} from './types.ts';

const sandbox = new LocalSandbox(createPageFetcher(), new SavedMachines(() => openSaveFiles(savesRoom())));

/** The last errors that nobody caught, for a report on a machine that stands still. */
const uncaught: string[] = [];
const MOST_UNCAUGHT = 50;

self.addEventListener('unhandledrejection', ({ reason }) => {
  if (uncaught.length === MOST_UNCAUGHT) uncaught.shift();
  uncaught.push(reason instanceof Error ? (reason.stack ?? reason.message) : String(reason));
});
// A connection that is back is worth a try.
self.addEventListener('online', () => void sandbox.retry());

/** Errors lose their fields on the way between threads: a problem travels as a value. */
export type Outcome<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: SandboxProblem };

/** What the machine tells the page, in one stream, so that nothing overtakes anything. */
export type WorkerEvent =
  | { readonly kind: 'state'; readonly state: SandboxState }
  | { readonly kind: 'data'; readonly terminal: number; readonly bytes: Uint8Array }
  | { readonly kind: 'mark'; readonly terminal: number; readonly mark: ShellMark }
  /** The machine has been taken, to be saved: what the page shows now belongs to it, and is wanted under this number. */
  | { readonly kind: 'taken'; readonly number: number };

/** Where the views of the page go to. */
const views = new Map<number, (view: string) => void>();
let tell: (event: WorkerEvent) => Promise<void> = () => Promise.resolve();
let taken = 0;

function view(): Promise<string> {
  const number = taken++;
  return new Promise((resolve) => {
    views.set(number, resolve);
    void tell({ kind: 'taken', number });
  });
}

async function outcome<T>(work: Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await work };
  } catch (error) {
    return { ok: false, problem: problemOf(error) };
  }
}

/**
 * The outcome goes over `port`, if it comes while the guest runs: it need not wait until the guest's slice of time is
 * over, which takes milliseconds. Then `null` is returned.
 */
async function http(request: HttpRequest, port: MessagePort): Promise<HttpOutcome | null> {
  const told: HttpOutcome[] = [];
  const outcome = await sandbox.http(request, (first) => {
    told.push(first);
    port.postMessage(first, first.kind === 'response' ? [first.body.buffer] : []);
  });
  return told.length > 0 ? null : outcome;
}

const api = {
  /** `onEvent` resolves when the page has dealt with the event. */
  listen(onEvent: (event: WorkerEvent) => Promise<void>): void {
    tell = onEvent;
    sandbox.onState((state) => void onEvent({ kind: 'state', state }));
    for (let terminal = 0; terminal < TERMINAL_COUNT; terminal++) {
      const port = sandbox.terminal(terminal);
      port.onData((bytes) => onEvent({ kind: 'data', terminal, bytes }));
      port.onMark((mark) => void onEvent({ kind: 'mark', terminal, mark }));
    }
  },
  prepare: (options: StartOptions) => outcome(sandbox.prepare(options)),
  start: (options: StartOptions) => outcome(sandbox.start(options)),
  save: (request: SaveRequest) => outcome(sandbox.save(request, view)),
  viewed(number: number, text: string): void {
    views.get(number)?.(text);
    views.delete(number);
  },
  switchOn: () => outcome(sandbox.switchOn()),
  pause: (reason: 'hidden' | 'reader') => outcome(sandbox.pause(reason)),
  resume: () => outcome(sandbox.resume()),
  retry: () => outcome(sandbox.retry()),
  http: (request: HttpRequest, port: MessagePort) => outcome(http(request, port)),
  write: (index: number, data: string | Uint8Array) => outcome(sandbox.terminal(index).write(data)),
  resize: (index: number, cols: number, rows: number) => outcome(sandbox.terminal(index).resize(cols, rows)),
  exec: (argv: readonly string[], options?: ExecOptions) => outcome(sandbox.agent.exec(argv, options)),
  readFile: (path: string) => outcome(sandbox.agent.readFile(path)),
  writeFile: (path: string, content: string, options?: { owner?: string; mode?: number }) =>
    outcome(sandbox.agent.writeFile(path, content, options)),
  stat: (path: string) => outcome(sandbox.agent.stat(path)),
  diagnose: () => outcome(sandbox.diagnose().then((report) => report && { ...report, uncaught })),
};

export type WorkerApi = typeof api;

Comlink.expose(api);
