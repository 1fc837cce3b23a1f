/** What a check is given; for those outside of this room who run checks. */
export type { CheckContext } from './guest/context.ts';
