/** A computer without systemd on which upstart-compat runs: everything lies below a temporary directory. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runProgram } from '../build/run-program.ts';
import { SystemdStandIn } from './systemd.fixture.ts';
import { UPSTART_FLAGS, UPSTART_LINKS, upstartSources } from './upstart.ts';

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Compiles the program for this computer, with the checkers of memory and of undefined behaviour. */
export async function buildForTests(directory: string): Promise<string> {
  const program = path.join(directory, 'upstart-compat');
  await runProgram([
    'gcc',
    ...UPSTART_FLAGS,
    '-DUPSTART_COMPAT_TEST',
    '-g',
    '-O1',
    '-fsanitize=address,undefined',
    '-fno-sanitize-recover=all',
    '-o',
    program,
    ...(await upstartSources()),
  ]);
  const clients = path.join(import.meta.dirname, 'clients.fixture.c');
  await runProgram(['gcc', ...UPSTART_FLAGS, '-o', path.join(directory, 'clients'), clients]);
  return program;
}

export class Computer {
  readonly root: string;
  readonly systemd: SystemdStandIn;
  readonly #bin: string;
  readonly #clients: string;
  #daemon: ChildProcess | undefined;
  #complaints = '';

  constructor(program: string) {
    this.root = mkdtempSync(path.join(tmpdir(), 'upstart-'));
    for (const directory of ['etc/init', 'run/systemd', 'var/log', 'dev', 'usr/sbin', 'bin'])
      mkdirSync(path.join(this.root, directory), { recursive: true });
    writeFileSync(path.join(this.root, 'dev/kmsg'), '');
    for (const file of ['passwd', 'group']) copyFileSync(`/etc/${file}`, path.join(this.root, 'etc', file));
    this.#clients = path.join(path.dirname(program), 'clients');
    this.#bin = path.join(this.root, 'bin');
    for (const link of UPSTART_LINKS) symlinkSync(program, path.join(this.#bin, path.basename(link)));
    symlinkSync(program, path.join(this.#bin, 'upstart-compat'));
    this.systemd = new SystemdStandIn(this.root);
  }

  /** Starts the service, as a boot does; again, as systemd does when it has ended. */
  async boot(): Promise<void> {
    await this.systemd.listen();
    await this.startDaemon();
  }

  async startDaemon(environment: Readonly<Record<string, string>> = {}): Promise<void> {
    const daemon = spawn(path.join(this.#bin, 'upstart-compat'), ['daemon'], {
      env: this.#environment({
        VARIABLE_OF_THE_DAEMON: 'yes',
        ASAN_OPTIONS: 'detect_leaks=1',
        ...environment,
      }),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#daemon = daemon;
    daemon.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaints += text;
    });
    const until = Date.now() + 20_000;
    while ((await this.run('initctl', 'version')).code !== 0) {
      if (Date.now() > until || daemon.exitCode !== null)
        throw new Error(`upstart-compat did not start: ${this.#complaints}`);
    }
  }

  async endDaemon(): Promise<void> {
    const daemon = this.#daemon;
    if (!daemon || daemon.exitCode !== null) return;
    daemon.kill();
    await once(daemon, 'exit');
  }

  /** Ends everything. Throws when a checker has complained, or the service has ended by itself. */
  async dispose(): Promise<void> {
    const daemon = this.#daemon;
    const alive =
      !daemon || (daemon.exitCode === null && daemon.signalCode === null) || daemon.exitCode === 0;
    await this.endDaemon();
    this.systemd.close();
    rmSync(this.root, { recursive: true });
    if (!alive || daemon?.exitCode !== 0) {
      if (daemon) throw new Error(`upstart-compat has ended: ${this.#complaints}`);
    }
  }

  #environment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
    return { PATH: '/usr/bin:/bin', UPSTART_COMPAT_ROOT: this.root, ASAN_OPTIONS: 'detect_leaks=0', ...more };
  }

  /** Runs one of the commands. */
  run(command: string, ...words: readonly string[]): Promise<Ran> {
    return this.runWith({}, command, ...words);
  }

  async runWith(
    environment: Readonly<Record<string, string>>,
    command: string,
    ...words: readonly string[]
  ): Promise<Ran> {
    const child = spawn(path.join(this.#bin, command), words, {
      env: this.#environment(environment),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code: code ?? -1, stdout, stderr };
  }

  /**
   * Opens so many connections to the service, on which nothing is asked, and holds them for a time. `kept` becomes how
   * many of them the service has kept to the end.
   */
  async hold(connections: number, ms: number): Promise<{ readonly kept: Promise<number> }> {
    const child = spawn(
      this.#clients,
      [this.path('run/upstart-compat/socket'), String(connections), String(ms)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    const kept = once(child, 'close').then(() => Number(stdout.split('\n')[1]));
    await once(child.stdout, 'data');
    return { kept };
  }

  /** A command that is still to end; for Ctrl+C. */
  begin(command: string, ...words: readonly string[]): ChildProcess {
    return spawn(path.join(this.#bin, command), words, { env: this.#environment(), stdio: 'ignore' });
  }

  path(file: string): string {
    return path.join(this.root, file);
  }

  write(file: string, text: string | Uint8Array, mode = 0o644): void {
    mkdirSync(path.dirname(this.path(file)), { recursive: true });
    writeFileSync(this.path(file), text);
    chmodSync(this.path(file), mode);
  }

  /** Writes a job's file. `ROOT/` in it is the directory of the test. */
  job(name: string, ...lines: readonly string[]): void {
    this.write(`etc/init/${name}.conf`, `${lines.join('\n').replaceAll('ROOT/', `${this.root}/`)}\n`);
  }

  remove(file: string): void {
    rmSync(this.path(file), { force: true });
  }

  /** A file's text, '' when there is none. */
  read(file: string): string {
    return existsSync(this.path(file)) ? readFileSync(this.path(file), 'utf8') : '';
  }

  list(directory: string): string[] {
    return existsSync(this.path(directory)) ? readdirSync(this.path(directory)).sort() : [];
  }

  /** The service that a job has become. */
  unit(name: string): string {
    return this.read(`run/systemd/system/${name}.service`).replaceAll(this.root, 'ROOT');
  }

  /** What init has logged: the lines, without priority. */
  logged(): string[] {
    return this.read('dev/kmsg')
      .replaceAll(this.root, 'ROOT')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.replace(/^<\d+>/, ''));
  }
}
