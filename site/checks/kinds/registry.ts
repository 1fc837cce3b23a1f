/** All kinds of checks. What is listed here, chapters can use. */
import type { z } from 'zod';
import type { CheckContext } from '../guest/context.ts';
import type { ServerName } from '../guest/server.ts';
import type { CheckResult } from '../verdict.ts';
import type { Zod } from './define-check.ts';
import { fileCheck } from './file.ts';
import { firewallCheck } from './firewall.ts';
import { httpCheck } from './http.ts';
import { jobCheck } from './job.ts';
import { nginxConfigCheck } from './nginx-config.ts';
import { packageCheck } from './package.ts';
import { portCheck } from './port.ts';
import { processCheck } from './process.ts';
import { repositoryCheck } from './repository.ts';
import { serviceCheck } from './service.ts';
import { shellCheck } from './shell.ts';
import { socketCheck } from './socket.ts';
import { vassalCheck } from './vassal.ts';

export const KINDS = [
  packageCheck,
  repositoryCheck,
  fileCheck,
  processCheck,
  portCheck,
  firewallCheck,
  socketCheck,
  serviceCheck,
  jobCheck,
  vassalCheck,
  nginxConfigCheck,
  httpCheck,
  shellCheck,
] as const;

type SchemasOf<Kinds extends readonly { readonly schema: (z: Zod) => unknown }[]> = {
  -readonly [Index in keyof Kinds]: ReturnType<Kinds[Index]['schema']>;
};

/** The schemas of the kinds, in their order. */
export type Schemas = SchemasOf<typeof KINDS>;

/** A check of any kind, as a chapter declares it. */
export type Check = z.infer<Schemas[number]>;

/** A kind as those see it that have any check. */
interface AnyKind {
  readonly paths: readonly string[];
  readonly settles: ((check: Check) => ServerName | null) | null;
  readonly run: (check: Check, context: CheckContext, title: string) => Promise<CheckResult>;
}

/** The kind of this check. */
export function kindOf({ kind }: Check): AnyKind {
  const found = KINDS.find((candidate) => candidate.kind === kind);
  // Each takes the checks of its own kind, which the search by name makes sure of and the type cannot say.
  return found as unknown as AnyKind;
}

/** The check with the reader's home for `~` in its paths. */
export function withHome<Declared extends Check>(check: Declared, home: string): Declared {
  const { paths } = kindOf(check);
  return Object.fromEntries(
    Object.entries(check).map(([key, value]) => [
      key,
      paths.includes(key) && typeof value === 'string' ? value.replace(/^~(?=\/|$)/, home) : value,
    ]),
  ) as Declared;
}
