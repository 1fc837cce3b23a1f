import type { UnitUwsgiFacts } from '../../guest/facts.ts';
import { runsUwsgi, type UnitFacts } from '../../guest/unit-facts.ts';
import { closestLine, lastLines } from '../../text.ts';
import { restartUnit } from '../../words/en/phrases.ts';
import { trouble, type Trouble } from '../../words/index.ts';
import { configurationTrouble } from '../uwsgi/configuration-trouble.ts';
import { loginTrouble } from '../uwsgi/start-trouble.ts';
import { shellTrouble } from './shell-trouble.ts';

/** Exit statuses that systemd gives before the program itself begins (systemd.exec, "Process Exit Codes"). */
const EXIT_CHDIR = 200;
const EXIT_EXEC = 203;
const EXIT_GROUP = 216;
const EXIT_USER = 217;

/** Why the unit that should run uWSGI does not; `null` when it runs. */
export function unitTrouble(facts: UnitUwsgiFacts, login: string): Trouble | null {
  const { unit } = facts;
  if (unit.loadState === 'not-found') return missingTrouble(facts);
  if (unit.loadState === 'masked') return trouble('unit-masked', unit);
  if (unit.needsReload) {
    return facts.unitFileExists
      ? trouble('daemon-not-reloaded', unit)
      : trouble('unit-missing', { ...unit, deleted: true });
  }
  if (unit.loadState !== 'loaded') return unreadableTrouble(facts);
  if (unit.activeState === 'active' || unit.activeState === 'reloading') return null;
  if (unit.activeState === 'failed' || unit.result !== 'success' || unit.exitStatus !== 0) {
    return failedTrouble(facts, login);
  }
  return notStartedTrouble(unit, facts);
}

function missingTrouble({ unit, similarUnits }: UnitUwsgiFacts): Trouble {
  const { id, name } = unit;
  const file = `/etc/systemd/system/${id}`;
  const [similar] = similarUnits;
  return similar === undefined
    ? trouble('unit-missing', { id, name, file, deleted: false })
    : trouble('unit-misnamed', { id, name, file, similar });
}

function unreadableTrouble({ unit, log }: UnitUwsgiFacts): Trouble {
  const complaints = log.filter((line) => line.includes(unit.file) || line.includes(unit.id));
  return trouble(
    'unit-file-invalid',
    { name: unit.name, file: unit.file || unit.id },
    lastLines(complaints.join('\n'), 3),
  );
}

/** It was started and ended by itself. */
function failedTrouble(facts: UnitUwsgiFacts, login: string): Trouble {
  const { unit, log } = facts;
  const evidence = lastLines(log.join('\n'), 5);
  if (unit.result === 'start-limit-hit') {
    return {
      cause: 'started-too-often',
      found: `systemd has given up on ${unit.name}: it was started too often in a few seconds.`,
      advice: `Look first at why it ended, with \`sudo journalctl -u ${unit.name}\`. Then \`sudo systemctl reset-failed ${unit.name}\` and \`sudo systemctl start ${unit.name}\`.`,
      evidence,
    };
  }
  switch (unit.exitStatus) {
    case EXIT_USER: {
      const near = closestLine(unit.user, facts.users, 2)?.text ?? login;
      return trouble('unit-user-unknown', { unit, user: unit.user, near }, evidence);
    }
    case EXIT_GROUP: {
      const near = closestLine(unit.group, facts.groups, 3)?.text ?? facts.nginx.group;
      return trouble('unit-group-unknown', { unit, group: unit.group, near }, evidence);
    }
    case EXIT_CHDIR: {
      const folder = unit.workingDirectory;
      return trouble('working-directory-missing', { unit, folder, by: 'systemd' }, evidence);
    }
    case EXIT_EXEC:
      return executableTrouble(facts, evidence);
    default:
      return (
        shellTrouble(facts) ??
        loginTrouble(facts, login) ??
        configurationTrouble(facts) ??
        trouble('service-failed', unit, evidence)
      );
  }
}

function executableTrouble(facts: UnitUwsgiFacts, evidence: string): Trouble {
  const { unit } = facts;
  const program = unit.command[0] ?? '';
  if (facts.executableExists) {
    return trouble('unit-exec-failed', { unit, program, user: unit.user || 'root' }, evidence);
  }
  const shell = closestLine(program, ['/usr/bin/bash', '/bin/bash'], 3)?.text;
  if (shell !== undefined) {
    return {
      cause: 'exec-start-misspelt',
      found: `There is no program ${program}, which the unit starts.`,
      advice: `In ${unit.file}, let \`ExecStart=\` begin with \`${shell}\`. ${restartUnit(unit)}`,
      evidence,
    };
  }
  const environment = /^(.+)\/bin\/uwsgi$/.exec(program)?.[1] ?? null;
  return trouble('uwsgi-not-in-environment', { by: 'systemd', unit, program, environment }, evidence);
}

function notStartedTrouble(unit: UnitFacts, facts: UnitUwsgiFacts): Trouble {
  const daemonized = facts.configuration?.ini.entries.find(({ key }) => key.startsWith('daemonize'));
  if (daemonized !== undefined) {
    const { key, line } = daemonized;
    return trouble('uwsgi-daemonized', { name: unit.name, key, line });
  }
  const { name, activeState, enabledState, startedAt } = unit;
  return trouble(runsUwsgi(unit) ? 'uwsgi-not-started' : 'service-not-started', {
    name,
    activeState,
    neverStarted: startedAt === 0,
    enabled: enabledState === 'enabled',
  });
}
