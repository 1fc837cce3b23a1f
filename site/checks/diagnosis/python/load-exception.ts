/** An exception that keeps uWSGI from loading the application: what in the reader's code has raised it. */
import { callableIn } from '../../guest/callable.ts';
import type { UwsgiFacts } from '../../guest/facts.ts';
import type { PythonException } from '../../guest/journal.ts';
import { baseName, closestLine } from '../../text.ts';
import { trouble, type Trouble } from '../../words/index.ts';
import { lineOf } from '../uwsgi/value-trouble.ts';
import { closedCodeTrouble } from '../uwsgi/closed-code.ts';
import { hides, knownInOtherCase, packageOf } from './known-modules.ts';
import { misnamedModule } from './misnamed-module.ts';
import { undefinedNameTrouble } from './undefined-name.ts';

export function exceptionTrouble(exception: PythonException, facts: UwsgiFacts): Trouble {
  const { message, place, traceback: evidence } = exception;
  const { keeper } = facts;
  if (/^(SyntaxError|IndentationError|TabError)\b/.test(message)) {
    return trouble('app-syntax-error', { message, place, keeper }, evidence);
  }
  const limit = /^MemoryError\b/.test(message) ? lineOf(facts, 'limit-as') : undefined;
  if (limit !== undefined && facts.configuration !== null) {
    const { line, key, value } = limit;
    const { path } = facts.configuration;
    return trouble('memory-limited', { path, line, key, value, keeper }, evidence);
  }
  const closed = /^PermissionError\b/.test(message) ? closedCodeTrouble(facts) : null;
  if (closed !== null) return closed;
  const hidden = hiddenTrouble(exception, facts);
  if (hidden !== null) return hidden;
  const missing = /^ModuleNotFoundError: No module named '([^']+)'/.exec(message)?.[1];
  if (missing !== undefined) return missingTrouble(missing, exception, facts);
  const circular = circularTrouble(exception, facts);
  if (circular !== null) return circular;
  if (/^ImportError: cannot import name/.test(message)) {
    return trouble('import-name-wrong', { wrong: 'name', message, place, keeper }, evidence);
  }
  const name = undefinedNameTrouble(exception, facts);
  if (name !== null) return name;
  return trouble('app-import-error', { message, place, keeper }, evidence);
}

/** A file of the reader's has the name of a module that others want to import. */
function hiddenTrouble({ message, traceback }: PythonException, facts: UwsgiFacts): Trouble | null {
  const { keeper, configuration, codeFolder, pythonFiles } = facts;
  for (const { path } of pythonFiles) {
    const name = baseName(path).slice(0, -'.py'.length);
    const hidden = hides(name);
    const hasPart =
      message.includes(path) || message.includes(`'${name}'`) || traceback.includes(`File "${path}"`);
    if (hidden === null || !hasPart) continue;
    const entry = lineOf(facts, 'module', 'wsgi');
    const isEntry = entry?.value.split(':')[0] === name && configuration !== null;
    const taken = pythonFiles.some((file) => baseName(file.path) === 'myproject.py');
    return trouble(
      'file-hides-module',
      {
        file: path,
        name,
        hidden,
        newName: taken || codeFolder.split('/').at(-1) !== 'myproject' ? `my_${name}` : 'myproject',
        entry: isEntry ? { ...entry, path: configuration.path } : undefined,
        keeper,
      },
      traceback,
    );
  }
  return null;
}

/** A line of the reader's code imports a module that is not found. */
function missingTrouble(name: string, exception: PythonException, facts: UwsgiFacts): Trouble {
  const { place, traceback: evidence } = exception;
  const { keeper, environment, codeFolder } = facts;
  const first = name.split('.')[0] ?? name;
  if (place === undefined) {
    return trouble(
      'package-not-in-environment',
      { name: packageOf(name) ?? name, place, environment, keeper },
      evidence,
    );
  }
  const otherCase = knownInOtherCase(first);
  if (otherCase !== undefined) {
    return trouble(
      'import-name-wrong',
      { wrong: 'case', name: first, near: otherCase, place, keeper },
      evidence,
    );
  }
  const known = packageOf(name);
  if (known !== undefined) {
    return trouble('package-not-in-environment', { name: known, place, environment, keeper }, evidence);
  }
  const misnamed = misnamedModule(first, place, evidence, facts);
  if (misnamed !== null) return misnamed;
  const own = facts.pythonFiles.map(({ path }) => baseName(path).slice(0, -'.py'.length));
  const elsewhere = facts.otherPythonFiles.find((path) => baseName(path) === `${first}.py`);
  if (elsewhere !== undefined && !own.includes(first)) {
    return trouble(
      'module-misplaced',
      { file: elsewhere, folder: codeFolder, importedAt: place, keeper },
      evidence,
    );
  }
  const importing = baseName(place.file).slice(0, -'.py'.length);
  const near = closestLine(
    first,
    own.filter((module) => module !== importing),
    first.length > 4 ? 3 : 1,
  )?.text;
  if (near !== undefined && near !== first) {
    return trouble('import-name-wrong', { wrong: 'module', name: first, near, place, keeper }, evidence);
  }
  return trouble('module-unknown', { name, place, folder: codeFolder, keeper }, evidence);
}

/** Modules of the reader's that need each other, or one that needs itself. */
function circularTrouble(exception: PythonException, facts: UwsgiFacts): Trouble | null {
  const { message, place, traceback: evidence } = exception;
  const match =
    /cannot import name '([^']+)' from partially initialized module '([^']+)' .*\((\/[^)]+)\)$/.exec(message);
  if (match === null || place === undefined) return null;
  const [, imported = '', module = '', file = ''] = match;
  if (!file.startsWith(`${facts.codeFolder}/`) || file.includes('/site-packages/')) return null;
  const { keeper } = facts;
  if (file === place.file) {
    const maker = facts.callables
      .split('\n')
      .find((line) => line.endsWith(`:${imported}`) && !line.startsWith(`${file}:`));
    const from =
      maker === undefined ? undefined : baseName(maker.split(':')[0] ?? '').slice(0, -'.py'.length);
    return trouble('module-imports-itself', { place, module, imported, from, keeper }, evidence);
  }
  const other = baseName(place.file).slice(0, -'.py'.length);
  const back = facts.codeLines.find(
    ({ file: at, text }) => at === file && new RegExp(`^\\s*(from|import)\\s+${other}\\b`).test(text),
  );
  return trouble(
    'imports-circular',
    { place, imported, file, back, callable: callableIn(facts.callables, module), keeper },
    evidence,
  );
}
