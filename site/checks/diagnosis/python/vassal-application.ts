/** Why a uWSGI whose configuration spells out module, callable and pythonpath has no application. */
import { callableIn } from '../../guest/callable.ts';
import { lastException } from '../../guest/journal.ts';
import { entryOf, type VassalFacts } from '../../guest/vassal-facts.ts';
import { closestLine, lastLines } from '../../text.ts';
import { trouble, type Trouble } from '../../words/index.ts';
import { misspeltKey } from '../uwsgi/configuration-trouble.ts';
import { valueTrouble } from '../uwsgi/value-trouble.ts';
import { applicationTrouble } from './application-trouble.ts';
import { misnamedModule } from './misnamed-module.ts';
import { otherPythonTrouble } from './other-python.ts';

/** The last start loaded an application. */
export function hasApplication({ log }: VassalFacts): boolean {
  return log.some((line) => /^WSGI app \d+ \(mountpoint='[^']*'\) ready /.test(line));
}

/** What keeps the application from being loaded. */
export function vassalApplicationTrouble(facts: VassalFacts): Trouble {
  const { configuration, keeper, file, log } = facts;
  if (configuration === null) return applicationTrouble(facts);
  const malformed = valueTrouble(facts, 'application');
  if (malformed !== null) return malformed;
  const { ini } = configuration;
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
    const isOwn = facts.pythonFiles.some(({ path }) => path.endsWith(`/${name}.py`));
    if (callable !== undefined) {
      const { line, value } = callable;
      return trouble(
        'callable-name-wrong',
        { at: 'line', path: file, line, callable: value, module: name, wanted: called, keeper },
        failed,
      );
    }
    return trouble(
      'callable-missing',
      { path: file, module: name, file: isOwn ? `${name}.py` : undefined, callable: called, keeper },
      failed,
    );
  }
  const missing = /^ModuleNotFoundError: No module named '([^']+)'/.exec(exception?.message ?? '')?.[1];
  const other = missing === undefined ? null : otherPythonTrouble(facts);
  if (other !== null) return other;
  if (exception !== null && missing !== undefined && missing === name && exception.place === undefined) {
    return moduleTrouble(facts, name, exception.traceback);
  }
  if (
    exception !== null &&
    /^ImportError: cannot import name .* partially initialized module/.test(exception.message)
  ) {
    const { message, traceback } = exception;
    return trouble('package-import-circular', { message, keeper }, lastLines(traceback, 6));
  }
  if (missing !== undefined && entryOf(ini, 'home', 'virtualenv', 'venv', 'pyhome') === undefined) {
    const slip = misspeltKey(facts);
    return slip ?? trouble('home-left-out', { path: file, missing, keeper }, exception?.traceback);
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
  const slip = misspeltKey(facts) ?? misnamedModule(name, undefined, evidence, facts);
  if (slip !== null) return slip;
  const modules = facts.pythonFiles.map(({ path }) => path.slice(path.lastIndexOf('/') + 1, -'.py'.length));
  if (pythonpath === undefined && modules.includes(name)) {
    const written = entries.some(({ key, value }) => key === 'base' && value === base) ? '%(base)' : base;
    return trouble(
      'pythonpath-missing',
      { path: file, module: name, startFolder, wanted: written, keeper },
      evidence,
    );
  }
  const similar = closestLine(name, modules, 3)?.text;
  // A package that lies there to be installed.
  const setup = facts.otherPythonFiles.find((path) => path.endsWith(`/${name}/setup.py`));
  if (similar === undefined && setup !== undefined) {
    const source = setup.slice(0, -'/setup.py'.length);
    const { environment } = facts;
    return trouble(
      'package-not-installed',
      { name, source, environment, configuration: file, keeper },
      evidence,
    );
  }
  // In the folder of the application itself, it is the file that is missing.
  if (pythonpath !== undefined && modules.length === 0 && codeFolder !== base) {
    const from = entries.find(({ key, value }) => key === 'base' && value !== base);
    const { line, key, value, written = value } = pythonpath;
    return trouble(
      'pythonpath-wrong',
      {
        path: file,
        line,
        key,
        value: written,
        folder: codeFolder,
        module: name,
        base: from === undefined ? undefined : { line: from.line, wanted: base },
        keeper,
      },
      evidence,
    );
  }
  // `module = %(app)` is mended where `app` is given.
  const module = entries.findLast(({ key }) => key === 'module' || key === 'wsgi');
  const through = /^%\(([^()]+)\)$/.exec(module?.written ?? '')?.[1];
  const line = entries.find(({ key }) => key === through) ?? module;
  const near = similar ?? (modules.length === 1 ? modules[0] : undefined);
  const wanted =
    near === undefined || line === undefined ? undefined : { line: line.line, key: line.key, value: near };
  return trouble('module-name-wrong', { path: file, name, folder: codeFolder, wanted, keeper }, evidence);
}
