/**
 * The application returns text where WSGI wants bytes. uWSGI then answers with the right status and an empty
 * body; since 2.0.21 it says so ("Unhandled object from iterator"), older ones are silent.
 */
import type { CheckContext } from '../../guest/context.ts';
import type { Keeper } from '../../guest/keeper.ts';
import { quote, survey } from '../../guest/survey.ts';
import { trouble, type Trouble } from '../../words/index.ts';

/** What uWSGI prints of an object that is not bytes. */
const COMPLAINT = /Unhandled object from iterator: ["']/;

/**
 * Looks for the string that should be bytes, in `folders` (as the shell expands them). The source is read, never
 * run. `null` when neither uWSGI's words nor the source show one.
 */
export async function textBodyTrouble(
  folders: string,
  journal: readonly string[],
  keeper: Keeper | null,
  context: CheckContext,
): Promise<Trouble | null> {
  const evidence = journal.findLast((line) => COMPLAINT.test(line));
  const pattern = '(return|yield)[[:space:]]*[[(]?[[:space:]]*["\']';
  const { lines, flask } = await survey(context, {
    lines: `grep -HnsE ${quote(pattern)} ${folders}/*.py; true`,
    flask: `grep -lsE '^(from|import) flask' ${folders}/*.py; true`,
  });
  // Flask makes bytes of the text that a function returns, so there the source proves nothing.
  const place = flask.output.trim() === '' ? /^(\/[^:]+):(\d+):(.*)$/m.exec(lines.output) : null;
  if (evidence === undefined && place === null) return null;
  const [, file = '', number = '', text = ''] = place ?? [];
  const mended = text.trim().replace(/["']/, 'b$&');
  const line = Number(number);
  return trouble(
    'body-not-bytes',
    { place: place === null ? null : { file, line, mended }, keeper },
    evidence,
  );
}
