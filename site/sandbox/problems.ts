/** Problems of the machine in the words that a reader sees. */
import { SandboxError } from './types.ts';
import type { SandboxProblem } from './types.ts';

/** What is asked of a machine that is off, and what was under way when it went off. */
export function switchedOff(): SandboxError {
  return new SandboxError({ code: 'switched-off', message: 'The machine is off.' });
}

/** What the guest waits for has been on its way for long. */
export const SLOW_NETWORK: SandboxProblem = {
  code: 'slow-network',
  message: 'Part of the machine is taking a long time to arrive. The machine goes on as soon as it is here.',
};

/** After a boot: the terminals work, and nothing else can look into the machine. */
export const NO_AGENT: SandboxProblem = {
  code: 'agent-silent',
  message:
    'The terminals work, but checks and “Write it for me” do not: the service typealong-agent has not started in the machine. Start it there, or reset the machine.',
};

/** What is typed while nobody can be there to read it. */
export function takesNoInput(): SandboxError {
  return new SandboxError({
    code: 'switched-off',
    message: 'The machine does not take input yet. Wait until the machine runs.',
  });
}

/** The machine's loop ended with an exception, or its kernel panicked. `subject` is what it said. */
export function crashed(subject: string): SandboxProblem {
  return {
    code: 'guest-crashed',
    message: 'The machine has crashed. Reset it to go on from the start of the chapter.',
    subject,
  };
}

/** Any error as a problem. */
export function problemOf(error: unknown): SandboxProblem {
  if (error instanceof SandboxError) return error.problem;
  const message = error instanceof Error ? error.message : String(error);
  if (OUT_OF_MEMORY.test(message)) {
    return {
      code: 'out-of-memory',
      message:
        'There is not enough memory for the machine: it needs about 600 MB. Close other tabs and try again.',
      subject: message,
    };
  }
  return {
    code: 'internal',
    message: 'The machine could not go on. Reset it to try again.',
    subject: message,
  };
}

/** As engines say it: of an ArrayBuffer, of a WebAssembly.Memory, of anything. */
const OUT_OF_MEMORY =
  /out of memory|allocation failed|allocation size overflow|(?:could not|cannot|can't|failed to) allocate/i;
