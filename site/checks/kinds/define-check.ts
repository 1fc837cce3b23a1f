import type { z } from 'zod';
import type { CheckContext } from '../guest/context.ts';
import type { ServerName } from '../guest/server.ts';
import type { CheckResult } from '../verdict.ts';

/**
 * The library of schemas. It is handed in, because the page runs checks and parses none: so it need not load zod.
 */
export type Zod = typeof z;

/** A kind of check without its name. */
interface Definition<Shape extends z.ZodRawShape, Declared> {
  /** Its attributes, without `kind`. */
  readonly schema: (z: Zod) => z.ZodObject<Shape, z.core.$strict>;
  /** Attributes that hold a path of the guest. `~` in them is the reader's home. */
  readonly paths: readonly (keyof Shape & string)[];
  /**
   * What a check waits for before it looks a second time, beside the end of the machine's start: a unit, a vassal, or
   * nothing more (`null`). Is itself `null` where no check can come too early: what is on the disk is there or not.
   */
  readonly settles: ((check: Declared) => ServerName | null) | null;
  /** Reads the guest and compares. What it throws is the checker's own failure, not the reader's. */
  readonly run: (check: Declared, context: CheckContext, title: string) => Promise<CheckResult>;
}

/** A kind of check, for the list in `registry.ts`. `schema` gets its `kind`. */
export function defineCheck<const Kind extends string, Shape extends z.ZodRawShape>({
  kind,
  schema,
  ...rest
}: { readonly kind: Kind } & Definition<Shape, z.output<z.ZodObject<Shape, z.core.$strict>>>) {
  return {
    ...rest,
    kind,
    schema: (z: Zod) => z.strictObject({ kind: z.literal(kind), ...schema(z).shape }),
  };
}
