/** The application was loaded, and failed while it answered a request. */
import type { UwsgiFacts } from '../../guest/facts.ts';
import { lastException } from '../../guest/journal.ts';
import { lastLines } from '../../text.ts';
import { trouble, type Trouble } from '../../words/index.ts';
import { undefinedNameTrouble } from './undefined-name.ts';

/** What went wrong in the request of which these lines were logged, whatever came of it; `null` when they tell of no mistake. */
export function requestErrorTrouble(
  { keeper, codeFolder }: UwsgiFacts,
  said: readonly string[],
): Trouble | null {
  const empty = said.findLast((text) => text.startsWith('Empty python request'));
  if (empty !== undefined) return trouble('uwsgi-params-missing', { keeper }, empty);
  // A client that has gone is no mistake of the application's.
  const exception = lastException(
    said.filter((text) => !/^OSError: write error/.test(text)),
    codeFolder,
  );
  if (exception === null) return null;
  const { message, place, traceback } = exception;
  const evidence = lastLines(traceback, 4);
  if (
    /^KeyError: '(REQUEST_METHOD|PATH_INFO|SERVER_NAME|SERVER_PORT|SERVER_PROTOCOL|QUERY_STRING)'$/.test(
      message,
    )
  ) {
    return trouble('uwsgi-params-missing', { keeper }, evidence);
  }
  if (/^TypeError: '\w+' object is not callable$/.test(message) && place === undefined) {
    return trouble('app-not-callable', { message, keeper }, evidence);
  }
  const name = undefinedNameTrouble({ ...exception, traceback: evidence }, { keeper });
  if (name !== null) return name;
  return trouble('app-exception', { message, place, keeper }, evidence);
}
