import type { ProgramWords } from '../words.ts';

/** A request and its answer: who gave it, and what it says. Not converted yet, see `words/plain.ts`. */
export const CHAIN = {} as const satisfies ProgramWords;
