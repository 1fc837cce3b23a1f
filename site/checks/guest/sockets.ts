/** What listens in the guest, as `ss` lists it. */

/** A TCP port that a program listens on. */
export interface Listener {
  /** `0.0.0.0`, `*` and `[::]` are all addresses. */
  readonly address: string;
  readonly port: number;
  readonly programs: readonly ListeningProgram[];
}

/** A Unix socket that a program listens on; `path` as the program gave it, which may be relative. */
export interface UnixListener {
  readonly path: string;
  readonly programs: readonly ListeningProgram[];
}

export interface ListeningProgram {
  readonly name: string;
  readonly pid: number;
}

/** The commands whose output the parsers read. */
export const LIST_TCP_LISTENERS = 'ss -Hltnp';
export const LIST_UNIX_LISTENERS = 'ss -Hlxnp';

/** `LISTEN 0 511 0.0.0.0:80 0.0.0.0:* users:(("nginx",pid=25368,fd=5),…)` */
export function parseTcpListeners(output: string): readonly Listener[] {
  const listeners: Listener[] = [];
  for (const line of output.split('\n')) {
    const local = line.trim().split(/\s+/)[3];
    const match = local === undefined ? null : /^(.*):(\d+)$/.exec(local);
    if (match === null || !line.startsWith('LISTEN')) continue;
    // A name after `%` is the interface that the address is bound to.
    const address = (match[1] ?? '').replace(/%.*$/, '');
    listeners.push({ address, port: Number(match[2]), programs: parsePrograms(line) });
  }
  return listeners;
}

/** `u_str LISTEN 0 100 myproject.sock 40322 * 0 users:(("uwsgi",pid=1234,fd=3))` */
export function parseUnixListeners(output: string): readonly UnixListener[] {
  const listeners: UnixListener[] = [];
  for (const line of output.split('\n')) {
    const match = /^u_\w+\s+LISTEN\s+\d+\s+\d+\s+(.+?)\s+\d+\s+\*\s/.exec(line.trim());
    if (match?.[1] !== undefined) listeners.push({ path: match[1], programs: parsePrograms(line) });
  }
  return listeners;
}

function parsePrograms(line: string): readonly ListeningProgram[] {
  const programs = new Map<number, ListeningProgram>();
  for (const match of line.matchAll(/\("([^"]*)",pid=(\d+),/g)) {
    const pid = Number(match[2]);
    programs.set(pid, { name: match[1] ?? '', pid });
  }
  return [...programs.values()];
}

/** Whether a listener takes connections from outside the guest. */
export function isOpenToAll({ address }: Listener): boolean {
  return ['0.0.0.0', '*', '[::]', '::'].includes(address) || !isLocal(address);
}

function isLocal(address: string): boolean {
  return /^(127\.|\[?::1\]?$|\[?::ffff:127\.)/.test(address);
}
