import type { UnitUwsgiFacts } from '../../guest/facts.ts';
import { runsUwsgi, type UnitFacts } from '../../guest/unit-facts.ts';
import { closestLine, lastLines } from '../../text.ts';
import { restartUnit } from '../../words/en/phrases.ts';
import { trouble, type Trouble } from '../../words/index.ts';
import { closedCodeTrouble } from '../uwsgi/closed-code.ts';
import { configurationTrouble } from '../uwsgi/configuration-trouble.ts';
import { lastWordsTrouble } from '../uwsgi/ended-trouble.ts';
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
  if (unit.loadState === 'masked') {
    return {
      cause: 'unit-masked',
      found: `The unit ${unit.id} is masked: systemd is told never to start it.`,
      advice: `Take the mask off: \`sudo systemctl unmask ${unit.name}\`, then \`sudo systemctl start ${unit.name}\`.`,
    };
  }
  if (unit.needsReload && !facts.unitFileExists) {
    return {
      cause: 'unit-missing',
      found: `${unit.file} is gone; systemd still goes by what it once read there.`,
      advice: `Write the unit file again: \`sudo nano ${unit.file}\`. ${restartUnit(unit)}`,
    };
  }
  if (unit.needsReload) {
    return {
      cause: 'daemon-not-reloaded',
      found: `${unit.file} has changed since systemd read it; systemd still goes by the old text.`,
      advice: `Let systemd read it again: \`sudo systemctl daemon-reload\`, then \`sudo systemctl restart ${unit.name}\`.`,
    };
  }
  if (unit.loadState !== 'loaded') return unreadableTrouble(facts);
  if (unit.activeState === 'active' || unit.activeState === 'reloading') return null;
  if (unit.activeState === 'failed' || unit.result !== 'success' || unit.exitStatus !== 0) {
    return failedTrouble(facts, login);
  }
  return notStartedTrouble(unit, facts);
}

function missingTrouble({ unit, similarUnits }: UnitUwsgiFacts): Trouble {
  const path = `/etc/systemd/system/${unit.id}`;
  const similar = similarUnits[0];
  return similar === undefined
    ? {
        cause: 'unit-missing',
        found: `systemd knows no unit ${unit.id}: there is no ${path}.`,
        advice: `Write the unit file: \`sudo nano ${path}\`.`,
      }
    : {
        cause: 'unit-misnamed',
        found: `systemd knows no unit ${unit.id}, but there is a ${similar}.`,
        advice: `Give it the right name: \`sudo mv ${similar} ${path}\`, then \`sudo systemctl daemon-reload\` and \`sudo systemctl start ${unit.name}\`.`,
      };
}

function unreadableTrouble({ unit, log }: UnitUwsgiFacts): Trouble {
  const complaints = log.filter((line) => line.includes(unit.file) || line.includes(unit.id));
  return {
    cause: 'unit-file-invalid',
    found: `systemd cannot use ${unit.file || unit.id}: a line in it is wrong or missing.`,
    advice: `Ask systemd which line: \`systemd-analyze verify ${unit.file || unit.id}\`. Fix it, then \`sudo systemctl daemon-reload\` and \`sudo systemctl start ${unit.name}\`.`,
    evidence: lastLines(complaints.join('\n'), 3),
  };
}

/** It was started and ended by itself. */
function failedTrouble(facts: UnitUwsgiFacts, login: string): Trouble {
  const { unit, log } = facts;
  const again = restartUnit(unit);
  const evidence = lastLines(log.join('\n'), 5);
  if (unit.result === 'start-limit-hit') {
    return trouble('started-too-often', { of: 'unit', unit: unit.name }, evidence);
  }
  switch (unit.exitStatus) {
    case EXIT_USER: {
      const near = closestLine(unit.user, facts.users, 2)?.text ?? login;
      return {
        cause: 'unit-user-unknown',
        found: `The unit wants to run as "${unit.user}", and this machine has no such login.`,
        advice: `In ${unit.file}, under [Service], write \`User=${near}\`. ${again}`,
        evidence,
      };
    }
    case EXIT_GROUP: {
      const near = closestLine(unit.group, facts.groups, 3)?.text ?? facts.nginx.group;
      return {
        cause: 'unit-group-unknown',
        found: `The unit wants the group "${unit.group}", and this machine has no such group.`,
        advice: `In ${unit.file}, under [Service], write \`Group=${near}\`. ${again}`,
        evidence,
      };
    }
    case EXIT_CHDIR: {
      const closed = closedCodeTrouble(facts);
      if (closed !== null) return closed;
      return {
        cause: 'working-directory-missing',
        found: `The unit's working directory, ${unit.workingDirectory}, is not there or may not be entered.`,
        advice: `In ${unit.file}, let \`WorkingDirectory=\` name the folder of your project. If the folder itself was deleted, write its files again, or reset the machine to the start of this chapter. ${again}`,
        evidence,
      };
    }
    case EXIT_EXEC:
      return executableTrouble(facts, again, evidence);
    default:
      return (
        shellTrouble(facts) ??
        loginTrouble(facts, login) ??
        configurationTrouble(facts) ??
        lastWordsTrouble(facts) ?? {
          cause: 'service-failed',
          found: `${unit.name} was started, but it ended by itself (${unit.result}, exit status ${unit.exitStatus}).`,
          advice: `Read what it said last, with \`sudo journalctl -u ${unit.name}\`; fix that, then \`sudo systemctl restart ${unit.name}\`.`,
          evidence,
        }
      );
  }
}

function executableTrouble(facts: UnitUwsgiFacts, again: string, evidence: string): Trouble {
  const { unit } = facts;
  const program = unit.command[0] ?? '';
  const environment = /^(.+)\/bin\/uwsgi$/.exec(program)?.[1];
  if (facts.executableExists) {
    const closed = closedCodeTrouble(facts);
    if (closed !== null) return closed;
    return {
      cause: 'unit-exec-failed',
      found: `systemd could not start ${program}, though the file is there.`,
      advice: `See that it may be executed by ${unit.user || 'root'}: \`ls -l ${program}\`. ${again}`,
      evidence,
    };
  }
  const shell = closestLine(program, ['/usr/bin/bash', '/bin/bash'], 3)?.text;
  if (shell !== undefined) {
    return trouble('exec-start-misspelt', { wrong: 'shell', program, meant: shell, unit }, evidence);
  }
  return {
    cause: 'uwsgi-not-in-environment',
    found: `There is no program ${program}, which the unit starts.`,
    advice:
      environment === undefined
        ? `In ${unit.file}, let \`ExecStart=\` name the whole path of uwsgi in your virtual environment. ${again}`
        : `Either the path in \`ExecStart=\` is misspelt, or uWSGI is not installed in that environment. If the environment itself is gone, create it first: \`virtualenv ${environment}\`. Then \`source ${environment}/bin/activate\`, then \`pip install uwsgi\`. ${again}`,
    evidence,
  };
}

function notStartedTrouble(unit: UnitFacts, facts: UnitUwsgiFacts): Trouble {
  const daemonized = facts.configuration?.ini.entries.find(({ key }) => key.startsWith('daemonize'));
  if (daemonized !== undefined) {
    return {
      cause: 'uwsgi-daemonized',
      found: `uWSGI went into the background by itself (\`${daemonized.key}\`, line ${daemonized.line} of its configuration), so systemd believes that it has ended.`,
      advice: `Take that line out; systemd keeps uWSGI running without it. ${restartUnit(unit)}`,
    };
  }
  const neverStarted = unit.startedAt === 0;
  const subject = runsUwsgi(unit) ? 'uWSGI' : unit.name;
  const enable =
    unit.enabledState === 'enabled'
      ? ''
      : ` Then \`sudo systemctl enable ${unit.name}\`, so that it starts with the machine.`;
  return {
    cause: runsUwsgi(unit) ? 'uwsgi-not-started' : 'service-not-started',
    found: neverStarted
      ? `${subject} has not been started since this machine came up: ${unit.name} is ${unit.activeState}.`
      : `${subject} was stopped: ${unit.name} is ${unit.activeState}.`,
    advice: `Start it: \`sudo systemctl start ${unit.name}\`.${enable}`,
  };
}
