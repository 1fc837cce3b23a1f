/** Compiles the agent that runs in every guest. */
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { runProgram } from '../build/run-program.ts';

const SOURCES = path.join(import.meta.dirname, 'agent');

/** Compiler's options that every build of the agent has, the tests' as well. */
export const AGENT_FLAGS: readonly string[] = [
  '-std=gnu11',
  '-D_GNU_SOURCE',
  // Large files, and time after 2038, on a 32-bit machine.
  '-D_FILE_OFFSET_BITS=64',
  '-D_TIME_BITS=64',
  '-Wall',
  '-Wextra',
  '-Werror',
];

/** Paths of the agent's C files. */
export async function agentSources(): Promise<string[]> {
  const names = await readdir(SOURCES);
  return names
    .filter((name) => name.endsWith('.c'))
    .sort()
    .map((name) => path.join(SOURCES, name));
}

/** Writes the guest's agent, a static i386 program, to `file`. */
export async function buildAgent(file: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  // Its look-ups of users need only /etc/passwd and /etc/group, which static glibc reads by itself.
  await runProgram([
    'gcc',
    ...AGENT_FLAGS,
    '-Os',
    '-s',
    '-m32',
    '-static',
    '-o',
    file,
    ...(await agentSources()),
  ]);
}
