import { lastLines } from '../../text.ts';
import { trouble, type Trouble } from '../../words/index.ts';

/** What Python says of a file that it cannot compile, in words. */
export function pythonErrorTrouble(traceback: string, path: string): Trouble {
  const evidence = lastLines(traceback, 4);
  const message = evidence.split('\n').at(-1) ?? '';
  const line = [...traceback.matchAll(/File "([^"]+)", line (\d+)/g)].findLast(
    (match) => match[1] === path,
  )?.[2];
  return trouble('python-syntax-error', { path, line, message }, evidence);
}
