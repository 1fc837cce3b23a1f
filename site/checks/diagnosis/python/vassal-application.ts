/** Why a uWSGI whose configuration spells out module, callable and pythonpath has no application. */
import { callableIn } from '../../guest/callable.ts';
import { lastException } from '../../guest/journal.ts';
import { entryOf, type VassalFacts } from '../../guest/vassal-facts.ts';
import { closestLine, lastLines } from '../../text.ts';
import { afterCode, afterConfiguration } from '../../words/en/keeper.ts';
import type { Trouble } from '../../words/index.ts';
import { misspeltKey } from '../uwsgi/configuration-trouble.ts';
import { applicationTrouble } from './application-trouble.ts';

/** The last start loaded an application. */
export function hasApplication({ log }: VassalFacts): boolean {
  return log.some((line) => /^WSGI app \d+ \(mountpoint='[^']*'\) ready /.test(line));
}

/** What keeps the application from being loaded. */
export function vassalApplicationTrouble(facts: VassalFacts): Trouble {
  const { configuration, keeper, file, log } = facts;
  if (configuration === null) return applicationTrouble(facts);
  const { ini } = configuration;
  const again = afterConfiguration(keeper);
  const spawned = log.findIndex((line) => line.startsWith('spawned uWSGI'));
  const startup = spawned < 0 ? log : log.slice(0, spawned);
  const failed = startup.findLast((line) => line.startsWith('unable to load app'));
  const exception = lastException(startup, facts.codeFolder);
  const module = entryOf(ini, 'module', 'wsgi');
  const [name = '', inModule] = (module?.value ?? '').split(':');

  if (failed !== undefined && exception === null && inModule === undefined) {
    const slip = misspeltKey(facts);
    if (slip !== null) return slip;
    const callable = entryOf(ini, 'callable');
    const called = callableIn(facts.callables, name);
    const hasFile = facts.pythonFiles.some(({ path }) => path.endsWith(`/${name}.py`));
    return callable === undefined
      ? {
          cause: 'callable-missing',
          found: `uWSGI imported ${name} and looked for \`application\`, the name that it takes when none is given. ${hasFile ? `${name}.py` : 'The module'} calls it \`${called}\`.`,
          advice: `Write \`callable = ${called}\` into ${file}. ${again}`,
          evidence: failed,
        }
      : {
          cause: 'callable-name-wrong',
          found: `Line ${callable.line} of ${file} says \`callable = ${callable.value}\`, and there is nothing of that name in ${name}.`,
          advice: `Write \`callable = ${called}\`. ${again}`,
          evidence: failed,
        };
  }
  const missing = /^ModuleNotFoundError: No module named '([^']+)'/.exec(exception?.message ?? '')?.[1];
  if (exception !== null && missing !== undefined && missing === name && exception.place === undefined) {
    return moduleTrouble(facts, name, exception.traceback);
  }
  if (
    exception !== null &&
    /^ImportError: cannot import name .* partially initialized module/.test(exception.message)
  ) {
    return {
      cause: 'package-import-circular',
      found: `A package imports its pages before it has made what they need: ${exception.message.replace(/^ImportError: /, '')}.`,
      advice: `In its __init__.py, move the \`import\` of the pages to the end of the file, below the line that makes the application. Then pack and install it again. ${afterCode(keeper)}`,
      evidence: lastLines(exception.traceback, 6),
    };
  }
  if (missing !== undefined && entryOf(ini, 'home', 'virtualenv', 'venv', 'pyhome') === undefined) {
    const slip = misspeltKey(facts);
    return (
      slip ?? {
        cause: 'home-left-out',
        found: `${file} names no environment, so uWSGI looks for packages where the system has its own, and finds no "${missing}".`,
        advice: `Write \`home = %(base)/venv\` into it, if that is where the environment is. ${again}`,
        evidence: exception?.traceback ?? '',
      }
    );
  }
  return applicationTrouble(facts);
}

/** The very module that uWSGI was told to import is not found. */
function moduleTrouble(facts: VassalFacts, name: string, evidence: string): Trouble {
  const { configuration, keeper, file, codeFolder, startFolder } = facts;
  const entries = configuration?.ini.entries ?? [];
  const base = file.slice(0, file.lastIndexOf('/'));
  const pythonpath =
    configuration === null
      ? undefined
      : entryOf(configuration.ini, 'pythonpath', 'python-path', 'pp', 'chdir');
  const slip = misspeltKey(facts);
  if (slip !== null) return slip;
  const modules = facts.pythonFiles.map(({ path }) => path.slice(path.lastIndexOf('/') + 1, -'.py'.length));
  if (pythonpath === undefined && modules.includes(name)) {
    const written = entries.some(({ key, value }) => key === 'base' && value === base) ? '%(base)' : base;
    return {
      cause: 'pythonpath-missing',
      found: `uWSGI looks for the module ${name} in ${startFolder}, where it was started. No line of ${file} names the folder of the code.`,
      advice: `Write \`pythonpath = ${written}\` into ${file}. ${afterConfiguration(keeper)}`,
      evidence,
    };
  }
  if (pythonpath !== undefined && modules.length === 0) {
    const from = entries.find(({ key, value }) => key === 'base' && value !== base);
    return {
      cause: 'pythonpath-wrong',
      found: `Line ${pythonpath.line} of ${file} says \`${pythonpath.key} = ${pythonpath.written ?? pythonpath.value}\`, which is ${codeFolder}, and there is no ${name}.py.`,
      advice:
        from === undefined
          ? `Let that line name the folder of the code. ${afterConfiguration(keeper)}`
          : `Write \`base = ${base}\` in line ${from.line}. ${afterConfiguration(keeper)}`,
      evidence,
    };
  }
  // `module = %(app)` is mended where `app` is given.
  const module = entries.findLast(({ key }) => key === 'module' || key === 'wsgi');
  const through = /^%\(([^()]+)\)$/.exec(module?.written ?? '')?.[1];
  const line = entries.find(({ key }) => key === through) ?? module;
  const near = closestLine(name, modules, 3)?.text ?? (modules.length === 1 ? modules[0] : undefined);
  return {
    cause: 'module-name-wrong',
    found: `uWSGI looks for the module "${name}", and there is no ${name}.py in ${codeFolder}.`,
    advice: `${
      near === undefined || line === undefined
        ? `Write the file ${codeFolder}/${name}.py, or name another module in ${file}.`
        : `Write \`${line.key} = ${near}\` in line ${line.line} of ${file}.`
    } ${afterConfiguration(keeper)}`,
    evidence,
  };
}
