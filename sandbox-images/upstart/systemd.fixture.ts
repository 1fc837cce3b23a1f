/**
 * A stand-in for systemd, for tests without a machine: it answers on systemd's private D-Bus socket, as much of it as
 * upstart-compat asks, and runs the services that upstart-compat has written, on this computer. What it knows of a
 * service is what those files have; a setting that it does not know is an error, so that none goes unnoticed.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { constants } from 'node:os';
import path from 'node:path';

/** A D-Bus message that was read. */
interface Call {
  readonly serial: number;
  readonly path: string;
  readonly member: string;
  readonly arguments: readonly string[];
}

/** How a process has ended, as systemd has it: code 1 is exit, 2 a signal. */
interface Ending {
  readonly pid: number;
  readonly code: number;
  readonly status: number;
}

const SETTINGS = new Set([
  ...['Description', 'After', 'StartLimitBurst', 'StartLimitIntervalSec', 'Type', 'RemainAfterExit'],
  ...['ExecStartPre', 'ExecStart', 'ExecStartPost', 'ExecStop', 'ExecStopPost', 'Restart', 'RestartSec'],
  ...[
    'SuccessExitStatus',
    'RestartPreventExitStatus',
    'TimeoutStartSec',
    'TimeoutStopSec',
    'KillSignal',
    'IgnoreSIGPIPE',
    'PIDFile',
  ],
  ...['User', 'Group', 'EnvironmentFile', 'UnsetEnvironment', 'ExecSearchPath', 'WorkingDirectory', 'UMask'],
  ...['Nice', 'OOMScoreAdjust', 'StandardInput', 'StandardOutput', 'StandardError', 'TTYPath'],
  ...['AS', 'CORE', 'CPU', 'DATA', 'FSIZE', 'MEMLOCK', 'MSGQUEUE', 'NICE', 'NOFILE', 'NPROC', 'RSS']
    .concat(['RTPRIO', 'SIGPENDING', 'STACK'])
    .map((name) => `Limit${name}`),
]);

/** A service's file, as settings in order. */
function readUnit(text: string): Map<string, string[]> {
  const settings = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#') || line.startsWith('[')) continue;
    const [, key = '', value = ''] = /^([A-Za-z]+)=(.*)$/.exec(line) ?? [];
    if (!SETTINGS.has(key)) throw new Error(`systemd would not know: ${line}`);
    settings.set(key, [...(settings.get(key) ?? []), value]);
  }
  return settings;
}

/** The words of a command line of a service, by systemd's rules. */
function readCommand(line: string): string[] {
  const words: string[] = [];
  const pattern = /\s*(?:"((?:[^"\\]|\\.)*)"|(\S+))/gy;
  for (let match = pattern.exec(line); match; match = pattern.exec(line)) {
    const word = (match[1] ?? match[2] ?? '').replace(/\\(x[0-9a-f]{2}|.)/g, (_, escape: string) =>
      escape === 'n'
        ? '\n'
        : escape.length === 3
          ? String.fromCharCode(parseInt(escape.slice(1), 16))
          : escape,
    );
    words.push(Buffer.from(word.replaceAll('$$', '$').replaceAll('%%', '%'), 'latin1').toString('latin1'));
  }
  return words;
}

/** The variables of an EnvironmentFile. */
function readEnvironment(text: string): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [, name = '', value = ''] of text.matchAll(/^([^=\n]+)="((?:[^"\\]|\\[^])*)"$/gm))
    variables[name] = value.replace(/\\(["\\`$])/g, '$1');
  return variables;
}

/** Whether there is a process, other than one that has ended and was not asked for yet. */
export function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${String(pid)}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Sends a signal to a process that may be gone by now. */
function kill(pid: number, signal: NodeJS.Signals | number): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It is.
  }
}

/** Processes that have the variable in their environment. */
function findProcesses(variable: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return (
          isAlive(pid) && readFileSync(`/proc/${String(pid)}/environ`, 'latin1').includes(`${variable}\0`)
        );
      } catch {
        return false;
      }
    });
}

class Service {
  readonly settings: Map<string, string[]>;
  readonly name: string;
  readonly file: string;
  readonly loadedAt: number;
  active = 'inactive';
  sub = 'dead';
  result = 'success';
  mainPid = 0;
  controlPid = 0;
  main: Ending = { pid: 0, code: 0, status: 0 };
  pre: Ending = { pid: 0, code: 0, status: 0 };
  /** Of the program that a service of the type `forking` begins with. */
  first: Ending = { pid: 0, code: 0, status: 0 };
  restarts = 0;
  /** How the process of ExecStart ends. */
  ended: Promise<Ending> | undefined;
  starts: number[] = [];
  /** Changes when something else is to happen with the service than what goes on. */
  turn = 0;

  constructor(name: string, file: string) {
    this.name = name;
    this.file = file;
    this.loadedAt = statSync(file).mtimeMs;
    this.settings = readUnit(readFileSync(file, 'utf8'));
  }

  one(key: string): string | undefined {
    return this.settings.get(key)?.at(-1);
  }

  /** Seconds of a time span, `undefined` for ever. */
  seconds(key: string): number | undefined {
    const [, number, unit] = /^(\d+)(ms|s)$/.exec(this.one(key) ?? '') ?? [];
    return number === undefined ? undefined : Number(number) / (unit === 'ms' ? 1000 : 1);
  }
}

export class SystemdStandIn {
  /** Names of the methods that were called, in order. */
  readonly calls: string[] = [];
  /** The directory in which everything is. */
  readonly root: string;
  readonly #services = new Map<string, Service>();
  readonly #starts = new Map<string, number[]>();
  readonly #sockets = new Set<Socket>();
  readonly #mark = `STAND_IN=${String(process.pid)}-${String(Math.random())}`;
  #server: Server | undefined;
  #nextJob = 1;
  /** Whether `GetUnit` and the like are answered; to see what happens when systemd is stuck. */
  silent = false;
  /** A method that is refused, as when somebody has set RefuseManualStop=. */
  refusing = '';
  /** A method whose jobs come to nothing, as when systemd loses them. */
  losing = '';
  /** Whether it keeps what has ended in its memory, as what another service refers to. */
  keeping = false;

  constructor(root: string) {
    this.root = root;
  }

  get #socketPath(): string {
    return path.join(this.root, 'run/systemd/private');
  }

  async listen(): Promise<void> {
    rmSync(this.#socketPath, { force: true });
    this.#server = createServer((socket) => this.#serve(socket)).listen(this.#socketPath);
    await once(this.#server, 'listening');
  }

  /** Ends everything that it has started. */
  close(): void {
    this.#server?.close();
    for (const socket of this.#sockets) socket.destroy();
    for (const service of this.#services.values()) service.turn++;
    for (const pid of findProcesses(this.#mark)) kill(pid, 'SIGKILL');
  }

  /** Breaks all connections, as when systemd executes itself anew. */
  disconnect(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** What a service is doing: ActiveState and SubState. */
  state(name: string): string {
    const service = this.#services.get(name);
    return service ? `${service.active}/${service.sub}` : 'not loaded';
  }

  mainPid(name: string): number {
    return this.#services.get(name)?.mainPid ?? 0;
  }

  /** systemctl stop, by somebody else. */
  async stop(name: string): Promise<void> {
    const service = this.#services.get(name);
    if (service) await this.#stopService(service);
  }

  /** systemctl start, by somebody else. */
  async start(name: string): Promise<void> {
    await this.#startService(this.#load(name));
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    let input = Buffer.alloc(0);
    let greeted = false;
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (data) => {
      input = Buffer.concat([input, data]);
      if (!greeted) {
        const end = input.indexOf('BEGIN\r\n');
        if (end === -1) return;
        const hello = `\0AUTH EXTERNAL ${Buffer.from(String(process.getuid?.())).toString('hex')}\r\n`;
        if (input.toString('latin1', 0, end) !== hello) throw new Error('a wrong greeting');
        socket.write('OK 1234567890abcdef1234567890abcdef\r\n');
        input = input.subarray(end + 7);
        greeted = true;
      }
      for (
        let length = messageLength(input);
        length > 0 && length <= input.length;
        length = messageLength(input)
      ) {
        const call = readCall(input.subarray(0, length));
        input = input.subarray(length);
        if (!this.silent) this.#answer(socket, call);
      }
    });
  }

  #answer(socket: Socket, call: Call): void {
    const [first = '', second = ''] = call.arguments;
    this.calls.push(call.member === 'Get' ? `Get ${second}` : `${call.member} ${first}`.trim());
    try {
      const reply = this.#do(call, first, second);
      socket.write(writeMessage(2, call.serial, {}, reply));
    } catch (error) {
      socket.write(
        writeMessage(3, call.serial, { 4: ['s', 'org.freedesktop.DBus.Error.Failed'] }, [
          ['s', error instanceof Error ? error.message : String(error)],
        ]),
      );
    }
  }

  #do(call: Call, first: string, second: string): Value[] {
    const service = this.#services.get(first);
    if (call.member === this.refusing) throw new Error('Operation refused.');
    switch (call.member) {
      case 'Reload':
        this.#services.forEach((loaded, name) => {
          if (loaded.active === 'inactive') this.#services.delete(name);
        });
        return [];
      case 'ResetFailedUnit':
        this.#starts.delete(first);
        if (service?.active === 'failed') this.#services.delete(first);
        return [];
      case 'GetUnit':
        if (!service) throw new Error(`Unit ${first} not loaded.`);
        return [['o', '/unit']];
      case 'StartUnit':
        return [['o', this.#queue(this.#load(first), 'start')]];
      case 'StopUnit':
        if (!service) throw new Error(`Unit ${first} not loaded.`);
        return [['o', this.#queue(service, 'stop')]];
      case 'RestartUnit':
        return [['o', this.#queue(this.#load(first), 'restart')]];
      case 'Get':
        return [['v', this.#property(this.#load(unitOfPath(call.path)), second)]];
      default:
        throw new Error(`Unknown method ${call.member}`);
    }
  }

  #load(name: string): Service {
    const there = this.#services.get(name);
    if (there) return there;
    const file = [
      path.join(this.root, 'etc/systemd/system', name),
      path.join(this.root, 'run/systemd/system', name),
    ].find((candidate) => existsSync(candidate));
    if (file === undefined) throw new Error(`Unit ${name} not found.`);
    const service = new Service(name, file);
    this.#services.set(name, service);
    // A service that does nothing is forgotten, so that its file is read anew.
    setImmediate(() => this.#forget(service));
    return service;
  }

  #forget(service: Service): void {
    if (!this.keeping && service.active === 'inactive' && this.#services.get(service.name) === service)
      this.#services.delete(service.name);
  }

  #property(service: Service, name: string): Value {
    const stale = !existsSync(service.file) || statSync(service.file).mtimeMs !== service.loadedAt;
    switch (name) {
      case 'ActiveState':
        return ['s', service.active];
      case 'SubState':
        return ['s', service.sub];
      case 'Result':
        return ['s', service.result];
      case 'NeedDaemonReload':
        return ['b', stale ? 1 : 0];
      case 'MainPID':
        return ['u', service.mainPid];
      case 'ControlPID':
        return ['u', service.controlPid];
      case 'ExecMainPID':
        return ['u', service.main.pid];
      case 'ExecMainCode':
        return ['i', service.main.code];
      case 'ExecMainStatus':
        return ['i', service.main.status];
      case 'ExecStartPre':
        return ['processes', service.pre];
      case 'ExecStart':
        return ['processes', service.first];
      case 'NRestarts':
        return ['u', service.restarts];
      default:
        throw new Error(`Unknown property ${name}`);
    }
  }

  #queue(service: Service, kind: 'start' | 'stop' | 'restart'): string {
    const id = this.#nextJob++;
    const job = `/org/freedesktop/systemd1/job/${String(id)}`;
    if (this.losing === `${kind.charAt(0).toUpperCase()}${kind.slice(1)}Unit`) return job;
    // After the answer, as systemd does.
    setImmediate(() => {
      void this.#runJob(service, kind).then((result) => {
        const signal = writeMessage(
          4,
          0,
          { 1: ['o', '/'], 2: ['s', 'org.freedesktop.systemd1.Manager'], 3: ['s', 'JobRemoved'] },
          [
            ['u', id],
            ['o', job],
            ['s', service.name],
            ['s', result],
          ],
        );
        for (const socket of this.#sockets) socket.write(signal);
      });
    });
    return job;
  }

  async #runJob(service: Service, kind: 'start' | 'stop' | 'restart'): Promise<string> {
    if (kind !== 'start') await this.#stopService(service);
    return kind === 'stop' ? 'done' : this.#startService(service);
  }

  #environment(service: Service, more: Record<string, string>): Record<string, string> {
    const environment: Record<string, string> = {
      PATH: '/usr/bin:/bin',
      LANG: 'C.UTF-8',
      HOME: '/root',
      INVOCATION_ID: '1',
      ...readEnvironment(readFileSync(service.one('EnvironmentFile') ?? '/dev/null', 'utf8')),
      ...more,
    };
    for (const name of (service.one('UnsetEnvironment') ?? '').split(' '))
      Reflect.deleteProperty(environment, name);
    const [mark = '', value = ''] = this.#mark.split('=');
    return { ...environment, [mark]: value, STAND_IN_UNIT: service.name };
  }

  /** Starts a process of the service in a group of its own. */
  #spawn(
    service: Service,
    command: string,
    more: Record<string, string> = {},
  ): ChildProcess | 'chdir' | 'exec' {
    const [program = '', ...rest] = readCommand(command);
    const directory = service.one('WorkingDirectory') ?? '/';
    if (!existsSync(directory)) return 'chdir';
    if (program.startsWith('/') && !existsSync(program)) return 'exec';
    const target = /^append:(.*)$/.exec(service.one('StandardOutput') ?? '')?.[1];
    const output = openSync(target ?? '/dev/null', 'a');
    const child = spawn(program, rest, {
      cwd: directory,
      detached: true,
      env: this.#environment(service, more),
      stdio: ['ignore', output, output],
    });
    child.on('error', () => undefined);
    closeSync(output);
    return child;
  }

  /** Runs the commands of a setting one after the other. */
  async #run(service: Service, key: string, more: Record<string, string> = {}): Promise<Ending> {
    let ending: Ending = { pid: 0, code: 1, status: 0 };
    for (const line of service.settings.get(key) ?? []) {
      const child = this.#spawn(service, line.replace(/^-/, ''), more);
      if (typeof child === 'string') return { pid: 1, code: 1, status: child === 'exec' ? 203 : 200 };
      service.controlPid = child.pid ?? 0;
      ending = await end(child);
      service.controlPid = 0;
      if (!line.startsWith('-') && ending.status !== 0) return ending;
    }
    return ending;
  }

  async #startService(service: Service): Promise<string> {
    if (service.active === 'active') return 'done';
    const turn = ++service.turn;
    this.#services.set(service.name, service);
    const starts = this.#starts.get(service.name) ?? [];
    const interval = service.seconds('StartLimitIntervalSec') ?? 0;
    const recent = starts.filter((start) => Date.now() - start < interval * 1000);
    // The result stays that of the last start; systemd says only in its journal that it was one too many.
    if (interval > 0 && recent.length >= Number(service.one('StartLimitBurst') ?? 5))
      return this.#fail(service, service.result);
    service.result = 'success';
    service.main = { pid: 0, code: 0, status: 0 };
    service.pre = { pid: 0, code: 0, status: 0 };
    service.first = { pid: 0, code: 0, status: 0 };
    this.#starts.set(service.name, [...recent, Date.now()]);

    service.active = 'activating';
    service.sub = 'start-pre';
    service.pre = await this.#run(service, 'ExecStartPre');
    if (service.turn !== turn) return 'canceled';
    if (service.pre.status !== 0) return this.#abandon(service, 'exit-code');

    service.sub = 'start';
    const type = service.one('Type') ?? '';
    const child = this.#spawn(service, service.one('ExecStart') ?? '');
    if (typeof child === 'string') {
      service.main = { pid: 1, code: 1, status: child === 'exec' ? 203 : 200 };
      return this.#abandon(service, 'exit-code');
    }
    const ended = end(child);
    service.ended = type === 'exec' ? ended : undefined;
    if (type === 'exec' || type === 'oneshot') {
      service.mainPid = child.pid ?? 0;
      service.main = { pid: service.mainPid, code: 0, status: 0 };
    }
    if (type === 'oneshot' || type === 'forking') {
      if (type === 'forking') service.controlPid = child.pid ?? 0;
      const ending = await ended;
      service.controlPid = 0;
      if (service.turn !== turn) return 'canceled';
      service.mainPid = 0;
      if (type === 'oneshot') service.main = ending;
      else service.first = ending;
      if (ending.status !== 0) return this.#abandon(service, 'exit-code');
      if (type === 'forking') {
        service.mainPid = Number(readFileSync(service.one('PIDFile') ?? '', 'utf8'));
        void this.#followDaemon(service, turn);
        service.main = { pid: service.mainPid, code: 0, status: 0 };
      } else if (service.one('RemainAfterExit') !== 'yes') {
        await this.#end(service, 'success');
        return 'done';
      }
    }
    service.sub = 'start-post';
    if (service.settings.has('ExecStartPost'))
      await this.#run(service, 'ExecStartPost', { MAINPID: String(service.mainPid) });
    if (service.turn !== turn) return 'canceled';
    service.active = 'active';
    service.sub = service.mainPid ? 'running' : 'exited';
    if (type === 'exec') void ended.then((ending) => this.#mainEnded(service, turn, ending));
    return 'done';
  }

  async #mainEnded(service: Service, turn: number, ending: Ending): Promise<void> {
    if (service.turn !== turn) return;
    service.mainPid = 0;
    service.main = ending;
    const well =
      ending.status === 0 || ['SuccessExitStatus'].some((key) => this.#names(service, key, ending));
    // systemd runs it for a process that has ended by itself as well, if it has ended well.
    if (well) await this.#run(service, 'ExecStop');
    if (service.turn !== turn) return;
    const restart = service.one('Restart');
    const again =
      (restart === 'always' || (restart === 'on-failure' && !well)) &&
      !this.#names(service, 'RestartPreventExitStatus', ending);
    service.active = 'deactivating';
    service.sub = 'stop-post';
    await this.#run(service, 'ExecStopPost');
    if (service.turn !== turn) return;
    if (!again) {
      if (well) await this.#end(service, 'success', false);
      else this.#fail(service, 'exit-code');
      return;
    }
    service.active = 'activating';
    service.sub = 'auto-restart';
    await this.#restart(service, turn);
  }

  /** A daemon is no child of ours, whose end we would be told of. */
  async #followDaemon(service: Service, turn: number): Promise<void> {
    const { mainPid } = service;
    while (isAlive(mainPid)) {
      if (service.turn !== turn) return;
      await wait(20);
    }
    await this.#mainEnded(service, turn, { pid: mainPid, code: 1, status: 0 });
  }

  #names(service: Service, key: string, ending: Ending): boolean {
    const names = (service.one(key) ?? '').split(' ');
    const signal =
      Object.entries(constants.signals).find(([, number]) => number === ending.status)?.[0] ?? '';
    return ending.code === 1 ? names.includes(String(ending.status)) : names.includes(signal);
  }

  /** A start that has failed; systemd tries again by itself then, too. */
  async #abandon(service: Service, result: string): Promise<string> {
    const { turn } = service;
    await this.#run(service, 'ExecStopPost');
    if (service.turn !== turn) return 'canceled';
    if (!service.settings.has('Restart')) return this.#fail(service, result);
    service.active = 'activating';
    service.sub = 'auto-restart';
    service.result = result;
    void this.#restart(service, turn);
    return 'failed';
  }

  async #restart(service: Service, turn: number): Promise<void> {
    await wait((service.seconds('RestartSec') ?? 0.1) * 1000);
    if (service.turn !== turn) return;
    service.restarts++;
    await this.#startService(service);
  }

  #fail(service: Service, result: string): string {
    service.active = 'failed';
    service.sub = 'failed';
    service.result = result;
    service.mainPid = 0;
    return 'failed';
  }

  async #end(service: Service, result: string, post = true): Promise<void> {
    if (post) {
      service.active = 'deactivating';
      service.sub = 'stop-post';
      await this.#run(service, 'ExecStopPost');
    }
    service.active = 'inactive';
    service.sub = 'dead';
    service.result = result;
    service.mainPid = 0;
    this.#forget(service);
  }

  async #stopService(service: Service): Promise<void> {
    if (service.active === 'inactive' || service.active === 'failed') return;
    const running = service.active === 'active';
    service.turn++;
    service.active = 'deactivating';
    service.sub = 'stop';
    if (running)
      await this.#run(service, 'ExecStop', service.mainPid ? { MAINPID: String(service.mainPid) } : {});
    service.sub = 'stop-sigterm';
    const mark = `STAND_IN_UNIT=${service.name}`;
    const { ended } = service;
    const patience = Date.now() + (service.seconds('TimeoutStopSec') ?? 90) * 1000;
    let signal = Number(service.one('KillSignal') ?? constants.signals.SIGTERM);
    for (let pids = findProcesses(mark); pids.length > 0; pids = findProcesses(mark)) {
      for (const pid of pids) if (isAlive(pid)) kill(pid, signal);
      signal = Date.now() > patience ? constants.signals.SIGKILL : 0;
      await wait(10);
    }
    const ending = running ? await ended : undefined;
    if (ending?.code === 1 && ending.status !== 0 && !this.#names(service, 'SuccessExitStatus', ending)) {
      service.main = ending;
      await this.#run(service, 'ExecStopPost');
      this.#fail(service, 'exit-code');
    } else await this.#end(service, 'success');
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function end(child: ChildProcess): Promise<Ending> {
  const pid = child.pid ?? 0;
  if (pid === 0) return { pid, code: 1, status: 203 };
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return signal === null
    ? { pid, code: 1, status: code ?? 0 }
    : { pid, code: 2, status: constants.signals[signal] };
}

/** The name of the service that an object path of systemd's means. */
function unitOfPath(objectPath: string): string {
  return (objectPath.split('/').at(-1) ?? '').replace(/_([0-9a-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
}

/** A value with its D-Bus type; `processes` is what systemd has for ExecStartPre and the like. */
type Value =
  | readonly ['s' | 'o', string]
  | readonly ['u' | 'i' | 'b', number]
  | readonly ['v', Value]
  | readonly ['processes', Ending];

function signature([type]: Value): string {
  return type === 'processes' ? 'a(sasbttttuii)' : type;
}

class Writer {
  bytes = Buffer.alloc(0);
  align(size: number): void {
    this.add(Buffer.alloc((size - (this.bytes.length % size)) % size));
  }
  add(bytes: Buffer): void {
    this.bytes = Buffer.concat([this.bytes, bytes]);
  }
  number(number: number): void {
    this.align(4);
    const bytes = Buffer.alloc(4);
    bytes.writeInt32LE(number | 0);
    this.add(bytes);
  }
  string(string: string): void {
    this.number(Buffer.byteLength(string));
    this.add(Buffer.from(`${string}\0`));
  }
  signature(text: string): void {
    this.add(Buffer.from([text.length, ...Buffer.from(text), 0]));
  }
  value(value: Value): void {
    switch (value[0]) {
      case 's':
      case 'o':
        this.string(value[1]);
        break;
      case 'u':
      case 'i':
      case 'b':
        this.number(value[1]);
        break;
      case 'v':
        this.signature(signature(value[1]));
        this.value(value[1]);
        break;
      case 'processes': {
        // One command: its path, its words, whether it may fail, four times, and how it has ended.
        const inner = new Writer();
        inner.string('/bin/sh');
        inner.number(12);
        inner.string('/bin/sh');
        inner.number(0);
        inner.align(8);
        inner.add(Buffer.alloc(32));
        inner.number(value[1].pid);
        inner.number(value[1].code);
        inner.number(value[1].status);
        this.number(inner.bytes.length);
        this.align(8);
        this.add(inner.bytes);
        break;
      }
    }
  }
}

function writeMessage(
  type: number,
  replyTo: number,
  fields: Readonly<Record<number, Value>>,
  values: readonly Value[],
): Buffer {
  const body = new Writer();
  for (const value of values) body.value(value);
  const header = new Writer();
  const all: [number, Value | string][] = Object.entries(fields).map(([code, value]) => [
    Number(code),
    value,
  ]);
  if (replyTo) all.push([5, ['u', replyTo]]);
  if (values.length > 0) all.push([8, values.map(signature).join('')]);
  // Fields begin at 16, where the alignment is that of their own start.
  for (const [code, value] of all) {
    header.align(8);
    header.add(Buffer.from([code]));
    if (typeof value === 'string') {
      header.signature('g');
      header.signature(value);
    } else {
      header.signature(signature(value));
      header.value(value);
    }
  }
  const start = Buffer.from([0x6c, type, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
  start.writeUInt32LE(body.bytes.length, 4);
  start.writeUInt32LE(header.bytes.length, 12);
  header.align(8);
  return Buffer.concat([start, header.bytes, body.bytes]);
}

function messageLength(bytes: Buffer): number {
  if (bytes.length < 16) return 0;
  return ((16 + bytes.readUInt32LE(12) + 7) & ~7) + bytes.readUInt32LE(4);
}

function readCall(bytes: Buffer): Call {
  const fieldsEnd = 16 + bytes.readUInt32LE(12);
  const fields: Record<number, string> = {};
  let at = 16;
  const string = (size: number): string => {
    if (size === 4) at = (at + 3) & ~3;
    const length = size === 4 ? bytes.readUInt32LE(at) : (bytes[at] ?? 0);
    const start = at + size;
    at = start + length + 1;
    return bytes.toString('utf8', start, start + length);
  };
  while (at < fieldsEnd) {
    at = (at + 7) & ~7;
    const code = bytes[at++] ?? 0;
    const type = string(1);
    fields[code] = string(type === 'g' ? 1 : 4);
  }
  const bodyStart = (fieldsEnd + 7) & ~7;
  at = bodyStart;
  const values = Array.from({ length: (fields[8] ?? '').length }, () => string(4));
  return {
    serial: bytes.readUInt32LE(8),
    path: fields[1] ?? '',
    member: fields[3] ?? '',
    arguments: values,
  };
}
