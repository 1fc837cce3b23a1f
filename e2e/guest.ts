/** What a page's machine and its guest do inside: the kernel's log, and the report of a test that failed. */
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
exec 2>&1
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

/** What `tl-workspace` offers to tests; see `site/workspace/README.md`. */
interface Workspace extends HTMLElement {
  ensureRunning(): Promise<Sandbox>;
  diagnose(): Promise<Diagnosis | null>;
}

/** `null`: there is no machine in this page, or it does not answer. */
export async function diagnosis(page: Page): Promise<Diagnosis | null> {
  const asked = page
    .evaluate(async () => (await document.querySelector<Workspace>('tl-workspace')?.diagnose()) ?? null)
    .catch(() => null);
  return Promise.race([asked, silence(PATIENCE_MS)]);
}

/** The kernel's log of the machine in a page, which is resumed if it is paused; empty when none can be asked. */
export async function kernelLog(page: Page): Promise<string> {
  return (await ask(page, ['dmesg'])) ?? '';
}

/**
 * What a program of the guest writes to its standard output; `null` when there is no machine that runs or is paused.
 * Rejects when its agent does not answer.
 */
async function ask(page: Page, args: readonly string[], timeoutMs?: number): Promise<string | null> {
  return page.evaluate(
    async ({ args, timeoutMs }) => {
      const workspace = document.querySelector<Workspace>(
        'tl-workspace:is([data-state=running], [data-state=paused])',
      );
      // A terminal by itself has a page that says `running` and no machine: none is to be started for it.
      if (workspace === null || (await workspace.diagnose()) === null) return null;
      const sandbox = await workspace.ensureRunning();
      return (await sandbox.agent.exec(args, timeoutMs === undefined ? {} : { timeoutMs })).stdout;
    },
    { args, timeoutMs },
  );
}

/** `null`: no machine runs in this page, or its agent is silent. */
async function guestReport(page: Page): Promise<string | null> {
  const asked = ask(page, ['bash', '-c', LOOK_AROUND], GUEST_PATIENCE_MS).catch((error: unknown) =>
    String(error),
  );
  return Promise.race([asked, silence(GUEST_PATIENCE_MS)]);
}

/** Two looks, one after the other: what does not move between them stands still. */
export async function attachDiagnosis(page: Page, testInfo: TestInfo): Promise<void> {
  const looks = [await diagnosis(page), await diagnosis(page)];
  await attachFile(testInfo, 'machine.json', JSON.stringify(looks, null, 2));
  // A page that does not answer, or has no machine, has no guest to ask.
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
