/** A uWSGI that should answer: a unit's, or a vassal of the Emperor that a job starts; and what differs between them. */
import type { AnyUwsgi } from '../guest/server.ts';
import type { Trouble } from '../words/index.ts';
import { applicationTrouble } from './python/application-trouble.ts';
import { vassalApplicationTrouble } from './python/vassal-application.ts';
import { unitTrouble } from './systemd/unit-trouble.ts';
import { configurationTrouble } from './uwsgi/configuration-trouble.ts';
import { startTrouble, vassalDownTrouble } from './uwsgi/vassal-trouble.ts';

/** Why it does not run; `null` when it does. */
export function downTrouble(uwsgi: AnyUwsgi, login: string): Trouble | null {
  return uwsgi.kind === 'unit' ? unitTrouble(uwsgi, login) : vassalDownTrouble(uwsgi);
}

/** What is wrong in its configuration although it runs. */
export function settingsTrouble(uwsgi: AnyUwsgi): Trouble | null {
  return uwsgi.kind === 'unit' ? configurationTrouble(uwsgi) : startTrouble(uwsgi);
}

/** Why it has no application. */
export function noApplicationTrouble(uwsgi: AnyUwsgi): Trouble {
  return uwsgi.kind === 'unit' ? applicationTrouble(uwsgi) : vassalApplicationTrouble(uwsgi);
}
