import { lastLines } from '../../text.ts';
import type { Trouble } from '../../verdict.ts';

/** What Python says of a file that it cannot compile, in words. */
export function pythonErrorTrouble(traceback: string, path: string): Trouble {
  const evidence = lastLines(traceback, 4);
  const message = evidence.split('\n').at(-1) ?? '';
  const line = [...traceback.matchAll(/File "([^"]+)", line (\d+)/g)].findLast(
    (match) => match[1] === path,
  )?.[2];
  return {
    cause: 'python-syntax-error',
    found: `Python cannot read ${path}${line === undefined ? '' : `: line ${line}`}: ${message}.`,
    advice:
      line === undefined
        ? `Compare ${path} with the text, character by character, and save it.`
        : `Look at line ${line} of ${path} and at the one before it: a bracket, a quote, a colon or the indentation differs from the text.`,
    evidence,
  };
}
