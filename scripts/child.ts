import { spawn } from 'node:child_process';
import { Failure } from './command.ts';
import { ROOT } from './project.ts';

export interface ChildOptions {
  readonly cwd?: string;
  /** Added to this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program whose output goes straight to the terminal; resolves with its exit status. */
export async function runVisibly(argv: readonly string[], options: ChildOptions = {}): Promise<number> {
  const [program = '', ...args] = argv;
  const child = spawn(program, args, {
    cwd: options.cwd ?? ROOT,
    env: { ...process.env, ...options.env },
    stdio: 'inherit',
  });
  return new Promise((resolve, reject) => {
    child.on('error', (error) => reject(new Failure(`${program} could not be started: ${error.message}`)));
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}

/**
 * Runs a program silently and resolves with what it printed; `onLine` gets every line as it comes.
 * @throws {Failure} with the end of its output when its exit status is not 0.
 */
export async function runQuietly(
  argv: readonly string[],
  options: ChildOptions & { readonly onLine?: (line: string) => void } = {},
): Promise<string> {
  const [program = '', ...args] = argv;
  const child = spawn(program, args, {
    cwd: options.cwd ?? ROOT,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let pending = '';
  const take = (text: string): void => {
    output += text;
    const lines = (pending + text).split(/[\r\n]+/);
    pending = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') options.onLine?.(line.trim());
  };
  child.stdout.setEncoding('utf8').on('data', take);
  child.stderr.setEncoding('utf8').on('data', take);
  return new Promise((resolve, reject) => {
    child.on('error', (error) => reject(new Failure(`${program} could not be started: ${error.message}`)));
    child.on('close', (code) => {
      if (code === 0) return resolve(output);
      const end = output.trimEnd().split('\n').slice(-40).join('\n');
      reject(
        new Failure(
          `${argv.join(' ')} did not succeed (status ${code ?? 'unknown'}). Its last lines:\n\n${end}`,
        ),
      );
    });
  });
}
