import type { CheckContext } from './context.ts';
import { findRequest } from './journal.ts';
import { unitName } from './processes.ts';
import type { ServerName } from './server.ts';
import { outputOf, quote, survey } from './survey.ts';
import { gatherVassal } from './vassal-facts.ts';

/** The name of the query parameter that marks a check's own request. */
const MARK_PARAMETER = 'typealong-check';

/** A URL with a mark that no earlier request had, and the mark as it stands in a request line. */
export function markUrl(url: string): { readonly url: string; readonly mark: string } {
  const mark = `${MARK_PARAMETER}=${crypto.randomUUID()}`;
  const [beforeFragment = url] = url.split('#');
  const marked = `${beforeFragment}${beforeFragment.includes('?') ? '&' : '?'}${mark}`;
  return { url: marked, mark };
}

/** Who made the body of a marked request. */
export type Proof =
  /** A worker of the unit, or of the vassal, logged it. `app` is -1 when it had no application and answered 500 by itself. */
  | { readonly by: 'unit'; readonly pid: number; readonly app: number }
  /** A uWSGI logged it that systemd does not run as this unit, or the Emperor not as this vassal. */
  | { readonly by: 'other-uwsgi'; readonly unit: string }
  | { readonly by: 'unknown' };

/** How often a log is read: a worker logs a request after it has answered it. */
const TRIES = 4;

/** Looks for the marked request in the log of the uWSGI that should have answered; in anybody's when none is named. */
export function proveServed(server: ServerName | null, mark: string, context: CheckContext): Promise<Proof> {
  return server?.kind === 'vassal'
    ? proveByVassal(server, mark, context)
    : proveByUnit(server?.unit, mark, context);
}

/**
 * Looks in the journal of a unit: uWSGI's worker writes a line for each request to its standard error, and journald
 * notes which unit the writer belongs to, which nobody in the guest can forge. A page out of a file leaves no such
 * line, whatever its text.
 */
async function proveByUnit(unit: string | undefined, mark: string, context: CheckContext): Promise<Proof> {
  const mine = unit === undefined ? '_COMM=uwsgi' : `-u ${quote(unitName(unit))}`;
  const { line } = await survey(context, {
    line: untilFound(`journalctl -q --no-pager -o cat -n 40 ${mine} | grep -F -- ${quote(mark)}`),
  });
  const request = findRequest(outputOf(line, 'journalctl').split('\n'), mark);
  if (request !== null) return { by: 'unit', pid: request.pid, app: request.app };
  if (unit === undefined) return { by: 'unknown' };

  const { elsewhere } = await survey(context, {
    elsewhere: `journalctl -q --no-pager -n 400 --output=json --output-fields=MESSAGE,_SYSTEMD_UNIT | grep -F -- ${quote(mark)} | grep -F 'pid: '`,
  });
  const other = /"_SYSTEMD_UNIT"\s*:\s*"([^"]+)"/.exec(elsewhere.output)?.[1];
  return other === undefined || other === unitName(unit)
    ? { by: 'unknown' }
    : { by: 'other-uwsgi', unit: other };
}

/**
 * Looks in the file to which the vassal's configuration sends its log. Another uWSGI with the same configuration
 * writes there, too; so the process that logged the request must be one that the Emperor of the job has started.
 */
async function proveByVassal(
  { file, job }: Extract<ServerName, { kind: 'vassal' }>,
  mark: string,
  context: CheckContext,
): Promise<Proof> {
  let vassal = await gatherVassal(file, job, context);
  if (vassal.logFile === null) return { by: 'unknown' };
  const { line } = await survey(context, {
    line: untilFound(`tail -c 65536 ${quote(vassal.logFile)} | grep -aF -- ${quote(mark)} | tail -n 5`),
  });
  const request = findRequest(line.output.split('\n'), mark);
  if (request === null) return { by: 'unknown' };
  const isOwn = (): boolean => vassal.processes.some(({ pid }) => pid === request.pid);
  if (!isOwn() && context.memory !== undefined) {
    // It may be younger than the list of processes that is remembered.
    context.memory.forget();
    vassal = await gatherVassal(file, job, context);
  }
  if (isOwn()) return { by: 'unit', pid: request.pid, app: request.app };
  const other = vassal.job?.allProcesses.find(({ pid }) => pid === request.pid);
  return {
    by: 'other-uwsgi',
    unit: other === undefined ? `process ${request.pid}` : other.unit || other.user,
  };
}

/** Asks again for a moment while nothing is found. */
function untilFound(read: string): string {
  return Array.from({ length: TRIES }, () => `{ ${read} | grep .; }`).join(' || { sleep 0.3; false; } || ');
}
