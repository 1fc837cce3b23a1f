/** The worker's side: a machine behind Comlink, in the few calls that `client.ts` makes. */
import * as Comlink from 'comlink';
import { LocalSandbox } from './local.ts';
import { createPageFetcher } from './page-fetcher.ts';
import { SandboxError, TERMINAL_COUNT } from './types.ts';
import type { ExecOptions, HttpRequest, SandboxProblem, SandboxState, StartOptions } from './types.ts';

const sandbox = new LocalSandbox(createPageFetcher());

/** Errors lose their fields on the way between threads: a problem travels as a value. */
export type Outcome<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: SandboxProblem };

async function outcome<T>(work: Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await work };
  } catch (error) {
    const problem =
      error instanceof SandboxError
        ? error.problem
        : { code: 'internal' as const, message: error instanceof Error ? error.message : String(error) };
    return { ok: false, problem };
  }
}

const api = {
  listen(onState: (state: SandboxState) => void, onData: (index: number, bytes: Uint8Array) => void): void {
    sandbox.onState(onState);
    for (let index = 0; index < TERMINAL_COUNT; index++) {
      sandbox.terminal(index).onData((bytes) => onData(index, bytes));
    }
  },
  start: (options: StartOptions) => outcome(sandbox.start(options)),
  pause: (reason: 'hidden' | 'reader') => outcome(sandbox.pause(reason)),
  resume: () => outcome(sandbox.resume()),
  switchOn: () => outcome(sandbox.switchOn()),
  diagnose: () => outcome(sandbox.diagnose()),
  retry: () => outcome(sandbox.retry()),
  powerOff: () => outcome(sandbox.powerOff()),
  http: (request: HttpRequest) => outcome(sandbox.http(request)),
  write: (index: number, data: string | Uint8Array) => outcome(sandbox.terminal(index).write(data)),
  resize: (index: number, cols: number, rows: number) => outcome(sandbox.terminal(index).resize(cols, rows)),
  exec: (argv: readonly string[], options?: ExecOptions) => outcome(sandbox.agent.exec(argv, options)),
  readFile: (path: string) => outcome(sandbox.agent.readFile(path)),
  writeFile: (path: string, content: string, options?: { owner?: string; mode?: number }) =>
    outcome(sandbox.agent.writeFile(path, content, options)),
  stat: (path: string) => outcome(sandbox.agent.stat(path)),
};

export type WorkerApi = typeof api;

Comlink.expose(api);
