/** What commands need before they can begin: system packages and sandbox images. */
import { SYSTEM_PACKAGES } from '../sandbox-images/system-packages.ts';
import type { Task } from './progress.ts';
import { ensureImages } from './publish.ts';
import { installPackages, isDebian } from './system-packages.ts';

export interface Prepared {
  /** The folder that the site serves as `/sandbox/`. */
  sandboxDir: string;
}

/** The browser that the tests and the bench drive. */
const BROWSER_PACKAGES = ['chromium'];

/**
 * The tasks of the set-up, for `runTasks`; the result is in `prepared` when they are done.
 * `browser`: a Chromium is needed as well.
 */
export function setUpTasks(prepared: Prepared, { browser = false } = {}): Task[] {
  return [
    {
      title: 'System packages',
      run: async (report) => {
        const wanted = [...SYSTEM_PACKAGES.map(({ name }) => name), ...(browser ? BROWSER_PACKAGES : [])];
        if (isDebian()) return installPackages(wanted, report);
        return 'not a Debian system, nothing is installed';
      },
    },
    {
      title: 'Sandbox images',
      run: async (report) => {
        prepared.sandboxDir = await ensureImages({ onProgress: report });
        return prepared.sandboxDir;
      },
    },
  ];
}
