/**
 * The application returns text where WSGI wants bytes. uWSGI then answers with the right status and an empty
 * body; since 2.0.21 it says so ("Unhandled object from iterator"), older ones are silent.
 */
import type { CheckContext } from '../../guest/context.ts';
import { quote, survey } from '../../guest/survey.ts';
import type { Trouble } from '../../words/index.ts';

/** What uWSGI prints of an object that is not bytes. */
const COMPLAINT = /Unhandled object from iterator: ["']/;

/**
 * Looks for the string that should be bytes, in `folders` (as the shell expands them). The source is read, never
 * run. `null` when neither uWSGI's words nor the source show one.
 */
export async function textBodyTrouble(
  folders: string,
  journal: readonly string[],
  again: string,
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
  const [, file = '', line = '', text = ''] = place ?? [];
  const mended = text.trim().replace(/["']/, 'b$&');
  return {
    cause: 'body-not-bytes',
    found: `The page is empty: the application returned text${place === null ? '' : ` (${file}, line ${line})`}, and WSGI wants bytes, which uWSGI sends as they are. It passed the text over.`,
    advice: `Put a \`b\` before the string that the application returns${place === null ? '' : `, in line ${line} of ${file}: \`${mended}\``}. ${again}`,
    ...(evidence === undefined ? {} : { evidence }),
  };
}
