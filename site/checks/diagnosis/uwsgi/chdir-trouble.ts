/** uWSGI cannot go to the folder of its `chdir`, and ends. */
import type { UwsgiFacts } from '../../guest/facts.ts';
import { trouble, type Trouble } from '../../words/index.ts';
import { lineOf } from './value-trouble.ts';

/** `log`: what it said before it ended. */
export function chdirTrouble(facts: UwsgiFacts, log: readonly string[], project: string): Trouble | null {
  const said = log.findLast((line) =>
    /^chdir\(\): (?:No such file|Permission denied|Not a directory)/.test(line),
  );
  const entry = lineOf(facts, 'chdir', 'chdir2');
  if (said === undefined || entry === undefined || facts.configuration === null) return null;
  const { login, keeper } = facts;
  const { line, key, value } = entry;
  const { path } = facts.configuration;
  const isClosed = said.includes('Permission denied');
  return trouble('chdir-impossible', { path, line, key, value, isClosed, login, project, keeper }, said);
}
