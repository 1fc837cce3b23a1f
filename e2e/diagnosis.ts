/** What a page's machine does inside, for the report of a test that failed. */
import type { Page, TestInfo } from '@playwright/test';
import type { Diagnosis } from '../site/sandbox/types.ts';

/** How long a worker that is busy may take to answer, milliseconds. */
const PATIENCE_MS = 5000;

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
  const silent = new Promise<null>((resolve) => {
    setTimeout(() => resolve(null), PATIENCE_MS);
  });
  return Promise.race([asked, silent]);
}

/** Two looks, one after the other: what does not move between them stands still. */
export async function attachDiagnosis(page: Page, testInfo: TestInfo): Promise<void> {
  const looks = [await diagnosis(page), await diagnosis(page)];
  await testInfo.attach('machine', { body: JSON.stringify(looks, null, 2), contentType: 'application/json' });
}
