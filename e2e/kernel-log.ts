/** The guest's kernel log, through the page. */
import type { Page } from '@playwright/test';
import type { Sandbox } from '../site/sandbox/types.ts';

/** The log of the machine in a page; empty when the page has none that runs. */
export async function kernelLog(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const workspace = document.querySelector<HTMLElement & { ensureRunning(): Promise<Sandbox> }>(
      'tl-workspace[data-state=running]',
    );
    if (workspace === null) return '';
    const sandbox = await workspace.ensureRunning();
    return (await sandbox.agent.exec(['dmesg'])).stdout;
  });
}
