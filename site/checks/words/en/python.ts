import type { Keeper } from '../../guest/keeper.ts';
import type { PathPart } from '../../guest/path-access.ts';
import type { ProgramWords } from '../words.ts';
import { missingFolder, type MissingFolder } from './files.ts';
import { afterCode, afterConfiguration, showLog } from './keeper.ts';
import { adviseModule, describePart, restartUnit, shellWord, sudoIf } from './phrases.ts';

/** A line of the reader's code. */
interface CodeLine {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** An exception of Python's. */
interface Raised {
  /** Its last line: `NameError: name 'x' is not defined`. */
  readonly message: string;
  /** `undefined` when no line of the reader's has a part in it. */
  readonly place: CodeLine | undefined;
  readonly keeper: Keeper;
}

/** A configuration file of uWSGI, and who starts the uWSGI that reads it. */
interface Configuration {
  readonly path: string;
  readonly keeper: Keeper;
}

/** A line of it. */
interface Entry extends Configuration {
  /** From 1. */
  readonly line: number;
  readonly key: string;
  readonly value: string;
}

/** The environment in which uWSGI runs, as `adviseModule` takes it. */
interface Environment {
  readonly bin: string;
  readonly activated: boolean;
}

/** Python: virtual environments, packages, and the application's code. */
export const PYTHON = {
  'environment-missing': (
    facts:
      /** A file of it is looked for. `project` is the folder in which it should be, `environment` its name there. */
      | {
          readonly at: 'file';
          readonly missing: MissingFolder;
          readonly project: string;
          readonly environment: string;
        }
      /** A package is looked for in it. */
      | {
          readonly at: 'package';
          readonly path: string;
          readonly needsSudo: boolean;
        }
      /** A unit's shell should enter it. */
      | {
          readonly at: 'unit';
          readonly path: string;
          readonly unit: { readonly name: string; readonly file: string };
          /** The folder to which the shell does not go first, though the path begins there; else `null`. */
          readonly project: string | null;
        },
  ) => {
    switch (facts.at) {
      case 'file':
        return {
          found: missingFolder(facts.missing),
          advice: `Create the virtual environment: \`cd ${shellWord(facts.project)}\`, then \`${sudoIf(facts.missing.needsSudo)}virtualenv ${shellWord(facts.environment)}\`. If there was one before, install again what was in it, or reset the machine to the start of this chapter.`,
        };
      case 'package':
        return {
          found: `There is no virtual environment at ${facts.path}.`,
          advice: `Make it in the folder that it belongs to: ${adviseEnvironment(facts.path, facts.needsSudo)}.`,
        };
      case 'unit':
        if (facts.project !== null) {
          return {
            found: `The unit's shell looks for ${facts.path} in /, where it starts: nothing in the line \`ExecStart=\` takes it to the project's folder first.`,
            advice: `In ${facts.unit.file}, write \`cd ${facts.project};\` before \`source\`. ${restartUnit(facts.unit)}`,
          };
        }
        return {
          found: `The unit's shell finds no virtual environment at ${facts.path}.`,
          advice: `In ${facts.unit.file}, in the line \`ExecStart=\`, compare the path after \`source\` with the name of your environment. ${restartUnit(facts.unit)}`,
        };
    }
  },

  'environment-wrong-place': ({
    path,
    other,
    needsSudo,
    otherNeedsSudo,
  }: {
    readonly path: string;
    readonly other: string;
    readonly needsSudo: boolean;
    readonly otherNeedsSudo: boolean;
  }) => ({
    found: `There is no environment at ${path}, but there is one at ${other}.`,
    advice: `Make it where the application is: ${adviseEnvironment(path, needsSudo)}. An environment cannot be moved; remove the other with \`${sudoIf(otherNeedsSudo)}rm -r ${shellWord(other)}\`.`,
  }),

  'python-syntax-error': ({
    path,
    line,
    message,
  }: {
    readonly path: string;
    /** `undefined` when Python names none in this file. */
    readonly line: string | undefined;
    readonly message: string;
  }) => ({
    found: `Python cannot read ${path}${line === undefined ? '' : `: line ${line}`}: ${message}.`,
    advice:
      line === undefined
        ? `Compare ${path} with the text, character by character, and save it.`
        : `Look at line ${line} of ${path} and at the one before it: a word, a bracket, a quote, a colon or the indentation differs from the text.`,
  }),

  'ini-module-missing': ({
    path,
    wanted,
    keeper,
  }: {
    /** `undefined` when uWSGI was given no configuration. */
    readonly path: string | undefined;
    /** `wsgi:app` */
    readonly wanted: string;
    readonly keeper: Keeper;
  }) => ({
    found: `uWSGI runs without an application: its configuration names no module.`,
    advice: `Write \`module = ${wanted}\` into ${path ?? 'the configuration'}, under [uwsgi]. ${afterConfiguration(keeper)}`,
  }),

  'module-name-wrong': (
    facts: Configuration & {
      readonly name: string;
      /** Where it was looked for. */
      readonly folder: string;
      /** The line as it should be; `undefined` when that is not known. */
      readonly wanted:
        { readonly line: number | undefined; readonly key: string; readonly value: string } | undefined;
    },
  ) => {
    const { path, name, folder, wanted, keeper } = facts;
    const again = afterConfiguration(keeper);
    return {
      found: `uWSGI looks for the module "${name}", and there is no ${name}.py in ${folder}.`,
      advice:
        wanted === undefined
          ? `Write the file ${folder}/${name}.py, or name another module in ${path}. ${again}`
          : wanted.line === undefined
            ? `In ${path} write \`${wanted.key} = ${wanted.value}\`: the name of the file without .py, a colon, the name of the application in it. ${again}`
            : `Write \`${wanted.key} = ${wanted.value}\` in line ${wanted.line} of ${path}. ${again}`,
    };
  },

  'module-malformed': ({
    path,
    line,
    key,
    value,
    wanted,
    keeper,
  }: Entry & {
    /** `wsgi:app` */
    readonly wanted: string;
  }) => ({
    found: `Line ${line} of ${path} says \`${key} = ${value}\`. uWSGI wants a module as Python imports it: the name of the file without .py, a colon, and the name that the file gives the application.`,
    advice: `Write \`${key} = ${wanted}\` in line ${line}. ${afterConfiguration(keeper)}`,
  }),

  'wsgi-file-missing': ({
    path,
    line,
    key,
    value,
    wanted,
    keeper,
  }: Entry & {
    /** `wsgi:app` */
    readonly wanted: string;
  }) => ({
    found: `Line ${line} of ${path} says \`${key} = ${value}\`, and there is no such file.`,
    advice: `Write \`module = ${wanted}\` in its place. ${afterConfiguration(keeper)}`,
  }),

  'module-misnamed': ({
    name,
    near,
    folder,
    importedAt,
    keeper,
  }: {
    readonly name: string;
    /** The name of its file. */
    readonly near: string;
    readonly folder: string;
    /** The line that imports it; `undefined` when uWSGI itself is told to. */
    readonly importedAt: CodeLine | undefined;
    readonly keeper: Keeper;
  }) => ({
    found: `${importedAt === undefined ? 'uWSGI' : `Line ${importedAt.line} of ${importedAt.file}`} looks for the module "${name}", but its file in ${folder} is called ${near}.`,
    advice: `Rename it: \`sudo mv ${shellWord(`${folder}/${near}`)} ${shellWord(`${folder}/${name}.py`)}\`. ${afterCode(keeper)}`,
  }),

  'module-misplaced': ({
    file,
    folder,
    importedAt,
    keeper,
  }: {
    /** Where it is. */
    readonly file: string;
    /** Where it belongs. */
    readonly folder: string;
    /** The line that imports it; `undefined` when uWSGI itself is told to. */
    readonly importedAt: CodeLine | undefined;
    readonly keeper: Keeper;
  }) => ({
    found: `${importedAt === undefined ? 'uWSGI' : `Line ${importedAt.line} of ${importedAt.file}`} looks for the module "${moduleName(file)}" in ${folder}, and the file is elsewhere: ${file}.`,
    advice: `Move it to where it belongs: \`sudo mv ${shellWord(file)} ${shellWord(folder)}/\`. ${afterCode(keeper)}`,
  }),

  'module-unknown': ({
    name,
    place,
    folder,
    keeper,
  }: {
    readonly name: string;
    readonly place: CodeLine;
    /** Where the code is. */
    readonly folder: string;
    readonly keeper: Keeper;
  }) => ({
    found: `Line ${place.line} of ${place.file} imports "${name}". There is no such file in ${folder}, and no such package in the environment in which uWSGI runs.`,
    advice: `Compare line ${place.line} with the text. If "${name}" is a file of yours, save it as ${folder}/${name.replaceAll('.', '/')}.py; if it is a package that this guide does not install, take the line out. ${afterCode(keeper)}`,
  }),

  'file-hides-module': ({
    file,
    name,
    hidden,
    newName,
    entry,
    keeper,
  }: {
    readonly file: string;
    /** Of the module. */
    readonly name: string;
    /** Whose module it hides, or is hidden by. */
    readonly hidden: 'package' | 'library' | 'uwsgi';
    /** Without .py. */
    readonly newName: string;
    /** The line of the configuration that names the file. */
    readonly entry:
      | { readonly path: string; readonly line: number; readonly key: string; readonly value: string }
      | undefined;
    readonly keeper: Keeper;
  }) => {
    const renamed = entry?.value.replace(name, newName);
    return {
      found:
        hidden === 'uwsgi'
          ? `${file} cannot be imported: uWSGI has a module called uwsgi itself, and Python takes that one.`
          : `${file} hides ${hidden === 'package' ? `the package ${name}` : `a module of Python's own library, ${name}`}: whoever imports \`${name}\` gets this file instead.`,
      advice: `Give the file another name: \`sudo mv ${shellWord(file)} ${shellWord(`${file.slice(0, file.lastIndexOf('/'))}/${newName}.py`)}\`. ${
        entry === undefined
          ? `Where your own files import from it, write \`${newName}\`.`
          : `In line ${entry.line} of ${entry.path} write \`${entry.key} = ${renamed ?? newName}\`.`
      } ${afterCode(keeper)}`,
    };
  },

  'module-imports-itself': ({
    place,
    module,
    imported,
    from,
    keeper,
  }: {
    readonly place: CodeLine;
    readonly module: string;
    readonly imported: string;
    /** The module that makes it; `undefined` when none is seen. */
    readonly from: string | undefined;
    readonly keeper: Keeper;
  }) => ({
    found: `Line ${place.line} of ${place.file} imports \`${imported}\` from \`${module}\`, which is that file itself.`,
    advice: `${
      from === undefined
        ? `Name the module there that makes \`${imported}\`.`
        : `Write \`from ${from} import ${imported}\`.`
    } ${afterCode(keeper)}`,
  }),

  'imports-circular': ({
    place,
    imported,
    file,
    back,
    callable,
    keeper,
  }: {
    /** The import that fails. */
    readonly place: CodeLine;
    readonly imported: string;
    /** The file that was not read to its end then. */
    readonly file: string;
    /** The line in which that one imports the first. */
    readonly back: CodeLine | undefined;
    /** What the application is called. */
    readonly callable: string;
    readonly keeper: Keeper;
  }) => ({
    found: `Two of your files import each other. Line ${place.line} of ${place.file} wants \`${imported}\` from ${file}, which${back === undefined ? '' : `, in line ${back.line},`} imports that file before it has made \`${imported}\`.`,
    advice: `In ${file}, move ${back === undefined ? `the import of ${moduleName(place.file)}` : `line ${back.line}`} below the line that makes \`${imported === callable ? callable : imported}\`. ${afterCode(keeper)}`,
  }),

  'code-not-readable': ({
    part,
    isFolder,
    login,
    keeper,
  }: {
    readonly part: PathPart;
    readonly isFolder: boolean;
    /** As whom uWSGI works. */
    readonly login: string;
    readonly keeper: Keeper;
  }) => ({
    found: `uWSGI works as ${login} and may not ${isFolder ? 'look into' : 'read'} ${part.path}: it ${describePart(part)}.`,
    advice: `${
      part.owner === 'root' && part.path.startsWith(`/home/${login}`)
        ? `Give it back to ${login}: \`sudo chown ${login}: ${shellWord(part.path)}\`, then \`sudo chmod ${isFolder ? '755' : '644'} ${shellWord(part.path)}\`.`
        : `Let it be read: \`sudo chmod a+r${isFolder ? 'x' : ''} ${shellWord(part.path)}\`.`
    } ${afterCode(keeper)}`,
  }),

  'app-not-callable': ({ message, keeper }: { readonly message: string; readonly keeper: Keeper }) => ({
    found: `What uWSGI was given as the application cannot be called: ${message}.`,
    advice: `See what the name after the colon of \`module\` is in your file: it must be the application itself. ${afterCode(keeper)}`,
  }),

  'callable-missing': ({
    path,
    module,
    file,
    callable,
    keeper,
  }: Configuration & {
    readonly module: string;
    /** The name of the module's file; `undefined` when it is not the reader's. */
    readonly file: string | undefined;
    /** What the module calls the application. */
    readonly callable: string;
  }) => ({
    found: `uWSGI imported ${module} and looked for \`application\`, the name that it takes when none is given. ${file ?? 'The module'} calls it \`${callable}\`.`,
    advice: `Write \`callable = ${callable}\` into ${path}. ${afterConfiguration(keeper)}`,
  }),

  'callable-name-wrong': (
    facts:
      /** It stands behind a colon, or nowhere. `file`: the module's, if it is known. */
      | {
          readonly at: 'module';
          readonly file: string | undefined;
          readonly callable: string;
          /** `wsgi:app` */
          readonly wanted: string;
          /** The configuration, if there is one. */
          readonly path: string | undefined;
          readonly keeper: Keeper;
        }
      /** A line `callable = …` says it. */
      | (Configuration & {
          readonly at: 'line';
          readonly line: number;
          readonly callable: string;
          readonly module: string;
          readonly wanted: string;
        }),
  ) =>
    facts.at === 'module'
      ? {
          found: `uWSGI read ${facts.file ?? 'your module'}, but there is nothing called \`${facts.callable}\` in it.`,
          advice: `The name after the colon must be the one that the file gives the application: \`module = ${facts.wanted}\`${facts.path === undefined ? '' : ` in ${facts.path}`}. ${afterConfiguration(facts.keeper)}`,
        }
      : {
          found: `Line ${facts.line} of ${facts.path} says \`callable = ${facts.callable}\`, and there is nothing of that name in ${facts.module}.`,
          advice: `Write \`callable = ${facts.wanted}\`. ${afterConfiguration(facts.keeper)}`,
        },

  'home-left-out': ({ path, missing, keeper }: Configuration & { readonly missing: string }) => ({
    found: `${path} names no environment, so uWSGI looks for packages where the system has its own, and finds no "${missing}".`,
    advice: `Write \`home = %(base)/venv\` into it, if that is where the environment is. ${afterConfiguration(keeper)}`,
  }),

  'pythonpath-missing': ({
    path,
    module,
    startFolder,
    wanted,
    keeper,
  }: Configuration & {
    readonly module: string;
    readonly startFolder: string;
    /** The folder, as the file should name it. */
    readonly wanted: string;
  }) => ({
    found: `uWSGI looks for the module ${module} in ${startFolder}, where it was started. No line of ${path} names the folder of the code.`,
    advice: `Write \`pythonpath = ${wanted}\` into ${path}. ${afterConfiguration(keeper)}`,
  }),

  'pythonpath-wrong': ({
    path,
    line,
    key,
    value,
    folder,
    module,
    base,
    keeper,
  }: Configuration & {
    readonly line: number;
    readonly key: string;
    readonly value: string;
    /** The folder that it is. */
    readonly folder: string;
    readonly module: string;
    /** The line `base = …` that leads there, and what it should say. */
    readonly base: { readonly line: number; readonly wanted: string } | undefined;
  }) => ({
    found: `Line ${line} of ${path} says \`${key} = ${value}\`, which is ${folder}, and there is no ${module}.py.`,
    advice: `${
      base === undefined
        ? 'Let that line name the folder of the code.'
        : `Write \`base = ${base.wanted}\` in line ${base.line}.`
    } ${afterConfiguration(keeper)}`,
  }),

  'app-syntax-error': ({ message, place, keeper }: Raised) => ({
    found: `Python cannot read your application${at(place)}: ${message}.`,
    advice: `${
      place === undefined
        ? 'Compare your Python files with the text, character by character.'
        : `Look at line ${place.line} of ${place.file} and at the one before it: a word, a bracket, a quote, a colon or the indentation differs from the text.`
    } ${afterCode(keeper)}`,
  }),

  'environment-other-python': ({
    path,
    has,
    runs,
    environment,
    keeper,
  }: {
    readonly path: string;
    /** Versions of Python: the environment's, and uWSGI's. */
    readonly has: string;
    readonly runs: string;
    readonly environment: Environment;
    readonly keeper: Keeper;
  }) => ({
    found: `The environment ${path} is one of Python ${has}, and uWSGI runs Python ${runs}, so it finds none of the packages there.`,
    advice: `Make it anew: \`${sudoIf(!environment.activated)}rm -r ${shellWord(path)}\`, then ${adviseEnvironment(path, !environment.activated)}. Install again what was in it: ${adviseModule('flask', environment)}, and what else the application needs. ${afterCode(keeper)}`,
  }),

  'package-not-installed': ({
    name,
    source,
    environment,
    configuration,
    keeper,
  }: {
    readonly name: string;
    /** The folder of its setup.py. */
    readonly source: string;
    readonly environment: Environment;
    readonly configuration: string;
    readonly keeper: Keeper;
  }) => ({
    found: `uWSGI should import "${name}" (${configuration}), and that package is not in the environment in which it runs.`,
    advice: `Install it there, with the Python of the environment: \`cd ${shellWord(source)}\`, then \`${sudoIf(!environment.activated)}${shellWord(`${environment.bin}/python`)} setup.py install\`. ${afterCode(keeper)}`,
  }),

  'package-not-in-environment': ({
    name,
    place,
    environment,
    keeper,
  }: {
    readonly name: string;
    /** Where it is imported; `undefined` when uWSGI itself is told to. */
    readonly place: CodeLine | undefined;
    readonly environment: Environment;
    readonly keeper: Keeper;
  }) =>
    place === undefined
      ? {
          found: `uWSGI finds no Python module "${name}".`,
          advice: `Install it in the virtual environment that uWSGI belongs to. ${afterConfiguration(keeper)}`,
        }
      : {
          found: `Line ${place.line} of ${place.file} imports "${name}", and the environment in which uWSGI runs does not have it.`,
          advice: `Install it there: ${adviseModule(name, environment)}. ${afterCode(keeper)}`,
        },

  'import-name-wrong': (
    facts:
      /** A module of the reader's has another name. */
      | {
          readonly wrong: 'module';
          readonly name: string;
          readonly near: string;
          readonly place: CodeLine;
          readonly keeper: Keeper;
        }
      /** A package is spelt with other capitals. */
      | {
          readonly wrong: 'case';
          readonly name: string;
          readonly near: string;
          readonly place: CodeLine;
          readonly keeper: Keeper;
        }
      /** A module has nothing of that name. `message`: what Python says. */
      | (Raised & { readonly wrong: 'name' }),
  ) => {
    if (facts.wrong === 'case') {
      return {
        found: `Line ${facts.place.line} of ${facts.place.file} imports "${facts.name}", and the module is called ${facts.near}: Python tells capitals from small letters.`,
        advice: `Write \`${facts.near}\` in line ${facts.place.line}. ${afterCode(facts.keeper)}`,
      };
    }
    return facts.wrong === 'module'
      ? {
          found: `Line ${facts.place.line} of ${facts.place.file} imports "${facts.name}", and there is no ${facts.name}.py beside it.`,
          advice: `Your file is called ${facts.near}.py: import from \`${facts.near}\`. ${afterCode(facts.keeper)}`,
        }
      : {
          found: `An import fails${at(facts.place)}: ${withoutType(facts.message)}.`,
          advice: `See that the name is spelt in the same way where it is imported and where it is made. ${afterCode(facts.keeper)}`,
        };
  },

  'package-import-circular': ({ message, keeper }: Omit<Raised, 'place'>) => ({
    found: `A package imports its pages before it has made what they need: ${withoutType(message)}.`,
    advice: `In its __init__.py, move the \`import\` of the pages to the end of the file, below the line that makes the application. Then pack and install it again. ${afterCode(keeper)}`,
  }),

  'name-not-defined': ({
    name,
    near,
    place,
    keeper,
  }: {
    readonly name: string;
    /** A name that Python offers in its place; `null` when it knows none. */
    readonly near: string | null;
    readonly place: CodeLine;
    readonly keeper: Keeper;
  }) => ({
    found: `Line ${place.line} of ${place.file} uses the name \`${name}\`, but nothing before it imports or defines that name.${near === null ? '' : ` Python suggests \`${near}\`.`}`,
    advice: `Compare line ${place.line} and the lines above it with the text: either \`${name}\` is misspelt there, or the line that imports or defines it is missing. ${afterCode(keeper)}`,
  }),

  'app-import-error': ({ message, place, keeper }: Raised) => ({
    found: `Your application stops while uWSGI loads it${at(place)}: ${sentence(message)}`,
    advice: `Fix ${place === undefined ? 'the application' : 'that line'} and save the file. ${afterCode(keeper)}`,
  }),

  'app-exception': ({ message, place, keeper }: Raised) => ({
    found: `Your application was loaded, but failed while it made the page${at(place)}: ${sentence(message)}`,
    advice: `Fix ${place === undefined ? 'the application' : `line ${place.line} of ${place.file}`} and save it. ${afterCode(keeper)}`,
  }),

  'app-answers-500': ({ keeper }: { readonly keeper: Keeper }) => ({
    found: 'Your application answered "Internal Server Error" and logged no reason.',
    advice: `Read its log with \`${showLog(keeper)}\`, and fix the application. ${afterCode(keeper)}`,
  }),

  'body-not-bytes': ({
    place,
    keeper,
  }: {
    /** Where the text is returned, and the line as it should be; `null` when that is not known. */
    readonly place: (CodeLine & { readonly mended: string }) | null;
    /** Who starts uWSGI; `null` for one in a terminal without a configuration. */
    readonly keeper: Keeper | null;
  }) => ({
    found: `The page is empty: the application returned text${place === null ? '' : ` (${place.file}, line ${place.line})`}, and WSGI wants bytes, which uWSGI sends as they are. It passed the text over.`,
    advice: `Put a \`b\` before the string that the application returns${place === null ? '' : `, in line ${place.line} of ${place.file}: \`${place.mended}\``}. ${keeper === null ? 'Then stop uWSGI with Ctrl+C and start it again.' : afterCode(keeper)}`,
  }),
} as const satisfies ProgramWords;

/** The name by which Python imports a file. */
function moduleName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1).replace(/\.py$/, '');
}

/** Where something is, in brackets. */
function at(place: CodeLine | undefined): string {
  return place === undefined ? '' : ` (${place.file}, line ${place.line})`;
}

/** Python's words, with a full stop unless they end in a question. */
function sentence(message: string): string {
  return /[.?!]$/.test(message) ? message : `${message}.`;
}

/** What an ImportError says. */
function withoutType(message: string): string {
  return message.replace(/^ImportError: /, '');
}

/** How an environment is made, as the end of a sentence. */
function adviseEnvironment(path: string, needsSudo: boolean): string {
  const slash = path.lastIndexOf('/');
  return `\`cd ${shellWord(path.slice(0, slash) || '/')}\`, then \`${sudoIf(needsSudo)}virtualenv ${shellWord(path.slice(slash + 1))}\``;
}
