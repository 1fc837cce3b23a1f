/**
 * While the reader still reads, a new machine loads the programs that the chapter is about to run
 * (`/usr/lib/typealong/warm-up` in the guest, at idle priority), and runs those with which the checks look around: what
 * an emulator has run once takes half the time.
 */
import type { Chapter } from '../chapter/model.ts';
import type { GuestAgent } from '../sandbox/types.ts';

/** Guest's program for it. It knows which programs gain by it. */
const WARM_UP = '/usr/lib/typealong/warm-up';
/** Where the programs that load leave their process numbers: a folder of the guest that is open to all, in memory. */
const PIDS = '/dev/shm/typealong-warm-up';
const LOAD = `echo $$ >>${PIDS}; exec "$@"`;
/** What checks ask most; its output is of no interest. The first time is the guest's, the second its translation's. */
const LOOK = `
for turn in 1 2; do
  ps -ww -eo pid=,ppid=,euser:32=,egroup:32=,cgroup:160=,args=
  ss -Hltnp; ss -Hlxnp
  systemctl show nginx; systemctl is-system-running
  journalctl -q --no-pager -n 100
  initctl list; nginx -V
done >/dev/null 2>&1
true`;
/** Its last argument is the name by which it is known to {@link SIGNAL}. */
const LOOKING = ['chrt', '--idle', '0', 'sh', '-c', LOOK, WARM_UP];
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
  #hasLooked = false;
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
      this.#add(agent, [WARM_UP, ...programs]);
    }
    if (!this.#hasLooked && chapter.steps.some(({ checks }) => checks.length > 0)) {
      this.#hasLooked = true;
      this.#add(agent, LOOKING);
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

  /** One after the other: the first is what the reader types first. */
  #add(agent: GuestAgent, command: readonly string[]): void {
    this.#loading++;
    this.#outcome = this.#outcome.then(async (before) => (await this.#load(agent, command)) && before);
  }

  async #load(agent: GuestAgent, command: readonly string[]): Promise<boolean> {
    const result = await agent
      .exec(['sh', '-c', LOAD, 'sh', ...command], { user: 'nobody', timeoutMs: LONGEST_MS })
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
