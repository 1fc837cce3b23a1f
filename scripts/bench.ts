/** `npm run bench`: the figures of the sandbox in Chromium, beside the plain way of embedding v86. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { arch, cpus, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Browser, chromium } from 'playwright';
import { CHROMIUM } from '../e2e/chromium.ts';
import { chapterPath } from '../e2e/pages/chapter-page.ts';
import { loadGuides } from '../site/chapter/load.ts';
import { serveCounted } from './bench/counting-server.ts';
import { FIGURES, figuresTable, medians, missed, type Part, PARTS, type Run } from './bench/figures.ts';
import { measurePlain } from './bench/measure-plain.ts';
import { measurePip, measureTypealong, PACKAGES } from './bench/measure-typealong.ts';
import { makePlainEmbedding } from './bench/plain-embedding.ts';
import { Failure, runCommand } from './command.ts';
import { runTasks } from './progress.ts';
import { DIST } from './project.ts';
import { prepare } from './setup.ts';
import { buildSite } from './site-build.ts';

/** The chapter that installs virtualenv with CentOS 7's pip. */
const PIP_CHAPTER = 'centos-7-flask/environment';

await runCommand(async () => {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '5' },
      only: { type: 'string', multiple: true },
      json: { type: 'string' },
    },
  });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1)
    throw new Failure(`"${values.runs}" is not a number of runs: --runs 5`);
  const parts = partsOf(values.only);
  const [guide] = loadGuides();
  const [chapter] = guide?.chapters ?? [];
  if (!guide || !chapter) throw new Failure('There is no chapter in content/guides to measure with.');
  const start = `${guide.slug}/${chapter.slug}`;

  const sandboxDir = await prepare({ browser: true });
  const directory = await mkdtemp(join(tmpdir(), 'typealong-bench-'));
  const ours: Run[] = [];
  const plain: Run[] = [];
  try {
    await runTasks([
      { title: 'The site', run: async (report) => buildSite({ sandboxDir, report }) },
      {
        title: 'The plain embedding',
        run: async (report) => {
          report('a state and a disk as v86 loads them by itself');
          await makePlainEmbedding({
            sandboxDir,
            image: guide.image,
            snapshot: start,
            packages: PACKAGES,
            directory,
          });
          return 'made';
        },
      },
    ]);
    const site = await serveCounted({ directory: DIST });
    const page = await serveCounted({ directory });
    try {
      // In turns, so that what else the machine does weighs on both alike.
      for (let run = 1; run <= runs; run++) {
        console.log(`Run ${run} of ${runs}`);
        ours.push({
          ...(await withBrowser((browser) => measureTypealong(browser, site, chapterPath(start), parts))),
          ...(parts.has('pip') &&
            (await withBrowser((browser) => measurePip(browser, site, chapterPath(PIP_CHAPTER))))),
        });
        plain.push(await withBrowser((browser) => measurePlain(browser, page, parts)));
      }
    } finally {
      site.close();
      page.close();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }

  const [ownMedians, plainMedians] = [medians(ours), medians(plain)];
  console.log(`\nMedians of ${runs} runs, started from ${start}:\n`);
  console.log(figuresTable(ownMedians, plainMedians));
  const over = missed(ownMedians, parts);
  console.log(
    over.length === 0
      ? '\nEvery target is met.'
      : `\nMissed: ${over.map((figure) => FIGURES[figure].title).join('; ')}.`,
  );
  if (values.json !== undefined) {
    const machine = { cpu: cpus()[0]?.model, cores: cpus().length, arch: arch(), kernel: release() };
    const report = {
      machine,
      start,
      ours,
      plain,
      medians: { ours: ownMedians, plain: plainMedians },
      missed: over,
    };
    await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
  }
  return over.length === 0 ? 0 : 1;
});

/** All parts when none is named; a start is always measured, as everything begins with one. */
function partsOf(only: readonly string[] | undefined): ReadonlySet<Part> {
  if (only === undefined) return new Set(PARTS);
  return new Set([
    'start',
    ...only.map((name) => {
      const part = PARTS.find((known) => known === name);
      if (!part) throw new Failure(`"${name}" is no part of the bench: ${PARTS.join(', ')}.`);
      return part;
    }),
  ] as const);
}

/** A browser of its own for each measurement: nothing is kept from one to the next. */
async function withBrowser(measure: (browser: Browser) => Promise<Run>): Promise<Run> {
  const browser = await chromium.launch(CHROMIUM);
  try {
    return await measure(browser);
  } finally {
    await browser.close();
  }
}
