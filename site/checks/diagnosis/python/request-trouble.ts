/** What went wrong in the application while it answered one request, by what uWSGI has logged of it. */
import type { CheckContext } from '../../guest/context.ts';
import type { UwsgiFacts } from '../../guest/facts.ts';
import { valueOf } from '../../guest/ini.ts';
import { lastException, type PythonException } from '../../guest/journal.ts';
import { quote, survey } from '../../guest/survey.ts';
import { trouble, type Trouble } from '../../words/index.ts';
import { requestErrorTrouble } from './request-error.ts';

/** How uWSGI complains of what an application gives to `start_response`. */
const BAD_START =
  /^TypeError: (?:start_response\(\) takes |http (?:headers?|status|header (?:key|value)) must be )/;

/** Why a request came to nothing; `null` when its log has no exception. `mark`: how the request is known. */
export async function requestTrouble(
  facts: UwsgiFacts,
  mark: string,
  context: CheckContext,
): Promise<Trouble | null> {
  const lines = linesOf(facts.log, mark);
  const exception = lastException(lines, facts.codeFolder);
  if (exception === null) {
    const isSilent = lines.some((line) => /\|app: \d+\|.* 0 headers in 0 bytes /.test(line));
    return isSilent
      ? trouble('start-response-missing', { keeper: facts.keeper, ...(await findDefinition(facts, context)) })
      : requestErrorTrouble({ ...facts, log: lines });
  }
  return (await callTrouble(facts, exception, context)) ?? requestErrorTrouble({ ...facts, log: lines });
}

/** uWSGI could not call the application, or make an answer of what it gave. */
async function callTrouble(
  facts: UwsgiFacts,
  { message, traceback, place }: PythonException,
  context: CheckContext,
): Promise<Trouble | null> {
  const { keeper } = facts;
  if (BAD_START.test(message)) {
    return trouble('start-response-wrong', { message, place: place ?? null, keeper }, traceback);
  }
  const view = /^TypeError: The view function for '(\w+)' did not return a valid response\. .*None/.exec(
    message,
  )?.[1];
  if (view !== undefined) {
    const at = await findDefinition(facts, context, view);
    return trouble('view-returns-nothing', { name: view, place: at.place, keeper }, lastOf(traceback));
  }
  if (place !== undefined) return null;
  if (message === "TypeError: 'NoneType' object is not iterable") {
    const at = await findDefinition(facts, context);
    return trouble('view-returns-nothing', { name: at.name, place: at.place, keeper }, message);
  }
  const arguments_ = /^TypeError: (\w+)\(\) takes .*\b2 were given$/.exec(message)?.[1];
  const made = /^TypeError: '(?:Flask|WSGIHandler)' object is not iterable$/.test(message);
  if (arguments_ === undefined && !made) return null;
  const at = await findDefinition(facts, context, arguments_);
  // A function that takes nothing can only make one.
  return made || at.makesApplication || message.includes('() takes 0 ')
    ? trouble('callable-is-factory', { ...at, configuration: facts.configuration?.path, keeper }, message)
    : trouble('callable-arguments-wrong', { name: at.name, place: at.place, keeper }, message);
}

function lastOf(traceback: string): string {
  return traceback.split('\n').at(-1) ?? '';
}

/** The lines that the application wrote for a request: up to uWSGI's own line of it, from the request before. */
function linesOf(log: readonly string[], mark: string): readonly string[] {
  const isRequest = (line: string): boolean => /^\[pid: \d+\|app: -?\d+\|/.test(line);
  const marked = log.findLastIndex((line) => isRequest(line) && line.includes(mark));
  // Without Nginx's parameters uWSGI does not know what was asked for.
  const end =
    marked >= 0 ? marked : log.findLastIndex((line) => isRequest(line) && / \{\d+ vars in /.test(line));
  if (end < 0) return log.slice(log.findIndex((line) => line.startsWith('spawned uWSGI')) + 1);
  const before = log.slice(0, end).findLastIndex(isRequest);
  const start = before >= 0 ? before : log.findIndex((line) => line.startsWith('spawned uWSGI'));
  return log.slice(start + 1, end + 1);
}

interface Definition {
  readonly name: string;
  readonly module: string;
  readonly place: { readonly file: string; readonly line: number } | null;
  /** Its file makes an application of Flask's. */
  readonly makesApplication: boolean;
}

/** Where a function is defined; by default the one that uWSGI calls. */
async function findDefinition(
  facts: UwsgiFacts,
  context: CheckContext,
  called?: string,
): Promise<Definition> {
  const ini = facts.configuration?.ini;
  const [module = 'wsgi', given] = (
    (ini === undefined ? undefined : (valueOf(ini, 'uwsgi', 'module') ?? valueOf(ini, 'uwsgi', 'wsgi'))) ??
    'wsgi'
  ).split(':');
  const callable =
    given ?? (ini === undefined ? undefined : valueOf(ini, 'uwsgi', 'callable')) ?? 'application';
  const name = called ?? callable;
  const files = `${quote(facts.codeFolder)}/*.py`;
  const { definition, flask } = await survey(context, {
    definition: `grep -HnsE ${quote(`^[[:space:]]*def ${name}[[:space:]]*\\(`)} ${files}; true`,
    flask: `grep -lsE '= *Flask\\(' ${files}; true`,
  });
  const at = /^(\/[^:]+):(\d+):/m.exec(definition.output);
  const file = at?.[1] ?? '';
  return {
    name,
    module,
    place: at === null ? null : { file, line: Number(at[2]) },
    makesApplication: at !== null && flask.output.split('\n').includes(file),
  };
}
