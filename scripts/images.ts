/** `npm run images`: the sandbox images and their snapshots, into the cache. */
import { runCommand } from './command.ts';
import { runTasks } from './progress.ts';
import { type Prepared, setUpTasks } from './setup.ts';

await runCommand(async () => {
  const prepared: Prepared = { sandboxDir: '' };
  await runTasks(setUpTasks(prepared));
  console.log(prepared.sandboxDir);
});
