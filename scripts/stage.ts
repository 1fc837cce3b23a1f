/** A stage of the tests: a runner, and how many tests it passed and failed. */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { runVisibly } from './child.ts';

export interface StageResult {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly seconds: number;
}

export interface Stage {
  readonly name: string;
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The runner's own JSON report; without one, the stage is one test that its exit status decides. */
  readonly report?: { readonly path: string; readonly format: 'vitest' | 'playwright' };
}

const vitestReport = z.object({ numPassedTests: z.number(), numFailedTests: z.number() });
const playwrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number() }),
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
  const counts = stage.report ? await readCounts(stage.report) : { passed: 0, failed: 0 };
  const seconds = (performance.now() - started) / 1000;
  return { name: stage.name, seconds, ...settle(exit, counts, stage.report !== undefined) };
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

async function readCounts(report: NonNullable<Stage['report']>): Promise<{ passed: number; failed: number }> {
  try {
    const json: unknown = JSON.parse(await readFile(report.path, 'utf8'));
    if (report.format === 'vitest') {
      const { numPassedTests, numFailedTests } = vitestReport.parse(json);
      return { passed: numPassedTests, failed: numFailedTests };
    }
    const { expected, unexpected, flaky } = playwrightReport.parse(json).stats;
    return { passed: expected, failed: unexpected + flaky };
  } catch {
    return { passed: 0, failed: 0 };
  }
}
