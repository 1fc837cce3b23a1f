import type { ProgramWords } from '../words.ts';

/** Upstart: jobs, their files, and what became of them. Not converted yet, see `words/plain.ts`. */
export const UPSTART = {} as const satisfies ProgramWords;
