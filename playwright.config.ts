import { defineConfig } from '@playwright/test';
import { CHROMIUM } from './e2e/chromium.ts';

/** Another one lets two checkouts be tested at once. */
const PORT = Number(process.env['TYPEALONG_TEST_PORT'] ?? 4399);

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  // A machine keeps two processors busy: one runs the guest, the other compiles for it.
  workers: 1,
  fullyParallel: true,
  // A test that passes at the second try has found something.
  retries: 0,
  forbidOnly: process.env['CI'] !== undefined,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    baseURL: `http://localhost:${PORT}`,
    browserName: 'chromium',
    actionTimeout: 20_000,
    launchOptions: CHROMIUM,
    viewport: { width: 1440, height: 900 },
    // No film beside it: drawing one takes half a processor from the machine.
    trace: { mode: 'retain-on-failure', screenshots: false },
    screenshot: 'only-on-failure',
  },
  webServer: {
    command: `node_modules/.bin/node scripts/serve.ts --port ${PORT}`,
    url: `http://localhost:${PORT}/`,
    reuseExistingServer: false,
  },
});
