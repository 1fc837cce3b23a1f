/**
 * While the reader still reads, a new machine loads the programs that the chapter is about to run
 * (`/usr/lib/typealong/warm-up` in the guest, at idle priority): what an emulator has run once takes half the time.
 */
import type { Chapter } from '../chapter/model.ts';
import type { GuestAgent } from '../sandbox/types.ts';

/** Guest's program for it. It knows which programs gain by it. */
const WARM_UP = '/usr/lib/typealong/warm-up';
/** Where the programs that load leave their process numbers: a folder of the guest that is open to all, in memory. */
const PIDS = '/dev/shm/typealong-warm-up';
const LOAD = `echo $$ >>${PIDS}; exec "$@"`;
/**
 * Signals what loads. `pkill` looks at every process, and would take a second of the command that this is for; a shell
 * without another program takes a twentieth. A number may meanwhile be another process's.
 */
const SIGNAL = `
while read -r pid; do
  while read -r word || [ -n "$word" ]; do
    case $word in *${WARM_UP}*) kill "$0" "$pid"; break ;; esac
  done <"/proc/$pid/cmdline"
done <${PIDS}`;
/** It rests while a command runs, so it may take long. Milliseconds. */
const LONGEST_MS = 1_800_000;

/** Loads chapters' programs in one machine. */
export class WarmUp {
  /** What the machine has been asked to load. */
  readonly #asked = new Set<string>();
  #loading = 0;
  #isResting = false;
  /** Whether all that was asked for has been loaded. */
  #outcome = Promise.resolve(true);
  /** Signals reach the guest one after another. */
  #signalled: Promise<unknown> = Promise.resolve();

  /**
   * Nobody waits for the machine: loads the chapter's programs, or goes on with it. Resolves when they are there,
   * which nobody has to wait for either: `false` when it came to nothing, as when the machine was switched off.
   */
  run(agent: GuestAgent, chapter: Chapter): Promise<boolean> {
    if (this.#isResting) this.#signal(agent, 'CONT');
    this.#isResting = false;
    const programs = programsOf(chapter).filter((program) => !this.#asked.has(program));
    if (programs.length > 0) {
      for (const program of programs) this.#asked.add(program);
      const loaded = this.#load(agent, programs);
      this.#outcome = Promise.all([this.#outcome, loaded]).then((all) => all.every((done) => done));
    }
    return this.#outcome;
  }

  /**
   * A command runs. An idle priority is not enough for it: whatever it waits for, a disk or the network, would come
   * to it only when a turn of the other program is over.
   */
  rest(agent: GuestAgent): void {
    if (this.#loading === 0 || this.#isResting) return;
    this.#isResting = true;
    this.#signal(agent, 'STOP');
  }

  async #load(agent: GuestAgent, programs: readonly string[]): Promise<boolean> {
    this.#loading++;
    const result = await agent
      .exec(['sh', '-c', LOAD, 'sh', WARM_UP, ...programs], { user: 'nobody', timeoutMs: LONGEST_MS })
      .catch(() => null);
    this.#loading--;
    return result?.code === 0;
  }

  #signal(agent: GuestAgent, signal: 'STOP' | 'CONT'): void {
    this.#signalled = this.#signalled
      .then(() => agent.exec(['sh', '-c', SIGNAL, `-${signal}`]))
      // The machine is gone, and what was to be signalled with it.
      .catch(() => null);
  }
}

/** Names of the programs that a chapter's commands begin with, each once. */
export function programsOf(chapter: Chapter): string[] {
  const commands = chapter.steps
    .flatMap((step) => step.actions)
    .flatMap((action) => (action.kind === 'command' ? action.command : []));
  return [
    ...new Set(commands.flatMap((command) => /^(?:sudo\s+)?([\w.+-]+)(?:\s|$)/.exec(command)?.[1] ?? [])),
  ];
}
