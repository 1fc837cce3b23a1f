/** Begins to record what the reader does (`work-record.ts`) when the page is idle, and lets a student hand it in. */
import { notify } from '../workspace/announcer.ts';
import { fetchChunk } from '../workspace/fetch-chunk.ts';
import { whenIdle } from '../workspace/when-idle.ts';

whenIdle(() => {
  // Without a record the chapter is as it is.
  import('./work-record.ts').then(({ beginRecord }) => beginRecord()).catch(() => {});
}, new AbortController().signal);

document.addEventListener('tl-hand-in', (event) => {
  fetchChunk('The dialog for handing in', () => import('./chapter-hand-in.ts'))
    .then(({ handInHere }) => handInHere((event as CustomEvent<string>).detail))
    .catch((error: unknown) => notify(error instanceof Error ? error.message : String(error)));
});
