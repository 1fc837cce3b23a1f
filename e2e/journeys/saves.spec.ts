/** What is saved in a real browser's worker is there after a reload. The worker is served by the test alone. */
import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { build } from 'vite';
import { ROOT, SCRATCH } from '../../scripts/project.ts';
import { expect, test } from '../fixtures.ts';
import type { Floor, Found, Order } from './saves-worker.ts';

const BUNDLE = join(SCRATCH, 'saves');

test.beforeAll(async ({}, { workerIndex }) => {
  await build({
    configFile: false,
    root: join(ROOT, 'e2e', 'journeys'),
    logLevel: 'warn',
    build: {
      outDir: join(BUNDLE, String(workerIndex)),
      emptyOutDir: true,
      rolldownOptions: {
        input: join(ROOT, 'e2e', 'journeys', 'saves-worker.ts'),
        output: { entryFileNames: 'worker.js' },
      },
    },
  });
});

for (const floor of ['opfs', 'indexeddb'] as const satisfies readonly Floor[]) {
  test(`a machine saved in ${floor} is there after a reload`, async ({ page }, { workerIndex }) => {
    await page.route('**/saves-test/**', async (route) => {
      if (new URL(route.request().url()).pathname.endsWith('.js')) {
        const body = await readFile(join(BUNDLE, String(workerIndex), 'worker.js'));
        await route.fulfill({ body, contentType: 'text/javascript' });
      } else await route.fulfill({ body: '<!doctype html><title>Saves</title>', contentType: 'text/html' });
    });
    const ask = (order: Order): Promise<Found> =>
      page.evaluate(
        (given) =>
          new Promise<Found>((resolve) => {
            const worker = new Worker('/saves-test/worker.js', { type: 'module' });
            worker.addEventListener('message', ({ data }: MessageEvent<Found>) => resolve(data));
            worker.addEventListener('error', ({ message }) => resolve({ error: message }));
            worker.postMessage(given);
          }),
        order,
      );
    await page.goto('/saves-test/');
    expect(await ask({ floor, step: 'write' })).toEqual({ floor });
    await page.reload();
    expect(await ask({ floor, step: 'read again' })).toEqual({
      floor,
      names: ['key/one'],
      sizes: [10, null],
      page: '77 77',
    });
  });
}
