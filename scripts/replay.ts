/** `npm run replay -- GUIDE[/CHAPTER]`: plays chapters on a machine in Node and prints the time of each command. */
import { parseArgs } from 'node:util';
import { loadGuides } from '../site/chapter/load.ts';
import type { Chapter, Guide } from '../site/chapter/model.ts';
import { Failure, runCommand } from './command.ts';
import { helpText } from './commands.mjs';
import { createNodeSandbox, imageUrl } from './node-sandbox.ts';
import { type CommandTiming, playChapter, type PlayOptions } from './replay/engine.ts';
import { NodeDriver } from './replay/node-driver.ts';
import { describeAction, ReplayError, type ReplayPlace } from './replay/replay-error.ts';
import { describeMismatch } from './replay/shown-output.ts';
import { BUDGET_MS, timingTable, totalWaitedMs } from './replay/timing-table.ts';
import { prepare } from './setup.ts';

await runCommand(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      nano: { type: 'boolean', default: false },
      alternatives: { type: 'boolean', default: false },
      twice: { type: 'boolean', default: false },
    },
  });
  const { guide, chapters } = choose(positionals);
  const sandboxDir = await prepare();

  const sandbox = createNodeSandbox();
  const [first] = chapters;
  await sandbox.start({
    imageUrl: imageUrl(sandboxDir, guide.image),
    snapshot: first ? `${guide.slug}/${first.slug}` : 'base',
  });
  const driver = await NodeDriver.open(sandbox, guide);
  const mismatches: string[] = [];
  const options: PlayOptions = {
    // All of them in one run, so that they can be mended together.
    onMismatch: (place, mismatch) =>
      mismatches.push(new ReplayError(place, describeMismatch(mismatch), '').message),
    alternatives: values.alternatives ? 'take' : 'skip',
    typesInNano: () => values.nano,
    onProgress: (place) => console.log(describePlace(place)),
  };
  const timings: CommandTiming[] = [];
  try {
    for (const chapter of chapters) {
      const report = await playChapter(chapter, driver, { ...options, checksFailAtStart: true });
      timings.push(...report.timings);
      if (values.twice) {
        console.log(`\nOnce more: ${chapter.slug}`);
        await playChapter(chapter, driver, { ...options, again: true });
      }
    }
  } catch (error) {
    console.log(timingTable(timings, { budget: false }));
    if (mismatches.length > 0) console.log(`\n${mismatches.join('\n\n')}\n`);
    throw error;
  } finally {
    driver.close();
    await sandbox.powerOff();
  }
  const whole = chapters.length === guide.chapters.length;
  console.log(timingTable(timings, { budget: whole }));
  if (mismatches.length > 0) {
    console.log(`\n${mismatches.join('\n\n')}`);
    return 1;
  }
  return whole && totalWaitedMs(timings) > BUDGET_MS ? 1 : 0;
});

/** The chapters that the arguments name. */
function choose(names: readonly string[]): { guide: Guide; chapters: readonly Chapter[] } {
  const guides = loadGuides();
  const [name] = names;
  if (name === undefined || names.length > 1) {
    throw new Failure(`${helpText('replay')}\n\nGuides: ${guides.map(({ slug }) => slug).join(', ')}`);
  }
  const [guideSlug, chapterSlug] = name.split('/');
  const guide = guides.find(({ slug }) => slug === guideSlug);
  if (!guide) {
    throw new Failure(
      `There is no guide "${guideSlug}". There are: ${guides.map(({ slug }) => slug).join(', ')}`,
    );
  }
  if (chapterSlug === undefined) return { guide, chapters: guide.chapters };
  const chapter = guide.chapters.find(({ slug }) => slug === chapterSlug);
  if (chapter) return { guide, chapters: [chapter] };
  const known = guide.chapters.map(({ slug }) => slug).join(', ');
  throw new Failure(`${guide.slug} has no chapter "${chapterSlug}". It has: ${known}`);
}

function describePlace({ chapter, step, action, line }: ReplayPlace): string {
  const what = action ? describeAction(action) : `check in line ${line ?? '?'}`;
  return `${chapter.slug} · ${step?.title ?? ''} · ${what}`;
}
