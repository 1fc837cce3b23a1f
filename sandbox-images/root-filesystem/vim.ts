/**
 * Vim 9.0 can wait for a key that nobody owes it. To ask whether a key is there already, its `inchar_loop` (ui.c) sets
 * a time limit of 0 ms, and subtracts what has passed since it looked at the clock, a moment before. If that is a
 * millisecond or more, which happens on a machine as slow as this one whenever a page of the program comes from the
 * disk just then, the limit is negative, and negative means for ever: `:wq` does nothing until another key is pressed.
 *
 * While a job of Vim's runs, the same function looks again every 100 ms instead (`has_pending_job`). It is made to do
 * so always: a negative limit then lasts 100 ms and is over.
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { asRoot, runProgram } from '../build/run-program.ts';

const PROGRAM = 'usr/bin/vim.basic';

/** `wait_time = has_pending_job() ? 100 : wait_time`: test %eax,%eax; mov $100,%eax; cmovne %eax,%ebp. */
const ONLY_WITH_JOBS = Buffer.from('85c0b8640000000f45e8', 'hex');
/** `wait_time = 100`: the last instruction is mov %eax,%ebp; nop. */
const ALWAYS = Buffer.from('85c0b86400000089c590', 'hex');

/** Mends the Vim of the system below `root`. Without a place to mend, as in another version, it stays and `warn` is told. */
export async function mendVim(root: string, workDir: string, warn: (message: string) => void): Promise<void> {
  const program = path.join(root, PROGRAM);
  const mended = withBoundedWait(await readFile(program));
  if (mended === null) {
    warn(`${PROGRAM} is not the Vim that is known here: it may wait for a key after a command now and then`);
    return;
  }
  const file = path.join(workDir, 'vim.basic');
  await writeFile(file, mended);
  // Into the file that is there, which keeps its owner and mode.
  await runProgram(asRoot(['cp', '--no-preserve=all', file, program]));
}

/** The program with its wait bounded; `null` unless there is just one place for it. */
export function withBoundedWait(program: Buffer): Buffer | null {
  const at = program.indexOf(ONLY_WITH_JOBS);
  if (at === -1 || program.includes(ONLY_WITH_JOBS, at + 1)) return null;
  const mended = Buffer.from(program);
  ALWAYS.copy(mended, at);
  return mended;
}
