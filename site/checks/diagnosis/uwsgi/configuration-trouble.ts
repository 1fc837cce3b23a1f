import type { UnitUwsgiFacts, UwsgiFacts } from '../../guest/facts.ts';
import { usedKeys, type IniFile } from '../../guest/ini.ts';
import type { Keeper } from '../../guest/keeper.ts';
import { baseName, closestLine, folderOf, lastLines } from '../../text.ts';
import { trouble, type Trouble } from '../../words/index.ts';
import { misnamedAs } from '../files/missing-file.ts';
import { endedTrouble } from './ended-trouble.ts';
import { bindTrouble } from './start-trouble.ts';

/**
 * Options of uWSGI that a small site uses; a key that is nearly one of them is a slip of the keyboard.
 * uWSGI itself says nothing about keys that it does not know (its option `strict` is off).
 */
const KNOWN_OPTIONS: readonly string[] = [
  'module',
  'wsgi',
  'wsgi-file',
  'callable',
  'mount',
  'manage-script-name',
  'master',
  'processes',
  'workers',
  'threads',
  'enable-threads',
  'socket',
  'uwsgi-socket',
  'http',
  'http-socket',
  'protocol',
  'chmod-socket',
  'chmod',
  'chown-socket',
  'vacuum',
  'die-on-term',
  'chdir',
  'virtualenv',
  'venv',
  'home',
  'pythonpath',
  'python-path',
  'plugin',
  'plugins',
  'env',
  'uid',
  'gid',
  'umask',
  'logto',
  'logger',
  'log-format',
  'disable-logging',
  'daemonize',
  'daemonize2',
  'pidfile',
  'harakiri',
  'lazy',
  'lazy-apps',
  'buffer-size',
  'stats',
  'strict',
  'need-app',
  'single-interpreter',
  'max-requests',
  'py-autoreload',
  'touch-reload',
  'static-map',
  'listen',
  'emperor',
  'cheaper',
  'procname',
  'procname-prefix',
  'ini',
  'for-readline',
  'thunder-lock',
  'post-buffering',
  'limit-post',
  'catch-exceptions',
  'py-call-osafterfork',
  'auto-procname',
];

/** What is wrong with the configuration file of a unit's uWSGI; `null` when nothing is recognised. */
export function configurationTrouble(facts: UnitUwsgiFacts): Trouble | null {
  const { unit, configuration, keeper } = facts;
  const log = facts.log.join('\n');
  const evidence = (pattern: RegExp): string =>
    lastLines(facts.log.filter((line) => pattern.test(line)).join('\n'), 2);
  const notFound = /realpath\(\) of (.+) failed: No such file or directory/.exec(log)?.[1];
  if (notFound !== undefined) {
    return notFoundTrouble(notFound, facts, evidence(/realpath\(\)/));
  }
  const option = /unrecognized option '([^']+)'/.exec(log)?.[1];
  if (option !== undefined) {
    return trouble('exec-start-misspelt', { wrong: 'option', option, unit }, evidence(/unrecognized option/));
  }
  if (configuration !== null) {
    const slip = slipTrouble(configuration.path, configuration.ini, keeper);
    if (slip !== null) return slip;
  }
  const early = endedTrouble(facts) ?? bindTrouble(facts);
  if (early !== null) return early;
  if (/The -s\/--socket option is missing/.test(log)) {
    return trouble(
      'ini-socket-missing',
      { path: configuration?.path ?? null, keeper },
      evidence(/socket option is missing/),
    );
  }
  return null;
}

/** There is no configuration of the name that uWSGI was given: misspelt, or the file is not there. */
function notFoundTrouble(
  name: string,
  { unit, besideConfiguration, projectFolder }: UnitUwsgiFacts,
  evidence: string,
): Trouble {
  const { workingDirectory, launch } = unit;
  const folder = name.startsWith('/') ? folderOf(name) : workingDirectory || '/';
  const near = misnamedAs(baseName(name), 'file', besideConfiguration);
  const facts = { name, folder, near, isProject: folder === projectFolder, byShell: launch.byShell, unit };
  return trouble('ini-not-found', facts, evidence);
}

/** A section or a key that uWSGI passes over in silence. */
function slipTrouble(path: string, ini: IniFile, keeper: Keeper): Trouble | null {
  if (!ini.sections.includes('uwsgi')) {
    if (ini.error?.text.startsWith('\ufeff[') === true)
      return trouble('ini-byte-order-mark', { path, keeper });
    const header = ini.error?.text.startsWith('[') === true ? ini.error : null;
    return trouble('ini-section-misspelt', { path, section: ini.sections[0], header, keeper });
  }
  if (ini.error !== undefined) {
    const { line, text } = ini.error;
    return trouble('ini-syntax-error', { path, line, text, keeper });
  }
  const used = usedKeys(ini);
  for (const { section, key, line } of ini.entries) {
    if (section !== 'uwsgi' || KNOWN_OPTIONS.includes(key) || used.has(key)) continue;
    const near = closestLine(key, KNOWN_OPTIONS, key.length > 5 ? 2 : 1)?.text;
    if (near === undefined) continue;
    return trouble('ini-key-misspelt', { path, line, key, near, keeper });
  }
  return null;
}

/** A misspelt section or key of uWSGI's configuration, whatever the log says. */
export function misspeltKey(facts: UwsgiFacts): Trouble | null {
  if (facts.configuration === null) return null;
  const { path, ini } = facts.configuration;
  return slipTrouble(path, ini, facts.keeper);
}
