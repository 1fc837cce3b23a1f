import { callableIn } from '../../guest/callable.ts';
import type { UwsgiFacts } from '../../guest/facts.ts';
import { valueOf } from '../../guest/ini.ts';
import { lastException, type PythonException } from '../../guest/journal.ts';
import { closestLine } from '../../text.ts';
import { afterCode, afterConfiguration, showLog } from '../../words/en/keeper.ts';
import { adviseModule } from '../../words/en/phrases.ts';
import type { Trouble } from '../../words/index.ts';
import { misspeltKey } from '../uwsgi/configuration-trouble.ts';

/** Why uWSGI has no application to answer with ("no python application found"). */
export function applicationTrouble(facts: UwsgiFacts): Trouble {
  const { log, configuration, keeper } = facts;
  const again = afterConfiguration(keeper);
  const spawned = log.findIndex((line) => line.startsWith('spawned uWSGI'));
  const startup = spawned < 0 ? log : log.slice(0, spawned);
  const folder = facts.codeFolder;
  const module = moduleOf(facts);
  const exception = lastException(startup, folder);
  const failed = startup.some((line) => line.startsWith('unable to load app'));

  if (exception !== null && failed) return exceptionTrouble(exception, facts, again);
  if (failed) {
    const [file = '', callable = 'application'] = (module ?? '').split(':');
    return {
      cause: 'callable-name-wrong',
      found: `uWSGI read ${file === '' ? 'your module' : `${file}.py`}, but there is nothing called \`${callable}\` in it.`,
      advice: `The name after the colon must be the one that the file gives the application: \`module = ${entryOf(file || 'wsgi', facts)}\`${configuration === null ? '' : ` in ${configuration.path}`}. ${again}`,
      evidence: startup.find((line) => line.startsWith('unable to load app')) ?? '',
    };
  }
  return (
    misspeltKey(facts) ?? {
      cause: 'ini-module-missing',
      found: `uWSGI runs without an application: its configuration names no module.`,
      advice: `Write \`module = ${entryOf('wsgi', facts)}\` into ${configuration?.path ?? 'the configuration'}, under [uwsgi]. ${again}`,
      evidence: startup.find((line) => line.includes('no app loaded')) ?? '',
    }
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

function exceptionTrouble(exception: PythonException, facts: UwsgiFacts, again: string): Trouble {
  const { message, place } = exception;
  const afterwards = afterCode(facts.keeper);
  const evidence = exception.traceback;
  const folder = facts.codeFolder;
  const where = place === undefined ? '' : ` (${place.file}, line ${place.line})`;
  const missing = /^ModuleNotFoundError: No module named '([^']+)'/.exec(message)?.[1];
  const module = moduleOf(facts)?.split(':')[0];

  if (missing !== undefined && missing === module && place === undefined) {
    const modules = facts.pythonFiles.map(({ path }) => path.slice(path.lastIndexOf('/') + 1, -'.py'.length));
    const near = closestLine(missing, modules, 3)?.text ?? (modules.includes('wsgi') ? 'wsgi' : undefined);
    const path = facts.configuration?.path ?? 'the configuration';
    return {
      cause: 'module-name-wrong',
      found: `uWSGI looks for the module "${missing}", and there is no ${missing}.py in ${folder}.`,
      advice:
        near === undefined
          ? `Write the file ${folder}/${missing}.py, or name another module in ${path}. ${again}`
          : `In ${path} write \`module = ${entryOf(near, facts)}\`: the name of the file without .py, a colon, the name of the application in it. ${again}`,
      evidence,
    };
  }
  if (/^(SyntaxError|IndentationError|TabError)\b/.test(message)) {
    return {
      cause: 'app-syntax-error',
      found: `Python cannot read your application${where}: ${message}.`,
      advice:
        place === undefined
          ? `Compare your Python files with the text, character by character. ${afterwards}`
          : `Look at line ${place.line} of ${place.file} and at the one before it: a bracket, a quote, a colon or the indentation differs from the text. ${afterwards}`,
      evidence,
    };
  }
  if (missing !== undefined && place === undefined) {
    return {
      cause: 'package-not-in-environment',
      found: `uWSGI finds no Python module "${missing}".`,
      advice: `Install it in the virtual environment that uWSGI belongs to. ${again}`,
      evidence,
    };
  }
  if (missing !== undefined && place !== undefined) {
    const own = facts.pythonFiles.map(({ path }) => path.slice(path.lastIndexOf('/') + 1, -'.py'.length));
    const near = closestLine(missing, own, 3)?.text;
    if (near !== undefined) {
      return {
        cause: 'import-name-wrong',
        found: `Line ${place.line} of ${place.file} imports "${missing}", and there is no ${missing}.py beside it.`,
        advice: `Your file is called ${near}.py: import from \`${near}\`. ${afterwards}`,
        evidence,
      };
    }
    return {
      cause: 'package-not-in-environment',
      found: `Line ${place.line} of ${place.file} imports "${missing}", and the environment in which uWSGI runs does not have it.`,
      advice: `Install it there: ${adviseModule(missing, facts.environment)}. ${afterwards}`,
      evidence,
    };
  }
  if (/^ImportError: cannot import name/.test(message)) {
    return {
      cause: 'import-name-wrong',
      found: `An import fails${where}: ${message.replace(/^ImportError: /, '')}.`,
      advice: `See that the name is spelt in the same way where it is imported and where it is made. ${afterwards}`,
      evidence,
    };
  }
  return {
    cause: 'app-import-error',
    found: `Your application stops while uWSGI loads it${where}: ${message}.`,
    advice: `Fix that line and save the file. ${afterwards}`,
    evidence,
  };
}

/** The application was loaded and failed while it answered this request. */
export function requestErrorTrouble(facts: UwsgiFacts): Trouble {
  const { keeper } = facts;
  const exception = lastException(facts.log, facts.codeFolder);
  if (exception === null) {
    return {
      cause: 'app-answers-500',
      found: 'Your application answered "Internal Server Error" and logged no reason.',
      advice: `Read its log with \`${showLog(keeper)}\`, and fix the application. ${afterCode(keeper)}`,
    };
  }
  const { message, place } = exception;
  return {
    cause: 'app-exception',
    found: `Your application was loaded, but failed while it made the page${place === undefined ? '' : ` (${place.file}, line ${place.line})`}: ${message}.`,
    advice: `Fix ${place === undefined ? 'the application' : `line ${place.line} of ${place.file}`} and save it. ${afterCode(keeper)}`,
    evidence: exception.traceback.split('\n').slice(-4).join('\n'),
  };
}
