/** Removes what a build made as root, and nothing else. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { asRoot, runProgram } from './run-program.ts';

/**
 * Removes these trees. A build that was killed may have left the computer's own /proc, /sys and /dev mounted in them: they
 * are unmounted first, and whatever cannot be unmounted is not entered.
 */
export async function removeTrees(...trees: readonly string[]): Promise<void> {
  if (trees.length === 0) return;
  const below = mountsBelow(await readFile('/proc/self/mounts', 'utf8'), trees);
  if (below.length > 0) await runProgram(asRoot(['umount', ...below]));
  await runProgram(asRoot(['rm', '-rf', '--one-file-system', '--', ...trees]));
}

/** Mount points in one of the trees, as `table` (/proc/self/mounts) has them; the last mounted comes first. */
export function mountsBelow(table: string, trees: readonly string[]): string[] {
  const points = table
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    // Blanks and the like are written as octal numbers.
    .map((point) =>
      point.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(parseInt(code, 8))),
    );
  const roots = trees.map((tree) => `${path.resolve(tree)}/`);
  return points.filter((point) => roots.some((root) => point.startsWith(root))).toReversed();
}
