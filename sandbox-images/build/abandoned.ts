/** Clears away what builds left that were killed. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { removeTrees } from './remove-tree.ts';

/** Name that a running build gives to what is not finished: `name.PID` or `name-PID`. */
const UNFINISHED = /[.-](\d+)$/;

/** Removes from `directory` the unfinished work of processes that have ended. The directory may be missing. */
export async function removeAbandoned(directory: string): Promise<void> {
  const names = await readdir(directory).catch(() => []);
  const abandoned = names.filter((name) => {
    const [, pid] = UNFINISHED.exec(name) ?? [];
    return pid !== undefined && !isRunning(Number(pid));
  });
  await removeTrees(...abandoned.map((name) => path.join(directory, name)));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another login's process may not be signalled, but it is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
