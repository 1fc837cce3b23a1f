/** A part of the program that is fetched when it is first needed. */
import { PROGRAM_SLOW_MS } from '../program-slow.ts';
import { SandboxError } from '../sandbox/types.ts';

/**
 * Fetches a part of the program. `what` names it for the reader, such as `The terminal`.
 * @throws {SandboxError} `gone` when the host no longer has it, `fetch-failed` when it cannot be reached, or takes long:
 * it may still come, and the next call finds it then.
 */
export async function fetchChunk<T>(what: string, load: () => Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const slow = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(slowProblem(what)), PROGRAM_SLOW_MS);
  });
  try {
    return await Promise.race([load(), slow]);
  } catch (error) {
    if (error instanceof SandboxError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    const isGone = await isMissing(message);
    throw new SandboxError(
      {
        code: isGone ? 'gone' : 'fetch-failed',
        message: isGone
          ? `${what} cannot be fetched: this site has been updated since you opened the page. Reload the page.`
          : `${what} could not be fetched. Check your connection, then try again; if that does not help, reload the page.`,
        subject: message,
      },
      { cause: error },
    );
  } finally {
    clearTimeout(timer);
  }
}

function slowProblem(what: string): SandboxError {
  return new SandboxError({
    code: 'fetch-failed',
    message: `${what} is taking a long time to arrive. Check your connection, then try again; if that does not help, reload the page.`,
  });
}

/** The address in a browser's or Vite's message, if it names one. */
export function addressIn(message: string): string | null {
  return /https?:\/\/\S+|\/\S+\.(?:js|css)\b/.exec(message)?.[0] ?? null;
}

/** Whether the host answers that it has no such file. */
async function isMissing(message: string): Promise<boolean> {
  const address = addressIn(message);
  if (address === null) return false;
  const answer = await fetch(address, { method: 'HEAD', cache: 'no-store' }).catch(() => null);
  return answer !== null && (answer.status === 404 || answer.status === 410);
}
