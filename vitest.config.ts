import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        // Beside the sources; fast, without a machine.
        extends: true,
        test: {
          name: 'unit',
          include: ['{site,scripts,sandbox-images,content,e2e}/**/*.test.ts'],
          exclude: ['e2e/wrong-turns/**', '**/*.slow.test.ts'],
        },
      },
      {
        // Mistakes made on a real machine in Node; minutes, and it needs the images.
        extends: true,
        test: {
          name: 'machine',
          include: ['e2e/wrong-turns/**/*.test.ts', '{site,scripts,sandbox-images}/**/*.slow.test.ts'],
          // Each machine takes half a gigabyte and a processor; for the option see scripts/bootstrap.mjs.
          maxWorkers: 2,
          execArgv: ['--liftoff-only'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
