/**
 * While the reader still reads, a new machine loads the programs that the chapter is about to run
 * (`/usr/lib/typealong/warm-up` in the guest, at idle priority): what an emulator has run once takes half the time.
 */
import type { Chapter } from '../chapter/model.ts';
import type { GuestAgent } from '../sandbox/types.ts';

/** Guest's program for it. It knows which programs gain by it. */
const WARM_UP = '/usr/lib/typealong/warm-up';
/** It gives way to all that the reader does, so it may take long. Milliseconds. */
const LONGEST_MS = 600_000;

/** Remembers what the machine has been asked to load already. */
export class WarmUp {
  #asked = new Set<string>();
  #underWay = Promise.resolve(true);

  /** The machine is a new one. */
  forget(): void {
    this.#asked = new Set();
    this.#underWay = Promise.resolve(true);
  }

  /**
   * Loads the chapter's programs. Resolves when they are there, which nobody has to wait for: `false` when it came
   * to nothing, as when the machine was switched off meanwhile.
   */
  run(agent: GuestAgent, chapter: Chapter): Promise<boolean> {
    const programs = programsOf(chapter).filter((program) => !this.#asked.has(program));
    if (programs.length > 0) {
      for (const program of programs) this.#asked.add(program);
      const loaded = load(agent, programs);
      this.#underWay = Promise.all([this.#underWay, loaded]).then((all) => all.every((done) => done));
    }
    return this.#underWay;
  }
}

async function load(agent: GuestAgent, programs: readonly string[]): Promise<boolean> {
  const result = await agent
    .exec([WARM_UP, ...programs], { user: 'nobody', timeoutMs: LONGEST_MS })
    .catch(() => null);
  return result?.code === 0;
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
