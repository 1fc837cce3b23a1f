import type { ProgramWords } from '../words.ts';

/** systemd: units, known, started, enabled. Not converted yet, see `words/plain.ts`. */
export const SYSTEMD = {} as const satisfies ProgramWords;
