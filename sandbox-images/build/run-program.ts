/** Runs the programs of the build: one place for their errors and for becoming root. */
import { spawn } from 'node:child_process';

export interface RunOptions {
  readonly cwd?: string;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Text for standard input. */
  readonly stdin?: string;
  /** Called with every line of standard output and error, for progress. */
  readonly onLine?: (line: string) => void;
}

/** A program ended with another status than 0. The message has its command line and its last lines. */
export class ProgramError extends Error {
  readonly output: string;
  constructor(message: string, output: string) {
    super(message);
    this.name = 'ProgramError';
    this.output = output;
  }
}

/** Runs a program to its end and gives its standard output. Throws {@link ProgramError}. */
export function runProgram(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const [command, ...rest] = argv;
  if (command === undefined) throw new TypeError('runProgram needs a program');
  return new Promise((resolve, reject) => {
    const child = spawn(command, rest, {
      cwd: options.cwd,
      env: { ...process.env, LC_ALL: 'C.UTF-8', ...options.env },
      stdio: [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    let stdout = '';
    let all = '';
    let line = '';
    const take = (text: string): void => {
      all += text;
      const lines = (line + text).split(/[\r\n]+/);
      line = lines.pop() ?? '';
      if (options.onLine) for (const whole of lines) options.onLine(whole);
    };
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      take(text);
    });
    child.stderr?.setEncoding('utf8').on('data', take);
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.stdin);
    child.on('error', (error) => {
      reject(new ProgramError(`Cannot run ${command}: ${error.message}. Is it installed?`, ''));
    });
    child.on('close', (code, signal) => {
      if (code === 0) resolve(stdout);
      else reject(new ProgramError(failure(argv, code, signal, all), all));
    });
  });
}

function failure(
  argv: readonly string[],
  code: number | null,
  signal: string | null,
  output: string,
): string {
  const how = code === null ? `was ended by ${signal ?? 'a signal'}` : `failed with status ${String(code)}`;
  const last = output.trimEnd().split('\n').slice(-25).join('\n');
  return `${argv.join(' ').slice(0, 300)} ${how}. Its last lines:\n${last}`;
}

/** The same program as root: as it is for root, through sudo for anybody else. */
export function asRoot(argv: readonly string[]): readonly string[] {
  return process.getuid?.() === 0 ? argv : ['sudo', '--', ...argv];
}

/** Mounts that vanish with the program: /proc for those that look at processes. */
const INSIDE = 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"';

/**
 * Runs a program inside a root file system, as its root, as on a 32-bit machine. The directory must be a
 * complete i386 system; the host's processes are not to be seen from it.
 */
export function runInside(root: string, argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const environment = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: '/root',
    LANG: 'C.UTF-8',
    DEBIAN_FRONTEND: 'noninteractive',
    ...options.env,
  };
  const assignments = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const unshare = [
    'unshare',
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    '--',
    'setarch',
    'i686',
    'sh',
    '-c',
  ];
  return runProgram(asRoot([...unshare, INSIDE, root, 'env', '-i', ...assignments, ...argv]), {
    ...options,
    env: {},
  });
}
