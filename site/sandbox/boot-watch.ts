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

export interface BootEnd {
  /** The agent has said that it is there. */
  readonly hasAgent: boolean;
}

/**
 * Resolves when the first console shows a prompt and the agent is there; without one of them, when that console
 * stands still. Rejects with `guest-crashed` when neither comes. To be called before the machine runs.
 */
export function bootEnd(agent: AgentClient, consoles: Consoles, signal: AbortSignal): Promise<BootEnd> {
  let hasAgent = false;
  let hasPrompt = false;
  let timer: ReturnType<typeof setTimeout>;
  const stops: (() => void)[] = [];
  const end = new Promise<BootEnd>((resolve, reject) => {
    const wait = (milliseconds: number): void => {
      clearTimeout(timer);
      timer = setTimeout(() => resolve({ hasAgent }), milliseconds);
    };
    timer = setTimeout(
      () =>
        reject(
          new SandboxError({
            code: 'guest-crashed',
            message: 'The machine did not come up. Reset it to go on from the start of the chapter.',
          }),
        ),
      LONGEST_BOOT_MS,
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
    clearTimeout(timer);
    for (const stop of stops) stop();
  });
}
