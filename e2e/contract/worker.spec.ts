/** The machine in a worker keeps its port's promises. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';
import { ROOT, SCRATCH } from '../../scripts/project.ts';
import { EVERYTHING } from '../../scripts/sample.ts';
import { expect, test } from '../fixtures.ts';
import { CONTRACT } from './contract.ts';
import type { ContractPage } from './page.ts';

const BUNDLE = join(SCRATCH, 'contract');

test.beforeAll(async ({}, { workerIndex }) => {
  test.setTimeout(120_000);
  await build({
    configFile: false,
    root: join(ROOT, 'e2e', 'contract'),
    base: './',
    logLevel: 'warn',
    worker: { format: 'es' },
    build: {
      outDir: join(BUNDLE, String(workerIndex)),
      emptyOutDir: true,
      rolldownOptions: {
        input: join(ROOT, 'e2e', 'contract', 'page.ts'),
        output: { entryFileNames: 'page.js' },
      },
    },
  });
});

for (const { name } of CONTRACT.filter(({ takesLong }) => EVERYTHING || takesLong !== true)) {
  test(name, async ({ page }, { workerIndex }) => {
    test.setTimeout(300_000);
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.route('**/contract/**', async (route) => {
      const path = new URL(route.request().url()).pathname.replace('/contract/', '');
      const body = await readFile(join(BUNDLE, String(workerIndex), path)).catch(() => null);
      if (body) await route.fulfill({ body, contentType: 'text/javascript' });
      else await route.fulfill({ body: '<!doctype html><title>Contract</title>', contentType: 'text/html' });
    });
    await page.goto('/contract/');
    await page.addScriptTag({ type: 'module', url: '/contract/page.js' });
    await page.evaluate(
      (given) =>
        (globalThis as unknown as { contract: ContractPage }).contract.run(given, '/sandbox/ubuntu-16.04/'),
      name,
    );
    expect(errors).toEqual([]);
  });
}
