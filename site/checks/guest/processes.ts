/** The guest's processes, as `ps` lists them, and the names of the units they belong to. */

/** A process of the guest. */
export interface GuestProcess {
  readonly pid: number;
  readonly parentPid: number;
  readonly user: string;
  readonly group: string;
  /** The systemd unit whose control group it is in, or `''`. */
  readonly unit: string;
  readonly command: string;
}

/** The command whose output {@link parseProcesses} reads. */
export const LIST_PROCESSES = 'ps -ww -eo pid=,ppid=,euser:32=,egroup:32=,cgroup:160=,args=';

export function parseProcesses(output: string): readonly GuestProcess[] {
  const processes: GuestProcess[] = [];
  for (const line of output.split('\n')) {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(.*)$/.exec(line);
    if (match === null) continue;
    const [, pid = '', parentPid = '', user = '', group = '', controlGroup = '', command = ''] = match;
    // Innermost unit: `0::/system.slice/nginx.service`. A login's processes are in `session-1.scope`.
    const unit = /(?<![^/])([^/]+\.(?:service|scope))(?:\/[^/]*)?$/.exec(controlGroup)?.[1] ?? '';
    processes.push({ pid: Number(pid), parentPid: Number(parentPid), user, group, unit, command });
  }
  return processes;
}

/** systemd's own name of a unit: `nginx` is `nginx.service`. */
export function unitName(unit: string): string {
  return /\.(service|socket|timer|target|scope|slice|mount|path)$/.test(unit) ? unit : `${unit}.service`;
}

/** A unit as people type it: without `.service`. */
export function plainUnit(unit: string): string {
  return unit.replace(/\.service$/, '');
}

/** A process of uWSGI's. */
export function isUwsgi({ command }: Pick<GuestProcess, 'command'>): boolean {
  return /^(?:\S*\/)?uwsgi(?:\s|$)/.test(command);
}

/** A unit that somebody wrote to run a program, not one in which a terminal or this page's helper runs. */
export function isService(unit: string): boolean {
  return unit.endsWith('.service') && !/^(?:(?:serial-|console-)?getty@|typealong-)/.test(unit);
}
