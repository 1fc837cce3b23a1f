/** The environment was made with another Python than the one that uWSGI runs. */
import type { UwsgiFacts } from '../../guest/facts.ts';
import { trouble, type Trouble } from '../../words/index.ts';

/** Why uWSGI finds no package of the environment; `null` when it is of the same Python, or that is not known. */
export function otherPythonTrouble(facts: UwsgiFacts): Trouble | null {
  const { log, pythons, environment, keeper } = facts;
  const runs = /^Python version: (\d+\.\d+)\./m.exec(log.join('\n'))?.[1];
  const [has] = pythons;
  const path = environment.bin.replace(/\/bin$/, '');
  // The system's own folders are no environment.
  if (/^(?:\/usr(?:\/local)?)?$/.test(path)) return null;
  if (runs === undefined || has === undefined || pythons.includes(runs)) return null;
  return trouble('environment-other-python', { path, has, runs, environment, keeper });
}
