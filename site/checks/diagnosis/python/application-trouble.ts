import { callableIn } from '../../guest/callable.ts';
import type { UwsgiFacts } from '../../guest/facts.ts';
import type { IniEntry } from '../../guest/ini.ts';
import { lastException, type PythonException } from '../../guest/journal.ts';
import { baseName, closestLine } from '../../text.ts';
import { trouble, type Trouble } from '../../words/index.ts';
import { misspeltKey } from '../uwsgi/configuration-trouble.ts';
import { lineOf, valueTrouble } from '../uwsgi/value-trouble.ts';
import { closedCodeTrouble } from '../uwsgi/closed-code.ts';
import { exceptionTrouble } from './load-exception.ts';
import { misnamedModule } from './misnamed-module.ts';
import { otherPythonTrouble } from './other-python.ts';

/** Why uWSGI has no application to answer with ("no python application found"). */
export function applicationTrouble(facts: UwsgiFacts): Trouble {
  const { log, configuration, keeper } = facts;
  const spawned = log.findIndex((line) => line.startsWith('spawned uWSGI'));
  const startup = spawned < 0 ? log : log.slice(0, spawned);
  const failed = startup.find((line) => line.startsWith('unable to load app'));
  const exception = lastException(startup, facts.codeFolder);
  const malformed = valueTrouble(facts, 'application') ?? moduleTrouble(facts);
  if (malformed !== null) return malformed;

  if (exception !== null && failed !== undefined) {
    const isMissing = exception.message.startsWith('ModuleNotFoundError');
    return (isMissing ? otherPythonTrouble(facts) : null) ?? loadTrouble(exception, facts);
  }
  const entry = lineOf(facts, 'module', 'wsgi', 'wsgi-file', 'file');
  if (failed !== undefined && entry?.key.endsWith('file') === true) {
    return fileTrouble(entry, facts, startup, failed);
  }
  if (failed !== undefined) {
    const [file = '', callable = lineOf(facts, 'callable')?.value ?? 'application'] = (
      entry?.value ?? ''
    ).split(':');
    const path = configuration?.path;
    // uWSGI has a module of this name itself.
    if (file === 'uwsgi') {
      return trouble('file-hides-module', {
        file: `${facts.codeFolder}/uwsgi.py`,
        name: 'uwsgi',
        hidden: 'uwsgi',
        newName: freeName('wsgi', facts),
        entry: entry === undefined || path === undefined ? undefined : { ...entry, path },
        keeper,
      });
    }
    return trouble(
      'callable-name-wrong',
      {
        at: 'module',
        file: file === '' ? undefined : `${file}.py`,
        callable,
        wanted: entryOf(file || 'wsgi', facts),
        path,
        keeper,
      },
      failed,
    );
  }
  return (
    misspeltKey(facts) ??
    closedCodeTrouble(facts) ??
    trouble(
      'ini-module-missing',
      { path: configuration?.path, wanted: entryOf('wsgi', facts), keeper },
      startup.find((line) => line.includes('no app loaded')),
    )
  );
}

/** An exception has kept uWSGI from loading the application. */
function loadTrouble(exception: PythonException, facts: UwsgiFacts): Trouble {
  const { message, place, traceback } = exception;
  const { keeper, codeFolder: folder } = facts;
  const missing = /^ModuleNotFoundError: No module named '([^']+)'/.exec(message)?.[1];
  const entry = lineOf(facts, 'module', 'wsgi');
  const module = entry?.value.split(':')[0];
  if (missing === undefined || missing !== module || place !== undefined)
    return exceptionTrouble(exception, facts);

  const closed = closedCodeTrouble(facts) ?? misnamedModule(missing, undefined, traceback, facts);
  if (closed !== null) return closed;
  const modules = facts.pythonFiles.map(({ path }) => baseName(path).slice(0, -'.py'.length));
  const elsewhere = facts.otherPythonFiles.find((path) => baseName(path) === `${missing}.py`);
  if (elsewhere !== undefined && !modules.includes(missing)) {
    return trouble('module-misplaced', { file: elsewhere, folder, importedAt: undefined, keeper }, traceback);
  }
  const near = closestLine(missing, modules, 3)?.text ?? (modules.includes('wsgi') ? 'wsgi' : undefined);
  const path = facts.configuration?.path ?? 'the configuration';
  const wanted =
    near === undefined ? undefined : { line: undefined, key: 'module', value: entryOf(near, facts) };
  return trouble('module-name-wrong', { path, name: missing, folder, wanted, keeper }, traceback);
}

/** A value of `module` that is no name of a module. */
function moduleTrouble(facts: UwsgiFacts): Trouble | null {
  const { configuration, keeper } = facts;
  const entry = lineOf(facts, 'module', 'wsgi');
  if (entry === undefined || configuration === null) return null;
  const { line, key, value } = entry;
  const modules = facts.pythonFiles.map(({ path }) => baseName(path).slice(0, -'.py'.length));
  const [first = '', ...others] = value.split(/[:.\s()/]+/).filter(Boolean);
  const isName = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*(:[A-Za-z_][\w.]*(\(.*\))?)?$/.test(value);
  // `wsgi.py`, `wsgi.app`: the name of a file, not of a package.
  const isFile = /^([A-Za-z_]\w*)\.\w+(:|$)/.test(value) && modules.includes(first);
  const isCalled = /:(app|application)\(\)$/.test(value);
  if (value === '' || (isName && !isFile && !isCalled)) return null;
  const module = [first, ...others].findLast((name) => modules.includes(name)) ?? first;
  return trouble('module-malformed', {
    path: configuration.path,
    line,
    key,
    value,
    wanted: entryOf(module, facts),
    keeper,
  });
}

/** `wsgi-file` names no file, or nothing in it is called as it should. */
function fileTrouble(
  { key, value, line }: IniEntry,
  facts: UwsgiFacts,
  startup: readonly string[],
  failed: string,
): Trouble {
  const { configuration, keeper } = facts;
  const path = configuration?.path ?? 'the configuration';
  const unopened = startup.find((said) => said.startsWith('failed to open python file'));
  const name = baseName(value).replace(/(\.py)?(:.*)?$/s, '');
  if (unopened !== undefined) {
    const wanted = entryOf(name, facts);
    return trouble('wsgi-file-missing', { path, line, key, value, wanted, keeper }, unopened);
  }
  const called = callableIn(facts.callables, name);
  const callable = lineOf(facts, 'callable');
  return callable === undefined
    ? trouble(
        'callable-missing',
        { path, module: name, file: baseName(value), callable: called, keeper },
        failed,
      )
    : trouble(
        'callable-name-wrong',
        {
          at: 'line',
          path,
          line: callable.line,
          callable: callable.value,
          module: name,
          wanted: called,
          keeper,
        },
        failed,
      );
}

/** A module with the name that its file gives the application: `wsgi:app`. */
function entryOf(module: string, { callables }: UwsgiFacts): string {
  return `${module}:${callableIn(callables, module)}`;
}

/** A name that no Python file in the folder of the code has yet. */
function freeName(name: string, { pythonFiles }: UwsgiFacts): string {
  return pythonFiles.some(({ path }) => baseName(path) === `${name}.py`) ? `my_${name}` : name;
}
