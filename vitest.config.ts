import { defineConfig } from 'vitest/config';

/** Each machine takes half a gigabyte and a processor. */
const ON_MACHINE = {
  maxWorkers: 2,
  setupFiles: ['scripts/optimize-v86.setup.ts'],
  testTimeout: 600_000,
  hookTimeout: 300_000,
};

export default defineConfig({
  test: {
    projects: [
      {
        // Beside the sources; fast, without a machine.
        extends: true,
        test: {
          name: 'unit',
          // Some render every chapter, or take 50,000 inputs; a busy machine takes its time.
          testTimeout: 60_000,
          include: ['{site,scripts,sandbox-images,content,e2e}/**/*.test.ts'],
          exclude: ['e2e/contract/**', '**/*.slow.test.ts'],
        },
      },
      {
        // The images looked at, and mistakes made on real machines in Node; minutes, and it needs the images.
        extends: true,
        test: {
          ...ON_MACHINE,
          name: 'machine',
          include: ['e2e/contract/local.test.ts', '{site,sandbox-images,e2e}/**/*.slow.test.ts'],
        },
      },
      {
        // Every chapter, and once more; boots that lack something, which take minutes each.
        extends: true,
        test: {
          ...ON_MACHINE,
          name: 'twice',
          include: ['scripts/**/*.slow.test.ts', 'e2e/contract/boots.test.ts'],
        },
      },
    ],
  },
});
