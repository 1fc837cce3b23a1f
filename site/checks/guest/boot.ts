/** Whether something was started by the machine's own start, or by hand later. */

/** A question for `survey`: when systemd had started everything, in microseconds since the kernel; 0 before that. */
export const BOOT_FINISHED = 'systemctl show -P FinishTimestampMonotonic';

/** A property of units: when they last began to run, in microseconds since the kernel. */
export const BEGAN = 'ActiveEnterTimestampMonotonic';

/** How long after systemd's own end of the start something may still begin: Upstart's jobs are no part of it. */
const GRACE_MICROSECONDS = 10_000_000;

/** `began` and `finished` as systemctl prints them. */
export function startedByBoot(began: string, finished: string): boolean {
  const [from, to] = [Number(began.trim()), Number(finished.trim())];
  return from > 0 && (to === 0 || from <= to + GRACE_MICROSECONDS);
}
