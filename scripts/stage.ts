/** A stage of the tests: a runner, and how many tests it passed and failed. */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';
import { runVisibly } from './child.ts';

export interface StageResult {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly seconds: number;
  /** The tests that failed, as far as the runner's report names them. */
  readonly failures: readonly Failure[];
}

/** A test that failed, and what its runner says of it, without colours. */
export interface Failure {
  readonly test: string;
  readonly message: string;
  /** Paths of texts that the test left, by which its machine can be looked at when it is gone. */
  readonly records: readonly string[];
}

interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly failures: readonly Failure[];
}

type Report = NonNullable<Stage['report']>;

export interface Stage {
  readonly name: string;
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The runner's own JSON report; without one, the stage is one test that its exit status decides. */
  readonly report?: { readonly path: string; readonly format: 'vitest' | 'playwright' };
}

/** The attachment in which a failed browser test keeps what its guest's processes did. */
export const GUEST_RECORD = 'guest.txt';

const NOTHING_READ: Outcome = { passed: 0, failed: 0, failures: [] };

const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string(),
      assertionResults: z.array(
        z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()) }),
      ),
    }),
  ),
});

const playwrightResult = z.object({
  errors: z.array(z.object({ message: z.string() })),
  attachments: z.array(z.object({ name: z.string(), path: z.string().optional() })).default([]),
});
const playwrightSpec = z.object({
  title: z.string(),
  file: z.string(),
  ok: z.boolean(),
  tests: z.array(z.object({ results: z.array(playwrightResult) })),
});
const playwrightSuite = z.object({
  specs: z.array(playwrightSpec),
  get suites() {
    return z.array(playwrightSuite).optional();
  },
});
const playwrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number() }),
  suites: z.array(playwrightSuite),
});

/** Runs a stage and shows what its runner prints. Never throws for a test that fails. */
export async function runStage(stage: Stage): Promise<StageResult> {
  console.log(`\n── ${stage.name}`);
  if (stage.report) {
    await mkdir(dirname(stage.report.path), { recursive: true });
    // An old report must not speak for a runner that broke before it could write one.
    await rm(stage.report.path, { force: true });
  }
  const started = performance.now();
  const exit = await runVisibly(stage.argv, stage.env ? { env: stage.env } : {});
  const { failures, ...counts } = stage.report ? await readReport(stage.report) : NOTHING_READ;
  const seconds = (performance.now() - started) / 1000;
  return { name: stage.name, seconds, failures, ...settle(exit, counts, stage.report !== undefined) };
}

/** A runner that failed without naming a failed test (a syntax error, no test found) is a failure all the same. */
export function settle(
  exit: number,
  counts: { passed: number; failed: number },
  hasReport: boolean,
): { passed: number; failed: number } {
  if (!hasReport) return exit === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  if (exit !== 0 && counts.failed === 0) return { ...counts, failed: 1 };
  if (counts.passed + counts.failed === 0) return { passed: 0, failed: 1 };
  return counts;
}

async function readReport({ path, format }: Report): Promise<Outcome> {
  try {
    const json: unknown = JSON.parse(await readFile(path, 'utf8'));
    return format === 'vitest' ? fromVitest(json) : fromPlaywright(json);
  } catch {
    return NOTHING_READ;
  }
}

/** What vitest's JSON reporter wrote. */
export function fromVitest(json: unknown): Outcome {
  const { numPassedTests: passed, numFailedTests: failed, testResults } = vitestReport.parse(json);
  const failures = testResults.flatMap(({ name, status, message, assertionResults }) => {
    const tests = assertionResults.filter((test) => test.status === 'failed');
    // A file that could not be read, or whose set-up failed, has no test to blame.
    if (tests.length === 0 && status === 'failed') return [failure(name, [message])];
    return tests.map((test) => failure(`${name} › ${test.fullName}`, test.failureMessages));
  });
  return { passed, failed, failures };
}

/** What Playwright's JSON reporter wrote. A test that passed at another try has failed. */
export function fromPlaywright(json: unknown): Outcome {
  const { stats, suites } = playwrightReport.parse(json);
  const specs = (suite: z.infer<typeof playwrightSuite>): z.infer<typeof playwrightSpec>[] => [
    ...suite.specs,
    ...(suite.suites ?? []).flatMap(specs),
  ];
  const failures = suites
    .flatMap(specs)
    .filter(({ ok }) => !ok)
    .map(({ title, file, tests }) => {
      const results = tests.flatMap((test) => test.results);
      const messages = results.flatMap(({ errors }) => errors.map(({ message }) => message));
      const records = results
        .flatMap(({ attachments }) => attachments)
        .flatMap(({ name, path }) => (name === GUEST_RECORD && path !== undefined ? [path] : []));
      return failure(`${file} › ${title}`, messages, records);
    });
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky, failures };
}

function failure(test: string, messages: readonly string[], records: readonly string[] = []): Failure {
  return { test, message: stripVTControlCharacters(messages.join('\n')), records };
}
