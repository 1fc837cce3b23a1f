/**
 * `npm test`. The last line is `N passed, N failed`. With `--everything` also all chapters and all wrong turns in place
 * of samples, every chapter twice on a machine in Node, and boots that lack something.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SOURCE_STAGES } from './check.ts';
import { isExpected, runCommand } from './command.ts';
import { runTasks } from './progress.ts';
import { bin, SCRATCH } from './project.ts';
import { prepare, SITE_PACKAGES, TEST_PACKAGES } from './setup.ts';
import { buildSite } from './site-build.ts';
import { type Failure, runStage, type Stage, type StageResult } from './stage.ts';

/** Lines of a failed test's message, and of what it recorded of its guest, that the summary repeats. */
const LONGEST_MESSAGE = 25;
const LONGEST_RECORD = 120;

const UNIT_STAGE = vitestStage('Unit tests', 'unit');

await runCommand(async () => {
  const { values } = parseArgs({ options: { everything: { type: 'boolean', default: false } } });
  const results: StageResult[] = [];
  const sandboxDir = await oneTest('Set-up', results, () => prepare([...SITE_PACKAGES, ...TEST_PACKAGES]));
  for (const stage of [...Object.values(SOURCE_STAGES).flat(), UNIT_STAGE])
    results.push(await runStage(stage));

  // Without images there is no machine to build pages around; without pages there is nothing to browse.
  if (sandboxDir !== undefined) {
    const built = await oneTest('Site build', results, async () => {
      await runTasks([{ title: 'The site', run: async (report) => buildSite({ sandboxDir, report }) }]);
      return true;
    });
    const stages = [vitestStage('On a machine in Node', 'machine')];
    if (built)
      stages.unshift(browserStage('In a real browser', 'site'), browserStage('What people do', 'people'));
    if (values.everything) stages.push(vitestStage('Chapters twice, and boots', 'twice'));
    const env = {
      TYPEALONG_SANDBOX: sandboxDir,
      ...(values.everything && { TYPEALONG_EVERYTHING: '1' }),
    };
    for (const stage of stages) results.push(await runStage({ ...stage, env: { ...stage.env, ...env } }));
  }
  return summarise(results);
});

/** Something that is no runner of tests, counted as one test. `undefined` when it failed. */
async function oneTest<Result>(
  name: string,
  results: StageResult[],
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  console.log(`\n── ${name}`);
  const started = performance.now();
  const failures: Failure[] = [];
  let result: Result | undefined;
  try {
    result = await work();
  } catch (error) {
    console.error(isExpected(error) ? error.message : error);
    failures.push({ test: name, message: String(error), records: [] });
  }
  const failed = failures.length;
  const seconds = (performance.now() - started) / 1000;
  results.push({ name, passed: 1 - failed, failed, seconds, failures });
  return result;
}

function vitestStage(name: string, project: 'unit' | 'machine' | 'twice'): Stage {
  const path = join(SCRATCH, `vitest-${project}.json`);
  // A machine takes its time: each test is named when it has ended.
  const shown = project === 'unit' ? 'default' : 'verbose';
  const reporters = [`--reporter=${shown}`, '--reporter=json', `--outputFile.json=${path}`];
  return {
    name,
    argv: [bin('vitest'), 'run', '--project', project, ...reporters],
    report: { path, format: 'vitest' },
  };
}

function browserStage(name: string, project: 'site' | 'people'): Stage {
  const path = join(SCRATCH, `playwright-${project}.json`);
  return {
    name,
    argv: [bin('playwright'), 'test', `--project=${project}`, '--reporter=list,json'],
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: path },
    report: { path, format: 'playwright' },
  };
}

/** Whoever sees only the end of the output, as of a run elsewhere, learns from it what failed. */
function summarise(results: readonly StageResult[]): number {
  const width = Math.max(...results.map(({ name }) => name.length));
  for (const { test, message, records } of results.flatMap(({ failures }) => failures)) {
    console.log(`\n── Failed: ${test}`);
    console.log(headOf(message, LONGEST_MESSAGE));
    for (const path of records) {
      console.log(`   ${path}:`);
      console.log(existsSync(path) ? headOf(readFileSync(path, 'utf8'), LONGEST_RECORD) : 'It is gone.');
    }
  }
  console.log('\n── Summary');
  for (const { name, passed, failed, seconds } of results) {
    console.log(
      `${name.padEnd(width)}  ${String(passed).padStart(4)} passed  ${String(failed).padStart(3)} failed  ${seconds.toFixed(0).padStart(5)} s`,
    );
  }
  const sum = (key: 'passed' | 'failed'): number => results.reduce((total, result) => total + result[key], 0);
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
  return sum('failed') === 0 && sum('passed') > 0 ? 0 : 1;
}

function headOf(text: string, lines: number): string {
  return text.split('\n').slice(0, lines).join('\n');
}
