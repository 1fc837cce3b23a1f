/** `npm run new -- GUIDE/CHAPTER`: a chapter's file to begin with. */
import { parseArgs } from 'node:util';
import { join } from 'node:path';
import { Failure, runCommand } from './command.ts';
import { helpText } from './commands.mjs';
import { newChapter } from './new-chapter.ts';
import { ROOT } from './project.ts';

await runCommand(() => {
  const [place, ...more] = parseArgs({ allowPositionals: true }).positionals;
  if (place === undefined || more.length > 0) throw new Failure(helpText('new'));
  for (const path of newChapter(place, join(ROOT, 'content'))) console.log(path);
  console.log(
    `\nWrite it while \`npm run dev\` shows it. Then \`npm run images\` makes the snapshots, and \`npm run replay -- ${place}\` plays it.`,
  );
  return Promise.resolve();
});
