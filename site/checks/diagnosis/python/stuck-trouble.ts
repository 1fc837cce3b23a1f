/** uWSGI runs and takes no requests, because the application never lets it get so far. */
import type { UwsgiFacts } from '../../guest/facts.ts';
import { trouble, type Trouble } from '../../words/index.ts';
import { lineOf } from '../uwsgi/value-trouble.ts';

/** The application starts a server of its own while uWSGI imports it, or there are to be no workers; `null` when uWSGI has its workers. */
export function stuckTrouble(facts: UwsgiFacts): Trouble | null {
  const { log, codeLines, keeper, configuration } = facts;
  if (log.some((line) => line.startsWith('spawned uWSGI worker'))) return null;
  const workers = lineOf(facts, 'processes', 'workers', 'p');
  if (workers !== undefined && configuration !== null && !(Number.parseInt(workers.value, 10) > 0)) {
    const { line, key, value } = workers;
    return trouble('processes-none', { path: configuration.path, line, key, value, keeper });
  }
  const evidence = log.findLast((line) => / \* (Serving Flask app|Running on )/.test(line));
  if (evidence === undefined) return null;
  const place = codeLines.find(({ text }) => /^[A-Za-z_]+\.run\(/.test(text));
  return trouble('app-runs-itself', { place, keeper }, evidence);
}
