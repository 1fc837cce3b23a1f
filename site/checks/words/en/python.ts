import type { ProgramWords } from '../words.ts';
import { missingFolder, type MissingFolder } from './files.ts';
import { restartUnit, sudoIf } from './phrases.ts';

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
        },
  ) => {
    switch (facts.at) {
      case 'file':
        return {
          found: missingFolder(facts.missing),
          advice: `Create the virtual environment: \`cd ${facts.project}\`, then \`${sudoIf(facts.missing.needsSudo)}virtualenv ${facts.environment}\`. If there was one before, install again what was in it, or reset the machine to the start of this chapter.`,
        };
      case 'package':
        return {
          found: `There is no virtual environment at ${facts.path}.`,
          advice: `Make it in the folder that it belongs to: ${adviseEnvironment(facts.path, facts.needsSudo)}.`,
        };
      case 'unit':
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
    advice: `Make it where the application is: ${adviseEnvironment(path, needsSudo)}. An environment cannot be moved; remove the other with \`${sudoIf(otherNeedsSudo)}rm -r ${other}\`.`,
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
        : `Look at line ${line} of ${path} and at the one before it: a bracket, a quote, a colon or the indentation differs from the text.`,
  }),
} as const satisfies ProgramWords;

/** How an environment is made, as the end of a sentence. */
function adviseEnvironment(path: string, needsSudo: boolean): string {
  const slash = path.lastIndexOf('/');
  return `\`cd ${path.slice(0, slash) || '/'}\`, then \`${sudoIf(needsSudo)}virtualenv ${path.slice(slash + 1)}\``;
}
