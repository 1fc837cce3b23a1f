/** How every command of the project ends: a plain sentence for what can be expected to fail, a stack for a bug. */
import { ExpectedError } from '../site/chapter/error.ts';

/** Something that went wrong in a way that a person can act on. The message is all they need. */
export class Failure extends ExpectedError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Failure';
  }
}

/** Runs a command's work and sets the exit code: the number that `main` resolves with, else 0. */
export async function runCommand(main: () => Promise<unknown>): Promise<void> {
  try {
    const result = await main();
    process.exitCode = typeof result === 'number' ? result : 0;
  } catch (error) {
    process.exitCode = 1;
    if (isExpected(error)) console.error(error.message);
    else console.error('This is a mistake in Typealong itself:', error);
  }
}

/** Errors whose message is all that a person needs: our own, and those of `util.parseArgs`. */
export function isExpected(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  if (error instanceof ExpectedError) return true;
  return 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}

/**
 * A port number from an option.
 * @throws {Failure} when it is not one.
 */
export function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65536) return port;
  throw new Failure(`"${text}" is not a port. Give a number from 1 to 65535: --port 4321`);
}
