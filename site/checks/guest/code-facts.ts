/** What is known of the reader's code: lines that matter, files that lie elsewhere, and who may read it. */
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
  /** Imports, definitions and calls of `run` in the Python files of the folder of the code. */
  readonly codeLines: readonly FoundLine[];
  /** Python files in the reader's home, and in folders beside and below the folder of the code. */
  readonly otherPythonFiles: readonly string[];
  /** The folders on the way to the code, the configuration and the Python files, those that are there. */
  readonly wayToCode: readonly PathPart[];
  /** The groups of the login as which uWSGI works. */
  readonly loginGroups: readonly string[];
}

/** Questions for `survey`, answered by {@link parseCode}. `login`: as whom uWSGI works. */
export function askCode(
  folder: string,
  configuration: string | null,
  home: string,
  login: string,
): Record<'codeLines' | 'otherCode' | 'wayToCode' | 'loginGroups', string> {
  const own = quote(folder);
  const way = [...pathsTo(folder), ...(configuration === null ? [] : [configuration])].map(quote).join(' ');
  return {
    codeLines: `grep -HnsE '^[[:space:]]*(def|from|import)[[:space:]]|^[A-Za-z_]+[.]run[(]' ${own}/*.py | head -c 32768; true`,
    otherCode: `ls -1d ${quote(home)}/*.py ${quote(home)}/*/*.py ${own}/../*.py ${own}/*/*.py 2>/dev/null | head -n 200; true`,
    wayToCode: `stat -L -c '%a %U %G %n %F' ${way} ${own}/*.py 2>/dev/null | head -n 200; true`,
    loginGroups: `id -Gn -- ${quote(login)} 2>/dev/null; true`,
  };
}

export function parseCode(
  readings: Record<'codeLines' | 'otherCode' | 'wayToCode' | 'loginGroups', Reading>,
  folder: string,
): CodeFacts {
  const others = readings.otherCode.output
    .split('\n')
    .filter(Boolean)
    .map((path) => path.replace(/\/[^/]+\/\.\.\//, '/'));
  return {
    codeLines: readings.codeLines.output.split('\n').flatMap((found) => {
      const match = /^(\/[^:]+):(\d+):(.*)$/.exec(found);
      return match === null ? [] : [{ file: match[1] ?? '', line: Number(match[2]), text: match[3] ?? '' }];
    }),
    otherPythonFiles: [...new Set(others)].filter((path) => path.slice(0, path.lastIndexOf('/')) !== folder),
    wayToCode: parseParts(readings.wayToCode.output),
    loginGroups: readings.loginGroups.output.split(/\s+/).filter(Boolean),
  };
}
