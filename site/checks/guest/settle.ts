import type { CheckContext } from './context.ts';
import { unitName } from './processes.ts';
import { quote, survey } from './survey.ts';

/** How long to wait for a unit that was just started, in seconds; an application that imports a lot is slow in the emulator. */
export const PATIENCE_SECONDS = 45;

/** Waits for the end of the machine's start, if it is not over; prints `waited` then. */
const SETTLE_MACHINE =
  'case $(systemctl is-system-running) in initializing|starting) timeout 90 systemctl is-system-running --wait >/dev/null; echo waited;; esac';

/**
 * Waits for a uWSGI that systemd has just started: until it has its workers, or has ended, or nothing has
 * come of it for a while. Prints `waited` when there was a start so recent that a look before may have come too early.
 */
function settleUnit(unit: string, tookSeconds: number): string {
  const id = quote(unitName(unit));
  return [
    'tries=0; recent=no',
    'while :; do',
    `  eval "$(systemctl show --timestamp=unix -p ActiveState,ExecMainStartTimestamp,StateChangeTimestamp,InvocationID -- ${id} | grep -E '^[A-Za-z]+=@?[a-z0-9]*$')"`,
    '  start=${ExecMainStartTimestamp#@} change=${StateChangeTimestamp#@}',
    // A reload: the main process stays, and loads the application again.
    '  [ "$ActiveState" = active ] && [ ${change:-0} -gt ${start:-0} ] && start=$change',
    `  [ $(($(date +%s) - \${start:-0})) -gt ${PATIENCE_SECONDS + tookSeconds} ] && break`,
    // Even if it has come to rest by now: the look that failed may have been before.
    '  recent=yes',
    '  case $ActiveState in active|activating|reloading) ;; *) break;; esac',
    // Only uWSGI takes its time when systemd calls it started already.
    `  systemctl show -P ExecStart -- ${id} | grep -q uwsgi || break`,
    // Of this start and no earlier one: the journal can be late to say that a new one has begun.
    `  journalctl -q --no-pager -o cat _SYSTEMD_INVOCATION_ID="$InvocationID" | grep -E '^(spawned uWSGI worker|[.]{3}gracefully killing workers)' | tail -n 1 | grep -q '^spawned' && break`,
    `  tries=$((tries+1)); [ $tries -gt ${PATIENCE_SECONDS * 2} ] && break`,
    '  sleep 0.5',
    'done',
    '[ $tries -gt 0 ] && sleep 0.5; [ $recent = yes ] && echo waited; true',
  ].join('\n');
}

/**
 * A check can come a moment too early: the machine is still starting, or uWSGI still loads the application
 * that systemd has just started. Waits for that, and says whether it is worth to look again. What counts is how young
 * the start was when the look began that failed, `tookSeconds` ago.
 */
export function settle(unit: string | undefined, context: CheckContext, tookSeconds = 0): Promise<boolean> {
  return settleWith(unit === undefined ? 'echo no unit' : settleUnit(unit, tookSeconds), context);
}

/** The same for something else; `question` prints `waited` as well. */
export async function settleWith(question: string, context: CheckContext): Promise<boolean> {
  const readings = await survey(
    context,
    { machine: SETTLE_MACHINE, other: question },
    (90 + PATIENCE_SECONDS + 15) * 1000,
  );
  return [readings.machine, readings.other].some(({ output }) => output.includes('waited'));
}

/** Looks once more if `waits` says so. What was found first stands when the machine does not answer in time. */
export async function lookAgain<Result>(
  first: Result,
  waits: () => Promise<boolean>,
  look: () => Promise<Result>,
  context: CheckContext,
): Promise<Result> {
  try {
    if (!(await waits())) return first;
    context.memory?.forget();
    return await look();
  } catch {
    context.signal?.throwIfAborted();
    return first;
  }
}
