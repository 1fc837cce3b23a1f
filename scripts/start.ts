/** `npm start`: everything that is needed, then the built site. */
import { parseArgs } from 'node:util';
import { parsePort, runCommand } from './command.ts';
import { runTasks } from './progress.ts';
import { sitePlace } from './project.ts';
import { addressOf, expectFreePort, serve } from './serve.ts';
import { prepare, SITE_PACKAGES } from './setup.ts';
import { buildSite } from './site-build.ts';

await runCommand(async () => {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: '4321' }, host: { type: 'string' } },
  });
  const port = parsePort(values.port);
  const site = sitePlace();
  await expectFreePort(port, values.host);
  const sandboxDir = await prepare(SITE_PACKAGES);
  await runTasks([{ title: 'The site', run: async (report) => buildSite({ sandboxDir, site, report }) }]);
  await serve({ ...site, port, host: values.host });
  console.log(`\nTypealong is at ${addressOf(site, port, values.host)} (Ctrl+C ends it).`);
});
