/** Compiles the agent that runs in every guest. */
import path from 'node:path';
import { C_FLAGS, cFiles, compileStatic } from './static-program.ts';

const SOURCES = path.join(import.meta.dirname, 'agent');

/** Paths of the agent's C files. */
export function agentSources(): Promise<string[]> {
  return cFiles(SOURCES);
}

/** Writes the guest's agent, a static i386 program, to `file`. */
export async function buildAgent(file: string): Promise<void> {
  await compileStatic(file, await agentSources(), C_FLAGS);
}
