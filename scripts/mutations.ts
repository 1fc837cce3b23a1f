/** `npm run mutations -- GUIDE`: makes mistakes on a machine in Node, one by one, and says which ones the check does not name. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { guidesWithChain, Laboratory, type Candidate, type Trial } from '../e2e/mutations/laboratory.ts';
import { describeTrial, trialsTable, troubles } from '../e2e/mutations/report.ts';
import { Failure, runCommand } from './command.ts';
import { helpText } from './commands.mjs';
import { optimizeOnlyV86 } from './optimize-v86.ts';
import { sampleOf } from './sample.ts';
import { existingImages, prepare } from './setup.ts';

await runCommand(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      only: { type: 'string' },
      seed: { type: 'string', default: '1' },
      count: { type: 'string' },
      json: { type: 'string' },
      sandbox: { type: 'string' },
      list: { type: 'boolean', default: false },
    },
  });
  const slug = guideOf(positionals);
  const count = values.count === undefined ? Infinity : numberOf('count', values.count);
  const only = values.only === undefined ? null : new RegExp(values.only);
  process.env['TYPEALONG_SANDBOX'] =
    values.sandbox === undefined ? await prepare() : await existingImages(values.sandbox);

  optimizeOnlyV86();
  const laboratory = new Laboratory(slug);
  await laboratory.start();
  try {
    const chosen = choose(await laboratory.candidates(), only, `${slug} ${values.seed}`, count);
    if (chosen.length === 0)
      throw new Failure(`No mutation of ${slug} has "${values.only ?? ''}" in its name.`);
    if (values.list) {
      for (const { mutation } of chosen) console.log(mutation.name);
      return 0;
    }
    const trials: Trial[] = [];
    for (const [index, candidate] of chosen.entries()) {
      const trial = await laboratory.try(candidate);
      const place = `${index + 1}/${chosen.length}`;
      if (trial === null) {
        console.log(`${place} cannot be made: ${candidate.mutation.name}`);
        continue;
      }
      trials.push(trial);
      if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(trials, null, 2));
      const cause = trial.result.status === 'fail' ? (trial.result.cause ?? '') : '';
      console.log(
        `${place} ${trial.verdict}, ${trial.seconds} s: ${trial.mutation} → ${trial.answer} ${cause}`,
      );
    }
    for (const trial of troubles(trials)) console.log(`\n${describeTrial(trial)}`);
    console.log(`\n${trialsTable(trials)}`);
    return 0;
  } finally {
    await laboratory.end();
  }
});

function guideOf(names: readonly string[]): string {
  const slugs = guidesWithChain().map(({ slug }) => slug);
  const [name] = names;
  if (name !== undefined && names.length === 1 && slugs.includes(name)) return name;
  throw new Failure(`${helpText('mutations')}\n\nGuides: ${slugs.join(', ')}`);
}

function choose(
  candidates: readonly Candidate[],
  only: RegExp | null,
  seed: string,
  count: number,
): readonly Candidate[] {
  const wanted = candidates.filter(({ mutation }) => only?.test(mutation.name) ?? true);
  const names = wanted.map(({ mutation }) => mutation.name);
  const sample = sampleOf(seed, names, Math.min(1, count / Math.max(1, names.length)));
  return wanted.filter(({ mutation }) => sample.has(mutation.name));
}

/** @throws {Failure} when it is not a whole number from 1. */
function numberOf(option: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Failure(`"${text}" is not a number of mutations. Give a whole number from 1: --${option} 20`);
}
