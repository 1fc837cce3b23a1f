/** uWSGI runs and takes no requests. */
import type { UwsgiFacts } from '../../guest/facts.ts';
import { hasWorkers } from '../../guest/journal.ts';
import { trouble, type Trouble } from '../../words/index.ts';
import { lineOf } from '../uwsgi/value-trouble.ts';

/** There are to be no workers; `null` when uWSGI has some, or none for another reason. */
export function stuckTrouble(facts: UwsgiFacts): Trouble | null {
  const { log, keeper, configuration } = facts;
  if (hasWorkers(log)) return null;
  const workers = lineOf(facts, 'processes', 'workers', 'p');
  if (workers !== undefined && configuration !== null && !(Number.parseInt(workers.value, 10) > 0)) {
    const { line, key, value } = workers;
    return trouble('processes-none', { path: configuration.path, line, key, value, keeper });
  }
  return null;
}
