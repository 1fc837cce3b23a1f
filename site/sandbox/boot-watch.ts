/** When a machine that boots is ready for its reader. */
import type { AgentClient } from './agent.ts';
import type { Consoles } from './consoles.ts';
import { untilAborted } from './stalls.ts';
import { SandboxError } from './types.ts';

/** A boot that takes longer has failed; a slow laptop takes two minutes. */
const LONGEST_BOOT_MS = 360_000;
/**
 * What has been standing on the first console for so long is all that will come: a shell that writes no marks waits
 * for input, or there is no agent. A busy computer takes half a minute from the login to the prompt. Milliseconds.
 */
const QUIET_MS = 40_000;
/** How long the agent may come after the prompt. It starts long before, if it does. Milliseconds. */
const AGENT_AFTER_PROMPT_MS = 10_000;

/** How often the time that a machine has been running is looked at, milliseconds. */
const LOOK_MS = 1000;

export interface BootEnd {
  /** The agent has said that it is there. */
  readonly hasAgent: boolean;
}

export interface BootWatch {
  /** Aborted when the emulator that boots is taken away. */
  readonly signal: AbortSignal;
  /** Whether the machine stands still, for instance while a file cannot be had. Such time does not count. */
  readonly standsStill: () => boolean;
}

/**
 * Resolves when the first console shows a prompt and the agent is there; without one of them, when that console
 * stands still. Rejects with `guest-crashed` when neither comes. To be called before the machine runs.
 */
export function bootEnd(
  agent: AgentClient,
  consoles: Consoles,
  { signal, standsStill }: BootWatch,
): Promise<BootEnd> {
  let hasAgent = false;
  let hasPrompt = false;
  let cancelTimer = (): void => {};
  const stops: (() => void)[] = [];
  const end = new Promise<BootEnd>((resolve, reject) => {
    const wait = (milliseconds: number): void => {
      cancelTimer();
      cancelTimer = afterRunning(milliseconds, standsStill, () => resolve({ hasAgent }));
    };
    cancelTimer = afterRunning(LONGEST_BOOT_MS, standsStill, () =>
      reject(
        new SandboxError({
          code: 'guest-crashed',
          message: 'The machine did not come up. Reset it to go on from the start of the chapter.',
        }),
      ),
    );
    const look = (): void => {
      if (hasAgent && hasPrompt) resolve({ hasAgent });
    };
    void agent.nextReady().then(() => {
      hasAgent = true;
      look();
    });
    stops.push(
      consoles.onMark(0, ({ kind }) => {
        hasPrompt ||= kind === 'prompt';
        if (hasPrompt) wait(AGENT_AFTER_PROMPT_MS);
        look();
      }),
      consoles.onData(0, () => wait(hasPrompt ? AGENT_AFTER_PROMPT_MS : QUIET_MS)),
    );
  });
  return untilAborted(end, signal).finally(() => {
    cancelTimer();
    for (const stop of stops) stop();
  });
}

/**
 * Does `work` once the machine has been running for so long; time in which it stands still does not count. Returns a
 * function that cancels it.
 */
export function afterRunning(milliseconds: number, standsStill: () => boolean, work: () => void): () => void {
  let left = milliseconds;
  const timer = setInterval(() => {
    if (standsStill()) return;
    left -= LOOK_MS;
    if (left > 0) return;
    clearInterval(timer);
    work();
  }, LOOK_MS);
  return () => clearInterval(timer);
}
