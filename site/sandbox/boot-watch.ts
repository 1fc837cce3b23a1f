/** When a machine that boots is ready for its reader. */
import type { AgentClient } from './agent.ts';
import type { Consoles } from './consoles.ts';
import { afterRunning } from './running-time.ts';
import { untilAborted } from './stalls.ts';
import { SandboxError } from './types.ts';

/** A boot that takes longer has failed; a slow laptop takes two minutes. */
const LONGEST_BOOT_MS = 360_000;
/**
 * What has been standing on the first console for so long is all that will come: a shell that writes no marks waits
 * for input, or there is no agent. A busy computer takes half a minute from the login to the prompt. Milliseconds.
 */
const QUIET_MS = 40_000;
/** How long a console that never goes quiet may keep its reader waiting after its first output, milliseconds. */
const LONGEST_OUTPUT_MS = 60_000;
/** How long the agent may come after the prompt. It starts long before, if it does. Milliseconds. */
const AGENT_AFTER_PROMPT_MS = 10_000;

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
 * Resolves when the first console shows a prompt and the agent is there; without one of them, when that console has
 * gone quiet, or has been printing for long. Rejects with `guest-crashed` when that console prints nothing and there
 * is no agent either. To be called before the machine runs.
 */
export function bootEnd(
  agent: AgentClient,
  consoles: Consoles,
  { signal, standsStill }: BootWatch,
): Promise<BootEnd> {
  let hasAgent = false;
  let hasPrompt = false;
  let cancelQuiet = (): void => {};
  let hasOutput = false;
  const stops: (() => void)[] = [() => cancelQuiet()];
  const end = new Promise<BootEnd>((resolve, reject) => {
    const settle = (): void => resolve({ hasAgent });
    const quietAfter = (milliseconds: number): void => {
      cancelQuiet();
      cancelQuiet = afterRunning(milliseconds, standsStill, settle);
    };
    const longest = (): void => {
      if (hasAgent) settle();
      else reject(didNotComeUp());
    };
    const look = (): void => {
      if (hasAgent && hasPrompt) settle();
    };
    stops.push(
      afterRunning(LONGEST_BOOT_MS, standsStill, longest),
      agent.onReady(() => {
        hasAgent = true;
        look();
      }),
      consoles.onMark(0, ({ kind }) => {
        hasPrompt ||= kind === 'prompt';
        if (hasPrompt) quietAfter(AGENT_AFTER_PROMPT_MS);
        look();
      }),
      consoles.onData(0, () => {
        quietAfter(hasPrompt ? AGENT_AFTER_PROMPT_MS : QUIET_MS);
        if (hasOutput) return;
        hasOutput = true;
        stops.push(afterRunning(LONGEST_OUTPUT_MS, standsStill, settle));
      }),
    );
  });
  return untilAborted(end, signal).finally(() => {
    for (const stop of stops) stop();
  });
}

function didNotComeUp(): SandboxError {
  return new SandboxError({
    code: 'guest-crashed',
    message: 'The machine did not come up. Reset it to go on from the start of the chapter.',
  });
}
