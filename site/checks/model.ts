/**
 * Checks as chapters declare them, and their results. A check only reads; it never changes the guest and
 * never types into a terminal. Each kind is a file of `kinds/`; `run.ts` runs them.
 */
import { z } from 'zod';
import { KINDS, type Schemas } from './kinds/registry.ts';

export { withHome, type Check } from './kinds/registry.ts';
export type { CheckResult } from './verdict.ts';
export type { Cause } from './words/index.ts';

/** Any check, by its `kind`. */
export const checkSchema = z.discriminatedUnion(
  'kind',
  KINDS.map(({ schema }) => schema(z)) as readonly unknown[] as Schemas,
);
