/** `npm start`: everything that is needed, then the built site. */
import { parseArgs } from 'node:util';
import { parsePort, runCommand } from './command.ts';
import { runTasks } from './progress.ts';
import { DIST } from './project.ts';
import { expectFreePort, serve } from './serve.ts';
import { prepare } from './setup.ts';
import { buildSite } from './site-build.ts';

await runCommand(async () => {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '4321' } } });
  const port = parsePort(values.port);
  await expectFreePort(port);
  const sandboxDir = await prepare();
  await runTasks([{ title: 'The site', run: async (report) => buildSite({ sandboxDir, report }) }]);
  await serve({ directory: DIST, port });
  console.log(`\nTypealong is at http://localhost:${port}/ (Ctrl+C ends it).`);
});
