/**
 * Longest that a part of the page's own program may be on its way before the reader is told, milliseconds. A connection
 * that is half open never says so itself.
 */
export const PROGRAM_SLOW_MS = 10_000;
