/** `npm run dev`: Astro's own server over the sources, with a live machine. */
import { parseArgs } from 'node:util';
import { runVisibly } from './child.ts';
import { parsePort, runCommand } from './command.ts';
import { bin, sitePlace } from './project.ts';
import { expectFreePort } from './serve.ts';
import { prepare } from './setup.ts';

await runCommand(async () => {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '4321' } } });
  const port = parsePort(values.port);
  const { base } = sitePlace();
  await expectFreePort(port);
  const sandboxDir = await prepare();
  return runVisibly([bin('astro'), 'dev', '--port', String(port)], {
    env: { TYPEALONG_SANDBOX: sandboxDir, TYPEALONG_BASE: base, ASTRO_TELEMETRY_DISABLED: '1' },
  });
});
