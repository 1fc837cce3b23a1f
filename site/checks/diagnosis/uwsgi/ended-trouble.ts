/** What uWSGI, started by systemd, said last before it ended. */
import type { UnitUwsgiFacts } from '../../guest/facts.ts';
import { trouble, type Trouble } from '../../words/index.ts';
import { chdirTrouble } from './chdir-trouble.ts';
import { closedCodeTrouble } from './closed-code.ts';
import { excessOf, lineOf, valueTrouble } from './value-trouble.ts';

/** What uWSGI complains of that its configuration asks for; `null` when it is nothing of that. */
export function endedTrouble(facts: UnitUwsgiFacts): Trouble | null {
  const { unit, keeper, log, configuration, nginx } = facts;
  if (unit.activeState === 'active') return null;
  const path = configuration?.path ?? "uWSGI's configuration";
  const said = (pattern: RegExp): string | undefined => log.findLast((line) => pattern.test(line));

  const home = homeTrouble(facts);
  if (home !== null) return home;
  const closed =
    said(/^open\("[^"]+"\): Permission denied \[core\/io/) === undefined ? null : closedCodeTrouble(facts);
  if (closed !== null) return closed;
  const chdir = chdirTrouble(facts, log, facts.startFolder);
  if (chdir !== null) return chdir;
  const mode = said(/^invalid chmod value: /);
  const chmod = lineOf(facts, 'chmod-socket', 'chmod');
  if (mode !== undefined && chmod !== undefined) {
    const { key, value, line } = chmod;
    const excess = excessOf(value);
    return excess === null || !/^0?[0-7]{3}$/.test(excess.plain)
      ? trouble('chmod-socket-invalid', { path, line, key, value, keeper }, mode)
      : trouble('ini-value-malformed', { path, line, key, value, ...excess, keeper }, mode);
  }
  const login = said(
    /^(cannot set[ug]id\(\) as non-root user|set(u|g|re|res)id\(\): Operation not permitted)/,
  );
  if (login !== undefined) {
    const lines = (configuration?.ini.entries ?? [])
      .filter(({ section, key }) => section === 'uwsgi' && (key === 'uid' || key === 'gid'))
      .map(({ key, value, line }) => ({ line, text: `${key} = ${value}` }));
    const user = unit.user || 'root';
    return trouble('login-needs-root', { path, lines, user, unit }, login);
  }
  const chown = said(/^chown\(\): Operation not permitted/);
  const owner = lineOf(facts, 'chown-socket');
  if (chown !== undefined && owner !== undefined) {
    const { line, value } = owner;
    return trouble(
      'chown-socket-not-permitted',
      {
        path,
        line,
        value,
        user: unit.user,
        group: unit.group,
        wanted: nginx.group,
        bornAsRoot: lineOf(facts, 'uid') !== undefined,
        unit,
      },
      chown,
    );
  }
  return null;
}

/** Python does not find its own library: in the environment that the configuration names, or in uWSGI's own. */
function homeTrouble(facts: UnitUwsgiFacts): Trouble | null {
  const { log, configuration, keeper, startFolder, environment, unit } = facts;
  const evidence = log.findLast((line) =>
    /^(ModuleNotFoundError: No module named 'encodings'|ImportError: .*\b_io\b)/.test(line),
  );
  if (evidence === undefined) return null;
  const real = environment.bin.replace(/\/bin$/, '');
  const entry = lineOf(facts, 'home', 'virtualenv', 'venv', 'pyhome');
  if (entry === undefined || configuration === null) {
    return trouble('environment-broken', { path: real, unit }, evidence);
  }
  const malformed = valueTrouble(facts);
  if (malformed !== null) return malformed;
  const { line, key, value } = entry;
  const home = value.startsWith('/') ? value : `${startFolder}/${value}`;
  const common = { path: configuration.path, line, key, value, home, wanted: real, keeper };
  return log.some((text) => text.includes('Python Home is not a directory'))
    ? trouble(
        'home-missing',
        { ...common, folder: startFolder, environment: real, base: undefined },
        evidence,
      )
    : trouble('home-not-environment', common, evidence);
}

/** What uWSGI complains of, and where its configuration says it, when nothing better is known. */
export function lastWordsTrouble(facts: UnitUwsgiFacts): Trouble | null {
  const { unit, log, configuration } = facts;
  if (unit.result !== 'exit-code') return null;
  const malformed = valueTrouble(facts);
  if (malformed !== null) return malformed;
  const end = log.findIndex((line) => line.startsWith(`${unit.id}: `));
  const own = (end < 0 ? log : log.slice(0, end)).filter((line) => !isTalk(line));
  const said = own.at(-1);
  if (said === undefined) return null;
  // At the end stands a place in uWSGI's own source.
  const words = said.replace(/ \[[\w/.-]+ line \d+\]$/, '');
  const entries = configuration?.ini.entries.filter(({ section }) => section === 'uwsgi') ?? [];
  const named =
    entries.findLast(({ value }) => value.length > 2 && words.includes(value)) ??
    entries.findLast(({ key }) => key.length > 2 && new RegExp(`\\b${escape(key)}\\b`, 'i').test(words));
  const { path = '' } = configuration ?? {};
  const entry = named === undefined ? undefined : { path, ...named };
  return trouble('uwsgi-ended', { said, entry, unit }, said);
}

/** A text as it stands in a pattern. */
function escape(text: string): string {
  return text.replaceAll(/[^\w-]/g, '\\$&');
}

/** What uWSGI says at every start, and of its end. */
function isTalk(line: string): boolean {
  return /^(Started |Starting |\[uWSGI\] |\*\*\* |compiled with|os: |nodename: |machine: |clock source: |pcre jit|detected |current working directory: |!!! no internal|your |lock engine: |thunder lock: |Python |python threads|mapped |VACUUM|unlink\(\)|writing pidfile|WSGI app \d+|\.\.\.brutally|\w{3} \w{3} [ \d]\d .* - |  |Fatal Python|Current thread|goodbye|worker \d+ buried|gateway |spawned uWSGI|uwsgi socket \d+ bound|SIG|chdir\(\) to |set|dropping root|dumping)/i.test(
    line,
  );
}
