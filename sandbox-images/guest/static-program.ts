/** Compiles programs of our own for the guest, from C. */
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { runProgram } from '../build/run-program.ts';

/** Compiler's options that every build of such a program has, the tests' as well. */
export const C_FLAGS: readonly string[] = [
  '-std=gnu11',
  '-D_GNU_SOURCE',
  // Large files, and time after 2038, on a 32-bit machine.
  '-D_FILE_OFFSET_BITS=64',
  '-D_TIME_BITS=64',
  '-Wall',
  '-Wextra',
  '-Werror',
];

/** Paths of the C files in `directory`, in order. */
export async function cFiles(directory: string): Promise<string[]> {
  const names = await readdir(directory);
  return names
    .filter((name) => name.endsWith('.c'))
    .sort()
    .map((name) => path.join(directory, name));
}

/** Writes a static i386 program to `file`. Static glibc reads /etc/passwd and /etc/group by itself, and no other source. */
export async function compileStatic(
  file: string,
  sources: readonly string[],
  flags: readonly string[],
): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await runProgram(['gcc', ...flags, '-Os', '-s', '-m32', '-static', '-o', file, ...sources]);
}
