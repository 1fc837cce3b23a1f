import type { NginxFacts } from '../../guest/facts.ts';
import { installationOf } from '../../guest/installer.ts';
import { trouble, type Trouble } from '../../words/index.ts';
import { invalidTrouble } from './invalid-trouble.ts';

/** Why Nginx does not run, or runs with a configuration that cannot be loaded again; `null` when all is well. */
export function runningTrouble(facts: NginxFacts): Trouble | null {
  const { unit, service } = facts;
  if (!facts.installed) {
    return trouble('nginx-not-installed', { install: installationOf('nginx', facts.installer) });
  }
  if (!facts.valid) return invalidTrouble(facts);
  if (unit.activeState === 'active' || unit.activeState === 'reloading') return null;
  if (unit.loadState === 'masked') return trouble('nginx-masked', {});
  if (unit.result === 'start-limit-hit') {
    return trouble('started-too-often', { of: 'nginx' });
  }
  const inUse = facts.errorLog.findLast((line) => line.includes('Address already in use'));
  if (inUse !== undefined && unit.activeState === 'failed') {
    return trouble('nginx-port-in-use', { service }, inUse);
  }
  return trouble('nginx-not-running', {
    state: unit.activeState,
    isDisabled: unit.enabledState === 'disabled',
    service,
  });
}

/** Nginx runs with an older configuration than the one on disk; `null` when it is up to date. */
export function notRestartedTrouble({ newerThanRunning, service }: NginxFacts): Trouble | null {
  const own = newerThanRunning.filter((path) => !/^\/etc\/nginx\/(sites-enabled|conf\.d)$/.test(path));
  const changed = own.length > 0 ? own : newerThanRunning;
  if (changed.length === 0) return null;
  return trouble('nginx-not-restarted', { files: changed, service });
}
