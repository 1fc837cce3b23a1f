/** The application was loaded, and failed while it answered a request. */
import type { UwsgiFacts } from '../../guest/facts.ts';
import { lastException, lastRequest } from '../../guest/journal.ts';
import { lastLines } from '../../text.ts';
import { trouble, type Trouble } from '../../words/index.ts';
import { lineOf } from '../uwsgi/value-trouble.ts';

/**
 * What went wrong in the request that was logged last, or in the one with `mark`, whatever came of it; `null` when the log
 * tells nothing of a mistake.
 */
export function requestErrorTrouble(facts: UwsgiFacts, mark?: string): Trouble | null {
  const { keeper, codeFolder, log, codeLines } = facts;
  const { said, line } = lastRequest(log, mark);
  const empty = said.findLast((text) => text.startsWith('Empty python request'));
  if (empty !== undefined) return trouble('uwsgi-params-missing', { keeper }, empty);
  // A client that has gone is no mistake of the application's.
  const exception = lastException(
    said.filter((text) => !/^OSError: write error/.test(text)),
    codeFolder,
  );
  if (exception === null) {
    const silent = line !== undefined && /\|app: \d+\|.* 0 headers in 0 bytes /.test(line);
    return silent ? trouble('start-response-missing', { keeper }, line) : null;
  }
  const { message, place, traceback } = exception;
  const evidence = lastLines(traceback, 4);
  if (
    /^KeyError: '(REQUEST_METHOD|PATH_INFO|SERVER_NAME|SERVER_PORT|SERVER_PROTOCOL|QUERY_STRING)'$/.test(
      message,
    )
  ) {
    return trouble('uwsgi-params-missing', { keeper }, evidence);
  }
  const view = /^TypeError: The view function for '([^']+)' did not return a valid response\./.exec(
    message,
  )?.[1];
  if (view !== undefined) {
    const name = view.split('.').at(-1) ?? view;
    const at = codeLines.find(({ text }) => new RegExp(`^\\s*def ${name}\\b`).test(text));
    return trouble('view-returns-nothing', { view, place: at, keeper }, message);
  }
  if (message === "TypeError: 'NoneType' object is not iterable" && place === undefined) {
    const entry = lineOf(facts, 'module', 'wsgi')?.value.split(':')[1];
    const name = entry ?? lineOf(facts, 'callable')?.value ?? 'application';
    const at = codeLines.find(({ text }) => new RegExp(`^def ${name}\\b`).test(text));
    return trouble('view-returns-nothing', { view: name, place: at, keeper }, message);
  }
  const factory = /^TypeError: (\w+)\(\) takes \d+ positional arguments? but 2 were given$/.exec(
    message,
  )?.[1];
  if (factory !== undefined && place === undefined) {
    const at = codeLines.find(({ text }) => new RegExp(`^\\s*def ${factory}\\b`).test(text));
    return trouble('app-not-callable', { message, name: factory, place: at, keeper }, evidence);
  }
  if (/^TypeError: '\w+' object is not callable$/.test(message) && place === undefined) {
    return trouble('app-not-callable', { message, name: undefined, place: undefined, keeper }, evidence);
  }
  if (/^TypeError: (http (status|header)|start_response)/.test(message)) {
    return trouble('start-response-misused', { message, place, keeper }, evidence);
  }
  return trouble('app-exception', { message, place, keeper }, evidence);
}
