import type { CheckContext } from './context.ts';
import type { ServerName } from './server.ts';
import { settleVassal } from './settle-vassal.ts';
import { settle, settleWith } from './settle.ts';
import { gatherVassal } from './vassal-facts.ts';

/**
 * Waits for a uWSGI that was just started, or `null`, for the machine alone; says whether it is worth to look again.
 * `tookSeconds`: how long ago the look began that failed.
 */
export async function settleServer(
  server: ServerName | null,
  context: CheckContext,
  tookSeconds = 0,
): Promise<boolean> {
  if (server?.kind !== 'vassal') return settle(server?.unit, context, tookSeconds);
  const vassal = await gatherVassal(server.file, server.job, context);
  return settleWith(settleVassal(vassal, tookSeconds), context);
}
