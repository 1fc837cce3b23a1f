import { defineConfig } from '@playwright/test';
import { sitePlace } from './scripts/project.ts';
import { addressOf } from './scripts/serve.ts';
import { CHROMIUM } from './site/integrations/chromium.ts';

/** Another one lets two checkouts be tested at once. */
const PORT = Number(process.env['TYPEALONG_TEST_PORT'] ?? 4399);

const ADDRESS = addressOf(sitePlace(), PORT);

/** One: as a reader's browser, for its times. More: machines share the processors, see `OPTIMIZER`. */
const WORKERS = Number(process.env['TYPEALONG_TEST_WORKERS'] ?? 2);
/** A machine in a reader's browser keeps a second processor busy with optimizing; here that runs another machine. */
const OPTIMIZER = WORKERS > 1 ? ['--js-flags=--liftoff-only'] : [];

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  workers: WORKERS,
  fullyParallel: true,
  projects: [
    { name: 'site', testIgnore: '**/e2e/people/**', outputDir: 'test-results/site' },
    // A file runs in order, in one worker; the files of a worker share its page and machine.
    {
      name: 'people',
      testMatch: '**/e2e/people/*.spec.ts',
      // A run empties its folder; what another left is still wanted for the summary.
      outputDir: 'test-results/people',
      fullyParallel: false,
    },
  ],
  // A test that passes at the second try has found something.
  retries: 0,
  forbidOnly: process.env['CI'] !== undefined,
  // On a busy computer a machine takes its time; no test measures any.
  timeout: 240_000,
  expect: { timeout: 30_000 },
  reporter: [['list']],
  use: {
    baseURL: ADDRESS,
    browserName: 'chromium',
    actionTimeout: 60_000,
    launchOptions: { ...CHROMIUM, args: [...CHROMIUM.args, ...OPTIMIZER] },
    viewport: { width: 1440, height: 900 },
    // No film beside it: drawing one takes half a processor from the machine.
    trace: { mode: 'retain-on-failure', screenshots: false },
    screenshot: 'only-on-failure',
  },
  webServer: {
    command: `node_modules/.bin/node scripts/serve.ts --port ${PORT}`,
    url: ADDRESS,
    reuseExistingServer: false,
  },
});
