/** Begins to record what the reader does (`work-record.ts`) when the page is idle, and lets a student hand it in. */
import { oneAtATime } from '../one-at-a-time.ts';
import { notify } from '../workspace/announcer.ts';
import { fetchChunk } from '../workspace/fetch-chunk.ts';
import { whenIdle } from '../workspace/when-idle.ts';
import { RecordStart } from './record-start.ts';
import { tellUnrecorded } from './tell-unrecorded.ts';

const start = new RecordStart({
  begin: async () => {
    const { beginRecord } = await import('./work-record.ts');
    return (await beginRecord()) !== null;
  },
  // Without a record the chapter is as it is.
  onLost: tellUnrecorded,
});

whenIdle(() => {
  start.wanted();
  // Before the page is idle it would be fetched too early.
  document.addEventListener('tl-unrecorded', () => start.wanted());
});

const handIn = oneAtATime(async (link: string) => {
  const { handInHere } = await fetchChunk('The dialog for handing in', () => import('./chapter-hand-in.ts'));
  await handInHere(link);
});

document.addEventListener('tl-hand-in', (event) => {
  handIn((event as CustomEvent<string>).detail).catch((error: unknown) =>
    notify(error instanceof Error ? error.message : String(error)),
  );
});
