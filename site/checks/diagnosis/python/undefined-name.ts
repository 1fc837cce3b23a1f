/** A line of the reader's uses a name that nothing has made: the line itself may be right, and another one missing. */
import type { UwsgiFacts } from '../../guest/facts.ts';
import type { PythonException } from '../../guest/journal.ts';
import { trouble, type Trouble } from '../../words/index.ts';

/** `null` when the exception is another one, or none of the reader's lines has raised it. */
export function undefinedNameTrouble(
  { message, place, traceback }: PythonException,
  { keeper }: Pick<UwsgiFacts, 'keeper'>,
): Trouble | null {
  const [, name, near = null] =
    /^NameError: name '(\w+)' is not defined(?:\. Did you mean: '(\w+)'\?)?/.exec(message) ?? [];
  if (name === undefined || place === undefined) return null;
  return trouble('name-not-defined', { name, near, place, keeper }, traceback);
}
