/** `npm run check`: what can be said of the sources without running them. */
import { Failure, runCommand } from './command.ts';
import { bin } from './project.ts';
import { runStage, type Stage } from './stage.ts';

/** Each counts as one test. Only Astro's own program reads `.astro` files, only tsc plain JavaScript. */
export const SOURCE_STAGES: Readonly<Record<string, readonly Stage[]>> = {
  types: [
    { name: 'Types: pages', argv: [bin('astro'), 'check'], env: { ASTRO_TELEMETRY_DISABLED: '1' } },
    { name: 'Types: sources', argv: [bin('tsc'), '--noEmit'] },
  ],
  lint: [{ name: 'Lint', argv: [bin('eslint'), '--max-warnings', '0', '.'] }],
  format: [{ name: 'Format', argv: [bin('prettier'), '--check', '--log-level', 'warn', '.'] }],
  unused: [{ name: 'Unused code', argv: [bin('knip')] }],
};

if (import.meta.main) {
  await runCommand(async () => {
    const names = process.argv.slice(2);
    const known = Object.keys(SOURCE_STAGES);
    const unknown = names.find((name) => !known.includes(name));
    if (unknown !== undefined)
      throw new Failure(`There is no stage "${unknown}". There are: ${known.join(', ')}.`);
    let failed = 0;
    for (const name of names.length > 0 ? names : known) {
      for (const stage of SOURCE_STAGES[name] ?? []) failed += (await runStage(stage)).failed;
    }
    console.log(
      failed === 0 ? '\nNothing to mend.' : `\n${failed} of the stages above found something to mend.`,
    );
    return failed === 0 ? 0 : 1;
  });
}
