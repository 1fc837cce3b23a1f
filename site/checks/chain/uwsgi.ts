/** A uWSGI that should answer: a unit's, or a vassal of the Emperor that a job starts; and what differs between them. */
import type { CheckContext } from '../context.ts';
import type { Trouble } from '../verdict.ts';
import { applicationTrouble } from './application-trouble.ts';
import { configurationTrouble } from './configuration-trouble.ts';
import { gatherUwsgi, type MachineFacts, type UnitUwsgiFacts } from './facts.ts';
import { socketOfUnit } from './socket-trouble.ts';
import { unitTrouble } from './unit-trouble.ts';
import { vassalApplicationTrouble } from './vassal-application.ts';
import { gatherVassal, type VassalFacts } from './vassal-facts.ts';
import { startTrouble, vassalDownTrouble } from './vassal-trouble.ts';

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

/** Why it does not run; `null` when it does. */
export function downTrouble(uwsgi: AnyUwsgi, login: string): Trouble | null {
  return uwsgi.kind === 'unit' ? unitTrouble(uwsgi, login) : vassalDownTrouble(uwsgi);
}

/** The socket on which it listens, absolute. */
export function socketOf(uwsgi: AnyUwsgi, machine: MachineFacts): string | null {
  return uwsgi.kind === 'unit' ? socketOfUnit(uwsgi, machine) : uwsgi.socket;
}

/** What is wrong in its configuration although it runs. */
export function settingsTrouble(uwsgi: AnyUwsgi): Trouble | null {
  return uwsgi.kind === 'unit' ? configurationTrouble(uwsgi) : startTrouble(uwsgi);
}

/** Why it has no application. */
export function noApplicationTrouble(uwsgi: AnyUwsgi): Trouble {
  return uwsgi.kind === 'unit' ? applicationTrouble(uwsgi) : vassalApplicationTrouble(uwsgi);
}
