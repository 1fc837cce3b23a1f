/** Work in a thread of its own, which ends as soon as nobody wants the work any more. */
import type { Worker } from 'node:worker_threads';

export interface ThreadWork<Message, Result> {
  /** What the thread does, for an error. */
  readonly name: string;
  /** Aborted, it ends the thread; the work rejects with its reason. */
  readonly signal: AbortSignal;
  /** Takes a message of the thread. Returns the result once there is one; what it throws is the work's failure. */
  readonly take: (message: Message) => Result | undefined;
}

/** Settles when the thread has given its result, has failed or has ended. */
export async function resultOf<Message, Result>(
  thread: Worker,
  { name, signal, take }: ThreadWork<Message, Result>,
): Promise<Result> {
  let end = (): void => {};
  try {
    return await new Promise<Result>((resolve, reject) => {
      end = () => reject(signal.reason as Error);
      signal.addEventListener('abort', end);
      if (signal.aborted) end();
      thread.on('message', (message: Message) => {
        try {
          const result = take(message);
          if (result !== undefined) resolve(result);
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
      thread.on('error', reject);
      thread.on('exit', (code) => {
        reject(new Error(`The thread that ${name} ended with ${code} before it was done.`));
      });
    });
  } catch (error) {
    await thread.terminate();
    throw error;
  } finally {
    signal.removeEventListener('abort', end);
  }
}
