/** `npm run bench`: the figures of the sandbox in Chromium, beside the plain way of embedding v86. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { arch, cpus, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Browser, chromium } from 'playwright';
import { CHROMIUM } from '../site/integrations/chromium.ts';
import { chapterPath } from '../e2e/pages/chapter-page.ts';
import { loadGuides } from '../site/chapter/load.ts';
import type { Guide } from '../site/chapter/model.ts';
import { COMMANDS_CHAPTER, type CommandTimes, commandsTable, instructionsTable } from './bench/commands.ts';
import { type CountingServer, serveCounted } from './bench/counting-server.ts';
import {
  DEFAULT_RUNS,
  FIGURES,
  figuresTable,
  medians,
  missed,
  type Part,
  PARTS,
  type Run,
} from './bench/figures.ts';
import { chapterWithMostChecks, checksOf, measureChecks } from './bench/measure-checks.ts';
import { measureCommands, measureCommandsPlainly } from './bench/measure-commands.ts';
import { measureGuide } from './bench/measure-guide.ts';
import { measurePlain } from './bench/measure-plain.ts';
import { measureSaves } from './bench/measure-saves.ts';
import { measurePip, measureTypealong, PACKAGES } from './bench/measure-typealong.ts';
import { hasQemu, measureCommandsInQemu, QEMU_ADVICE } from './bench/qemu.ts';
import { makePlainEmbedding } from './bench/plain-embedding.ts';
import { Failure, runCommand } from './command.ts';
import { runTasks } from './progress.ts';
import { DIST } from './project.ts';
import type { CommandTiming } from './replay/engine.ts';
import { slowestTable, totalWaitedMs } from './replay/timing-table.ts';
import { existingImages, prepare, SITE_PACKAGES } from './setup.ts';
import { buildSite } from './site-build.ts';

/** The chapter that installs virtualenv with CentOS 7's pip. */
const PIP_CHAPTER = 'centos-7-flask/environment';
/** Parts that go on with the machine whose start is measured. */
const AFTER_START: readonly Part[] = ['screen', 'output', 'install'];
/** How many of a guide's commands are shown. */
const SLOWEST = 10;

await runCommand(async () => {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string' },
      only: { type: 'string', multiple: true },
      guide: { type: 'string' },
      sandbox: { type: 'string' },
      json: { type: 'string' },
    },
  });
  const began = performance.now();
  const parts = partsOf(values.guide === undefined ? values.only : ['guides', ...(values.only ?? [])]);
  // Then what takes minutes in plain v86 is left out there, and a pip that `commands` has already.
  const whole = values.only === undefined && values.guide === undefined;
  const runs = runsOf(parts, values.runs);
  const guides = loadGuides();
  const guide = guideOf(guides, values.guide);
  // Whatever guide is typed, a start is always the same.
  const startGuide = guideOf(guides);
  const commandsGuide = guideOf(guides, COMMANDS_CHAPTER.split('/')[0]);
  const start = `${startGuide.slug}/${startGuide.chapters[0]?.slug ?? ''}`;
  const mostChecks = chapterWithMostChecks(guides);
  if (!mostChecks) throw new Failure('There is no chapter in content/guides whose checks could be measured.');

  const sandboxDir =
    values.sandbox === undefined ? await prepare(SITE_PACKAGES) : await existingImages(values.sandbox);
  const directory = await mkdtemp(join(tmpdir(), 'typealong-bench-'));
  const servers: CountingServer[] = [];
  const serveFolder = async (folder: string): Promise<CountingServer> => {
    const server = await serveCounted({ directory: folder });
    servers.push(server);
    return server;
  };
  const ours: Run[] = [];
  const plain: Run[] = [];
  const commands: Record<'ours' | 'plain' | 'qemu', CommandTimes[]> = { ours: [], plain: [], qemu: [] };
  /** The times of every run of the guide. */
  const guideRuns: (readonly CommandTiming[])[] = [];
  try {
    const plainFolders = { start: join(directory, 'start'), commands: join(directory, 'commands') };
    await runTasks([
      { title: 'The site', run: async (report) => buildSite({ sandboxDir, report }) },
      {
        title: 'The plain embedding',
        run: async (report) => {
          report('a state and a disk as v86 loads them by itself');
          for (const folder of Object.values(plainFolders)) await mkdir(folder);
          if (parts.has('start')) {
            await makePlainEmbedding({
              sandboxDir,
              image: startGuide.image,
              snapshot: start,
              ...(!whole && parts.has('install') && { packages: PACKAGES }),
              directory: plainFolders.start,
            });
          }
          if (parts.has('commands')) {
            await makePlainEmbedding({
              sandboxDir,
              image: commandsGuide.image,
              snapshot: COMMANDS_CHAPTER,
              directory: plainFolders.commands,
            });
          }
          return parts.has('start') || parts.has('commands') ? 'made' : 'not needed';
        },
      },
    ]);
    const site = await serveFolder(DIST);
    const plainStart = await serveFolder(plainFolders.start);
    const plainCommands = await serveFolder(plainFolders.commands);
    // In turns, so that what else the machine does weighs on both alike.
    for (let run = 1; run <= Math.max(...runs.values()); run++) {
      const now = new Set([...parts].filter((part) => (runs.get(part) ?? 0) >= run));
      console.log(`Run ${run}: ${[...now].join(', ')}`);
      const own: Run[] = [];
      if (now.has('start')) {
        own.push(
          await inBrowser('the page', (browser) => measureTypealong(browser, site, chapterPath(start), now)),
        );
        const plainNow = new Set([...now].filter((part) => part !== 'install' || !whole));
        plain.push(await inBrowser('plain v86', (browser) => measurePlain(browser, plainStart, plainNow)));
      }
      if (now.has('pip')) {
        own.push(
          await inBrowser('pip', (browser) =>
            measurePip(browser, site, chapterPath(PIP_CHAPTER), { atOnce: !whole }),
          ),
        );
      }
      if (now.has('commands')) {
        commands.ours.push(...(await inBrowser('commands', (browser) => measureCommands(browser, site))));
        commands.plain.push(
          ...(await inBrowser('commands in plain v86', (browser) =>
            measureCommandsPlainly(browser, plainCommands, { slow: !whole }),
          )),
        );
      }
      if (now.has('commands') && hasQemu()) {
        const folder = await mkdtemp(join(directory, 'qemu-'));
        const options = { sandboxDir, image: commandsGuide.image, directory: folder };
        commands.qemu.push(...(await timed('commands in QEMU', () => measureCommandsInQemu(options))));
      }
      if (now.has('checks')) {
        own.push(await inBrowser('checks', (browser) => measureChecks(browser, site, mostChecks)));
      }
      if (now.has('saves')) {
        own.push(
          await inBrowser('saves', (browser) => measureSaves(browser, site, chapterPath(PIP_CHAPTER))),
        );
      }
      if (now.has('guides')) {
        const timings = await inBrowser(guide.slug, (browser) =>
          measureGuide(browser, site, guide, (slug, ofChapter) =>
            console.log(`  ${slug}: ${(totalWaitedMs(ofChapter) / 1000).toFixed(1)} s of waiting`),
          ),
        );
        guideRuns.push(timings);
        own.push({ guideMs: totalWaitedMs(timings) });
      }
      ours.push(Object.assign({}, ...own) as Run);
    }
  } finally {
    for (const server of servers) server.close();
    await rm(directory, { recursive: true, force: true });
  }

  const [ownMedians, plainMedians] = [medians(ours), medians(plain)];
  console.log(`\nMedians; ${[...runs].map(([part, count]) => `${part}: ${count}`).join(', ')}.`);
  if (parts.has('start')) console.log(`Started from ${start}.`);
  if (Object.keys(ownMedians).length > 0) console.log(`\n${figuresTable(ownMedians, plainMedians)}`);
  if (parts.has('checks')) {
    const { chapter } = mostChecks;
    console.log(`\nThe most checks: ${checksOf(chapter)}, of ${chapter.guide}/${chapter.slug}.`);
  }
  if (parts.has('commands')) {
    const places = [
      { title: 'Typealong', times: commands.ours },
      { title: 'plain v86', times: commands.plain },
      ...(hasQemu() ? [{ title: 'QEMU (TCG)', times: commands.qemu }] : []),
    ];
    console.log(`\n${commandsTable(places)}`);
    console.log(`\n${instructionsTable(commands.ours)}`);
    if (!hasQemu()) console.log(QEMU_ADVICE);
  }
  if (parts.has('guides')) {
    const slowest = slowestTable(guideRuns.at(-1) ?? [], SLOWEST);
    console.log(`\nWaiting in ${guide.slug}, the slowest commands of the last run:\n${slowest}`);
  }
  const over = missed(ownMedians, plainMedians, parts);
  if (over.length > 0) {
    console.log(`\nMissed: ${over.map((figure) => FIGURES[figure].title).join('; ')}.`);
  } else if (Object.keys(ownMedians).length > 0) {
    console.log('\nEvery target is met.');
  }
  console.log(`It took ${((performance.now() - began) / 60_000).toFixed(1)} minutes.`);
  if (values.json !== undefined) {
    const machine = { cpu: cpus()[0]?.model, cores: cpus().length, arch: arch(), kernel: release() };
    const report = {
      machine,
      sandboxDir,
      start,
      ours,
      plain,
      medians: { ours: ownMedians, plain: plainMedians },
      missed: over,
      commands,
      ...(parts.has('guides') && { guide: { slug: guide.slug, runs: guideRuns } }),
    };
    await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
  }
  return over.length === 0 ? 0 : 1;
});

/** All parts but the guides when none is named; a start is measured with those that go on with its machine. */
function partsOf(only: readonly string[] | undefined): ReadonlySet<Part> {
  if (only === undefined) return new Set(PARTS.filter((part) => part !== 'guides'));
  const named = only.map((name) => {
    const part = PARTS.find((known) => known === name);
    if (!part) throw new Failure(`"${name}" is no part of the bench: ${PARTS.join(', ')}.`);
    return part;
  });
  return new Set([...(named.some((part) => AFTER_START.includes(part)) ? ['start' as const] : []), ...named]);
}

/** How often each part is measured: as `--runs` says, or its default. */
function runsOf(parts: ReadonlySet<Part>, given: string | undefined): ReadonlyMap<Part, number> {
  const runs = given === undefined ? undefined : Number(given);
  if (runs !== undefined && (!Number.isInteger(runs) || runs < 1))
    throw new Failure(`"${given}" is not a number of runs: --runs 5`);
  return new Map([...parts].map((part) => [part, runs ?? DEFAULT_RUNS[part]]));
}

/** The guide of that name, or the first. */
function guideOf(guides: readonly Guide[], slug?: string): Guide {
  const guide = slug === undefined ? guides[0] : guides.find((each) => each.slug === slug);
  if (guide) return guide;
  const known = guides.map((each) => each.slug).join(', ');
  throw new Failure(
    slug === undefined
      ? 'There is no guide in content/guides to measure with.'
      : `There is no guide "${slug}". There are: ${known}`,
  );
}

/** A browser of its own for each measurement: nothing is kept from one to the next. */
function inBrowser<T>(title: string, measure: (browser: Browser) => Promise<T>): Promise<T> {
  return timed(title, async () => {
    const browser = await chromium.launch(CHROMIUM);
    try {
      return await measure(browser);
    } finally {
      await browser.close();
    }
  });
}

/** Says how long the measuring itself has taken. */
async function timed<T>(title: string, measure: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await measure();
  console.log(`  ${title}: measured in ${((performance.now() - began) / 1000).toFixed(0)} s`);
  return result;
}
