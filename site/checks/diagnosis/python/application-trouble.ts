import { callableIn } from '../../guest/callable.ts';
import type { UwsgiFacts } from '../../guest/facts.ts';
import { valueOf } from '../../guest/ini.ts';
import { lastException, type PythonException } from '../../guest/journal.ts';
import { closestLine, lastLines } from '../../text.ts';
import { trouble, type Trouble } from '../../words/index.ts';
import { misspeltKey } from '../uwsgi/configuration-trouble.ts';

/** Why uWSGI has no application to answer with ("no python application found"). */
export function applicationTrouble(facts: UwsgiFacts): Trouble {
  const { log, configuration, keeper } = facts;
  const spawned = log.findIndex((line) => line.startsWith('spawned uWSGI'));
  const startup = spawned < 0 ? log : log.slice(0, spawned);
  const folder = facts.codeFolder;
  const module = moduleOf(facts);
  const exception = lastException(startup, folder);
  const failed = startup.some((line) => line.startsWith('unable to load app'));

  if (exception !== null && failed) return exceptionTrouble(exception, facts);
  if (failed) {
    const [file = '', callable = 'application'] = (module ?? '').split(':');
    return trouble(
      'callable-name-wrong',
      {
        at: 'module',
        file: file === '' ? undefined : `${file}.py`,
        callable,
        wanted: entryOf(file || 'wsgi', facts),
        path: configuration?.path,
        keeper,
      },
      startup.find((line) => line.startsWith('unable to load app')),
    );
  }
  return (
    misspeltKey(facts) ??
    trouble(
      'ini-module-missing',
      { path: configuration?.path, wanted: entryOf('wsgi', facts), keeper },
      startup.find((line) => line.includes('no app loaded')),
    )
  );
}

/** A module with the name that its file gives the application: `wsgi:app`. */
function entryOf(module: string, { callables }: UwsgiFacts): string {
  return `${module}:${callableIn(callables, module)}`;
}

function moduleOf({ configuration }: UwsgiFacts): string | undefined {
  if (configuration === null) return undefined;
  return valueOf(configuration.ini, 'uwsgi', 'module') ?? valueOf(configuration.ini, 'uwsgi', 'wsgi');
}

function exceptionTrouble(exception: PythonException, facts: UwsgiFacts): Trouble {
  const { message, place } = exception;
  const { keeper, codeFolder: folder, environment } = facts;
  const evidence = exception.traceback;
  const missing = /^ModuleNotFoundError: No module named '([^']+)'/.exec(message)?.[1];
  const module = moduleOf(facts)?.split(':')[0];

  if (missing !== undefined && missing === module && place === undefined) {
    const modules = facts.pythonFiles.map(({ path }) => path.slice(path.lastIndexOf('/') + 1, -'.py'.length));
    const near = closestLine(missing, modules, 3)?.text ?? (modules.includes('wsgi') ? 'wsgi' : undefined);
    const path = facts.configuration?.path ?? 'the configuration';
    const wanted =
      near === undefined ? undefined : { line: undefined, key: 'module', value: entryOf(near, facts) };
    return trouble('module-name-wrong', { path, name: missing, folder, wanted, keeper }, evidence);
  }
  if (/^(SyntaxError|IndentationError|TabError)\b/.test(message)) {
    return trouble('app-syntax-error', { message, place, keeper }, evidence);
  }
  if (missing !== undefined) {
    const own = facts.pythonFiles.map(({ path }) => path.slice(path.lastIndexOf('/') + 1, -'.py'.length));
    const near = closestLine(missing, own, 3)?.text;
    return place === undefined || near === undefined
      ? trouble('package-not-in-environment', { name: missing, place, environment, keeper }, evidence)
      : trouble('import-name-wrong', { wrong: 'module', name: missing, near, place, keeper }, evidence);
  }
  if (/^ImportError: cannot import name/.test(message)) {
    return trouble('import-name-wrong', { wrong: 'name', message, place, keeper }, evidence);
  }
  return trouble('app-import-error', { message, place, keeper }, evidence);
}

/** The application was loaded and failed while it answered this request. */
export function requestErrorTrouble(facts: UwsgiFacts): Trouble {
  const { keeper } = facts;
  const exception = lastException(facts.log, facts.codeFolder);
  if (exception === null) return trouble('app-answers-500', { keeper });
  const { message, place, traceback } = exception;
  return trouble('app-exception', { message, place, keeper }, lastLines(traceback, 4));
}
