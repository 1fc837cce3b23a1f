/** `npm run images`: the sandbox images and their snapshots, into the cache. */
import { runCommand } from './command.ts';
import { prepare } from './setup.ts';

await runCommand(async () => {
  console.log(await prepare());
});
