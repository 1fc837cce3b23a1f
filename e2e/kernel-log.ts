/** The guest's kernel log, through the page. */
import type { Page } from '@playwright/test';
import type { Diagnosis, Sandbox } from '../site/sandbox/types.ts';

/** What `tl-workspace` offers to tests; see `site/workspace/README.md`. */
interface Workspace extends HTMLElement {
  ensureRunning(): Promise<Sandbox>;
  diagnose(): Promise<Diagnosis | null>;
}

/** The log of the machine in a page, which is resumed if it is paused; empty when none can be asked. */
export async function kernelLog(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const workspace = document.querySelector<Workspace>(
      'tl-workspace:is([data-state=running], [data-state=paused])',
    );
    // A terminal by itself has a page that says `running` and no machine: none is to be started for it.
    if (workspace === null || (await workspace.diagnose()) === null) return '';
    const sandbox = await workspace.ensureRunning();
    return (await sandbox.agent.exec(['dmesg'])).stdout;
  });
}
