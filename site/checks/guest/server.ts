/** A uWSGI that should answer: a unit's, or a vassal of the Emperor that a job starts. */
import type { CheckContext } from './context.ts';
import { gatherUwsgi, type MachineFacts, type UnitUwsgiFacts } from './facts.ts';
import { configuredSockets } from './listening.ts';
import { gatherVassal, type VassalFacts } from './vassal-facts.ts';

/** What a check names. */
export type ServerName =
  | { readonly kind: 'unit'; readonly unit: string }
  /** `file` is the vassal's configuration, `job` starts its Emperor. */
  | { readonly kind: 'vassal'; readonly file: string; readonly job: string };

export type AnyUwsgi = UnitUwsgiFacts | VassalFacts;

export function gatherServer(server: ServerName, context: CheckContext): Promise<AnyUwsgi> {
  return server.kind === 'unit'
    ? gatherUwsgi(server.unit, context)
    : gatherVassal(server.file, server.job, context);
}

/** The socket on which it listens, absolute. */
export function socketOf(uwsgi: AnyUwsgi, machine: MachineFacts): string | null {
  return uwsgi.kind === 'unit' ? socketOfUnit(uwsgi, machine) : uwsgi.socket;
}

/** The socket on which the unit listens, absolute: from its configuration, else from what its processes hold open. */
function socketOfUnit(uwsgi: UnitUwsgiFacts, machine: MachineFacts): string | null {
  const folder = uwsgi.unit.workingDirectory;
  const absolute = (path: string): string =>
    path.startsWith('/') ? path : `${folder}/${path.replace(/^\.\//, '')}`;
  const ini = uwsgi.configuration?.ini;
  const sockets = ini === undefined ? [] : configuredSockets(ini, folder);
  const configured = sockets.findLast(({ protocol, path }) => protocol === 'uwsgi' && path !== null)?.path;
  if (configured !== undefined && configured !== null) return configured;
  // A socket that speaks HTTP is none that Nginx could pass to.
  if (sockets.length > 0) return null;
  const pids = new Set(machine.processes.filter(({ unit }) => unit === uwsgi.unit.id).map(({ pid }) => pid));
  const held = machine.unixListeners.find(({ programs }) => programs.some(({ pid }) => pids.has(pid)));
  return held === undefined ? null : absolute(held.path);
}
