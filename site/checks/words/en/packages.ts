import type { ProgramWords } from '../words.ts';

/** Packages and where they come from: apt, yum, pip. Not converted yet, see `words/plain.ts`. */
export const PACKAGES = {} as const satisfies ProgramWords;
