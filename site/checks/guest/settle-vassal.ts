/** Waits for a vassal that was touched, linked or given to somebody a moment ago. */
import { readLastStart } from './journal.ts';
import { PATIENCE_SECONDS } from './settle.ts';
import { quote } from './survey.ts';
import type { VassalFacts } from './vassal-facts.ts';

/** How long after a change a failed start counts: one that had begun before the change may fail after it. */
const LAST_FAILURE_SECONDS = 5;

/**
 * A question for `settle`: waits until the vassal has loaded what its file now says, until the Emperor has seen it fail
 * after the last change, or until nothing has come of it for a while. Prints `waited` when there was a change so
 * recent that a look before may have come too early.
 */
export function settleVassal(facts: VassalFacts, tookSeconds = 0): string {
  const { file, folder, entry, logFile, emperorLogFile, job } = facts;
  if (logFile === null) return 'echo no log';
  const logFolder = logFile.slice(0, logFile.lastIndexOf('/')) || '/';
  const name = entry?.name ?? file.slice(file.lastIndexOf('/') + 1);
  // Not the folder of the socket: each start of the vassal changes that.
  const places = [file, logFolder, folder].map(quote).join(' ');
  return [
    `last_start() { ${readLastStart(logFile)}; }`,
    'tries=0; recent=no',
    'while :; do',
    `  changed=$({ echo ${Math.trunc(job?.unit.startedAt ?? 0)}; stat -c %Z ${quote(entry?.path ?? file)}; stat -L -c %Z ${places}; } 2>/dev/null | sort -n | tail -n 1)`,
    `  [ $(($(date +%s) - changed)) -gt ${PATIENCE_SECONDS + tookSeconds} ] && break`,
    '  recent=yes',
    `  started=$(last_start | sed -n 's/^\\*\\*\\* Starting uWSGI .* on \\[\\(.\\{1,40\\}\\)\\] \\*\\*\\*$/\\1/p' | tail -n 1)`,
    `  written=$(stat -L -c %Y ${quote(file)} 2>/dev/null || echo 0)`,
    `  [ "$(date -d "$started" +%s 2>/dev/null || echo 0)" -ge "$written" ] && last_start | awk '/^\\*\\*\\* Starting uWSGI/ { ready = 0 } /^spawned uWSGI worker/ { ready = 1 } END { exit !ready }' && break`,
    `  cursed=$(tail -c 65536 ${quote(emperorLogFile)} 2>/dev/null | grep -F -- ${quote(`[emperor] curse the uwsgi instance ${name} `)} | tail -n 1 | cut -c 1-24)`,
    `  [ -n "$cursed" ] && [ "$(date -d "$cursed" +%s 2>/dev/null || echo 0)" -ge $((changed + ${LAST_FAILURE_SECONDS})) ] && break`,
    `  tries=$((tries+1)); [ $tries -gt ${PATIENCE_SECONDS * 2} ] && break`,
    '  sleep 0.5',
    'done',
    '[ $tries -gt 0 ] && sleep 0.5; [ $recent = yes ] && echo waited; true',
  ].join('\n');
}
