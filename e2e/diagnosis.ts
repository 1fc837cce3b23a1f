/** What a page's machine and its guest do inside, for the report of a test that failed. */
import { writeFile } from 'node:fs/promises';
import type { Page, TestInfo } from '@playwright/test';
import { GUEST_RECORD } from '../scripts/stage.ts';
import type { Diagnosis, Sandbox } from '../site/sandbox/types.ts';

/** How long a worker that is busy may take to answer, milliseconds. */
const PATIENCE_MS = 5000;
/** How long a guest that is busy may take to look around, milliseconds. */
const GUEST_PATIENCE_MS = 25_000;

/** Each process and its threads: state, processor time, where in the kernel it waits; then what was logged last. */
const LOOK_AROUND = `
for process in /proc/[0-9]*; do
  command=$(tr '\\0' ' ' < $process/cmdline); [ "$command" ] || continue
  echo "\${process#/proc/} $command"
  for task in $process/task/*; do
    read -r line < $task/stat; set -- \${line##*) }
    echo "  \${task##*/} $1 user=\${12} system=\${13} call=$(cat $task/syscall) $(grep -E '^(SigPnd|ShdPnd|SigBlk)' $task/status | tr -d '\\n')"
  done
done 2>/dev/null
cat /proc/interrupts /proc/uptime /proc/loadavg
ss -xan | grep -v journal; ss -tan
journalctl -n 40 --no-pager -o short-monotonic`;

/** `null`: there is no machine in this page, or it does not answer. */
export async function diagnosis(page: Page): Promise<Diagnosis | null> {
  const asked = page
    .evaluate(async () => {
      const workspace = document.querySelector<HTMLElement & { diagnose(): Promise<Diagnosis | null> }>(
        'tl-workspace',
      );
      return (await workspace?.diagnose()) ?? null;
    })
    .catch(() => null);
  return Promise.race([asked, silence(PATIENCE_MS)]);
}

/** `null`: no machine runs in this page, or its agent is silent. */
async function guestReport(page: Page): Promise<string | null> {
  const asked = page
    .evaluate(
      async ({ script, timeoutMs }) => {
        const workspace = document.querySelector<HTMLElement & { ensureRunning(): Promise<Sandbox> }>(
          'tl-workspace[data-state=running]',
        );
        const sandbox = await workspace?.ensureRunning();
        const result = await sandbox?.agent.exec(['bash', '-c', script], { timeoutMs });
        return result ? `${result.stdout}\n${result.stderr}` : null;
      },
      { script: LOOK_AROUND, timeoutMs: GUEST_PATIENCE_MS },
    )
    .catch((error: unknown) => String(error));
  return Promise.race([asked, silence(GUEST_PATIENCE_MS)]);
}

/** Two looks, one after the other: what does not move between them stands still. */
export async function attachDiagnosis(page: Page, testInfo: TestInfo): Promise<void> {
  const looks = [await diagnosis(page), await diagnosis(page)];
  await attachFile(testInfo, 'machine.json', JSON.stringify(looks, null, 2));
  // No machine, as where a test has a terminal by itself: none is to be started.
  const guest = looks.every((look) => look === null) ? null : await guestReport(page);
  if (guest !== null) await attachFile(testInfo, GUEST_RECORD, guest);
}

/** Beside the test's screenshot, where whoever looks for the reason finds it. */
async function attachFile(testInfo: TestInfo, name: string, text: string): Promise<void> {
  const path = testInfo.outputPath(name);
  await writeFile(path, text);
  await testInfo.attach(name, { path });
}

function silence(milliseconds: number): Promise<null> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(null), milliseconds);
  });
}
