import type { UwsgiFacts } from '../../guest/facts.ts';
import { trouble, type Trouble } from '../../words/index.ts';

/** uWSGI runs, but with an older text of its files than the reader now sees; `null` when it is up to date. */
export function staleTrouble({ keeper, readAt, datedFiles }: UwsgiFacts): Trouble | null {
  if (readAt === 0) return null;
  const newer = datedFiles.filter(({ changedAt }) => changedAt > readAt).map(({ path }) => path);
  if (newer.length === 0) return null;
  return trouble(keeper.kind === 'emperor' ? 'vassal-not-reloaded' : 'uwsgi-not-restarted', {
    files: newer,
    keeper,
  });
}
