/** `npm run e2e`: the tests in a real browser, over the built site; all of them, where `npm test` takes samples. */
import { runVisibly } from './child.ts';
import { runCommand } from './command.ts';
import { runTasks } from './progress.ts';
import { bin } from './project.ts';
import { prepare, SITE_PACKAGES, TEST_PACKAGES } from './setup.ts';
import { buildSite } from './site-build.ts';

await runCommand(async () => {
  const sandboxDir = await prepare([...SITE_PACKAGES, ...TEST_PACKAGES]);
  await runTasks([{ title: 'The site', run: async (report) => buildSite({ sandboxDir, report }) }]);
  return runVisibly([bin('playwright'), 'test', ...process.argv.slice(2)], {
    env: { TYPEALONG_SANDBOX: sandboxDir, TYPEALONG_EVERYTHING: '1' },
  });
});
