import type { ProgramWords } from '../words.ts';

/** uWSGI: its configuration, its start, its socket, its Emperor. Not converted yet, see `words/plain.ts`. */
export const UWSGI = {} as const satisfies ProgramWords;
