/** What went wrong in the application while it answered one request, by what uWSGI has logged of it. */
import type { CheckContext } from '../../guest/context.ts';
import type { FoundLine } from '../../guest/code-facts.ts';
import type { UwsgiFacts } from '../../guest/facts.ts';
import { valueOf } from '../../guest/ini.ts';
import { lastException, requestLines, type PythonException } from '../../guest/journal.ts';
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
  const lines = requestLines(facts.log, mark);
  const exception = lastException(lines, facts.codeFolder);
  if (exception === null) {
    const isSilent = lines.some((line) => /\|app: \d+\|.* 0 headers in 0 bytes /.test(line));
    return isSilent
      ? trouble('start-response-missing', { keeper: facts.keeper, ...findDefinition(facts) })
      : requestErrorTrouble(facts, lines);
  }
  return (await callTrouble(facts, exception, context)) ?? requestErrorTrouble(facts, lines);
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
    const at = findDefinition(facts, view);
    return trouble('view-returns-nothing', { name: view, place: at.place, keeper }, lastOf(traceback));
  }
  if (place !== undefined) return null;
  if (message === "TypeError: 'NoneType' object is not iterable") {
    const at = findDefinition(facts);
    return trouble('view-returns-nothing', { name: at.name, place: at.place, keeper }, message);
  }
  const arguments_ = /^TypeError: (\w+)\(\) takes .*\b2 were given$/.exec(message)?.[1];
  const made = /^TypeError: '(?:Flask|WSGIHandler)' object is not iterable$/.test(message);
  if (arguments_ === undefined && !made) return null;
  const at = findDefinition(facts, arguments_);
  // A function that takes nothing can only make one.
  const isFactory = made || message.includes('() takes 0 ') || (await makesApplication(at, context));
  return isFactory
    ? trouble('callable-is-factory', { ...at, configuration: facts.configuration?.path, keeper }, message)
    : trouble('callable-arguments-wrong', { name: at.name, place: at.place, keeper }, message);
}

function lastOf(traceback: string): string {
  return traceback.split('\n').at(-1) ?? '';
}

interface Definition {
  readonly name: string;
  readonly module: string;
  readonly place: FoundLine | null;
}

/** Where a function is defined; by default the one that uWSGI calls. */
function findDefinition({ configuration, codeLines }: UwsgiFacts, called?: string): Definition {
  const ini = configuration?.ini;
  const value = (key: string): string | undefined =>
    ini === undefined ? undefined : valueOf(ini, 'uwsgi', key);
  const [module = 'wsgi', given] = (value('module') ?? value('wsgi') ?? 'wsgi').split(':');
  const name = called ?? given ?? value('callable') ?? 'application';
  const place = codeLines.find(({ text }) => /^\s*def\s+(\w+)\s*\(/.exec(text)?.[1] === name) ?? null;
  return { name, module, place };
}

/** Whether the file in which a function is defined makes an application of Flask's. */
async function makesApplication({ place }: Definition, context: CheckContext): Promise<boolean> {
  if (place === null) return false;
  const { flask } = await survey(context, { flask: `grep -qsE '= *Flask\\(' ${quote(place.file)}` });
  return flask.code === 0;
}
