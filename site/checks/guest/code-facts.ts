/** What is known of the reader's code: lines that matter, files that lie elsewhere, and who may read it. */
import { listFolder } from './listing.ts';
import { parseParts, pathsTo, type PathPart } from './path-access.ts';
import { quote, type Reading } from './survey.ts';

/** A line of one of the reader's Python files. */
export interface FoundLine {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

export interface CodeFacts {
  /** What is in the folder of the code, as `listFolder` asks for it. */
  readonly besideCode: string;
  /** Imports, definitions and calls of `run` in the Python files of the folder of the code. */
  readonly codeLines: readonly FoundLine[];
  /** Python files in the reader's home, and in folders beside and below the folder of the code. */
  readonly otherPythonFiles: readonly string[];
  /** The folders on the way to the code, the configuration and the Python files, those that are there. */
  readonly wayToCode: readonly PathPart[];
  /** The groups of the login as which uWSGI works. */
  readonly loginGroups: readonly string[];
  /** Versions of Python for which the environment has packages: `3.11`. */
  readonly pythons: readonly string[];
}

type Questions = 'besideCode' | 'codeLines' | 'otherCode' | 'wayToCode' | 'loginGroups' | 'pythons';

/** Questions for `survey`, answered by {@link parseCode}. `login`: as whom uWSGI works; `bin`: the environment's programs. */
export function askCode(
  folder: string,
  configuration: string | null,
  home: string,
  login: string,
  bin: string,
): Record<Questions, string> {
  const own = quote(folder);
  const way = [...pathsTo(folder), ...(configuration === null ? [] : [configuration])].map(quote).join(' ');
  return {
    besideCode: listFolder(folder),
    codeLines: `grep -HnsE '^[[:space:]]*(def|from|import)[[:space:]]|^[A-Za-z_]+[.]run[(]' ${own}/*.py | head -c 32768; true`,
    otherCode: `ls -1d ${quote(home)}/*.py ${quote(home)}/*/*.py ${own}/../*.py ${own}/*/*.py 2>/dev/null | head -n 200; true`,
    wayToCode: `stat -L -c '%a %U %G %n %F' ${way} ${own}/*.py 2>/dev/null | head -n 200; true`,
    loginGroups: `id -Gn -- ${quote(login)} 2>/dev/null; true`,
    pythons: `ls -1d ${quote(bin.replace(/\/bin$/, ''))}/lib/python[0-9]*/site-packages 2>/dev/null | head -n 10; true`,
  };
}

export function parseCode(readings: Record<Questions, Reading>, folder: string): CodeFacts {
  const others = readings.otherCode.output
    .split('\n')
    .filter(Boolean)
    .map((path) => path.replace(/\/[^/]+\/\.\.\//, '/'));
  return {
    besideCode: readings.besideCode.code === 0 ? readings.besideCode.output : '',
    codeLines: readings.codeLines.output.split('\n').flatMap((found) => {
      const match = /^(\/[^:]+):(\d+):(.*)$/.exec(found);
      return match === null ? [] : [{ file: match[1] ?? '', line: Number(match[2]), text: match[3] ?? '' }];
    }),
    otherPythonFiles: [...new Set(others)].filter((path) => path.slice(0, path.lastIndexOf('/')) !== folder),
    wayToCode: parseParts(readings.wayToCode.output),
    loginGroups: readings.loginGroups.output.split(/\s+/).filter(Boolean),
    pythons: [...readings.pythons.output.matchAll(/\/lib\/python(\d+\.\d+)\//g)].map(
      ([, version = '']) => version,
    ),
  };
}
