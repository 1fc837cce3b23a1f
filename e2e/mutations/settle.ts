/** Shell commands that stop a uWSGI, and wait until one has come to rest. */

/** Seconds until a uWSGI listens, has its workers or has ended, whatever the cause. */
const SETTLE_SECONDS = 40;

/** A uWSGI that does not know SIGTERM as its end would be waited for for a minute and a half. */
export function stopUnit(unit: string, socket: string | null): string {
  const stop = `timeout 8 systemctl stop ${unit} >/dev/null 2>&1 || systemctl kill -s KILL ${unit}`;
  // One that is killed leaves it behind.
  const stale = socket === null ? '' : `; rm -f ${socket}`;
  return `${stop}${stale}; systemctl reset-failed ${unit} >/dev/null 2>&1`;
}

/**
 * Waits for a unit. Whoever connects to the socket is served as soon as there is a worker, so it is enough that the socket is there: the
 * shell sees that without starting a program, which would take the processor from the application that loads. Without a socket, it waits for a worker.
 */
export function settleUnit(unit: string, socket: string | null): string {
  return [
    'tries=0',
    `while [ $SECONDS -lt ${SETTLE_SECONDS} ]; do`,
    ...(socket === null ? [] : [`  [ -S ${socket} ] && break`]),
    '  tries=$((tries+1)); sleep 0.2',
    '  [ $((tries % 10)) = 3 ] || continue',
    `  eval "$(systemctl show -p ActiveState,InvocationID -- ${unit})"`,
    '  case $ActiveState in active|activating|reloading|deactivating) ;; *) break;; esac',
    `  journalctl -q -o cat _SYSTEMD_INVOCATION_ID="$InvocationID" | grep -q '^spawned uWSGI worker' && break`,
    'done',
  ].join('\n');
}

/** Waits until the Emperor says that the vassal serves or has ended; `$mark` is the length of its log before. */
export function settleVassal(vassal: string, job: string, log: string): string {
  const name = vassal.slice(vassal.lastIndexOf('/') + 1);
  return [
    `while [ $SECONDS -lt ${SETTLE_SECONDS} ]; do`,
    `  tail -c +$((mark+1)) ${log} 2>/dev/null | grep -qE 'vassal ${name} is ready to accept|(curse|removed) (the )?uwsgi instance ${name}' && break`,
    `  status ${job} 2>/dev/null | grep -q running || break`,
    '  sleep 0.3',
    'done',
  ].join('\n');
}
