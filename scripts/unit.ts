/** `npm run test:unit`: the tests beside the sources. */
import { runVisibly } from './child.ts';
import { runCommand } from './command.ts';
import { bin } from './project.ts';

await runCommand(async () =>
  runVisibly([bin('vitest'), 'run', '--project', 'unit', ...process.argv.slice(2)]),
);
