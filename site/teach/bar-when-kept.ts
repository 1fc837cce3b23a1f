/** Fetches `<tl-assignment-bar>` for a reader who has opened an assignment in this browser: nobody else needs it. */
import { browserStorage } from '../open-kept.ts';
import { assignmentsKey } from './assignments-key.ts';

const KEY = assignmentsKey(import.meta.env.BASE_URL);

function fetchBar(): void {
  // Without it the chapter is as it is for everybody else.
  import('./assignment-bar.ts').catch(() => {});
}

if (browserStorage()?.getItem(KEY)) fetchBar();
// Another tab opens one.
else window.addEventListener('storage', ({ key }) => key === KEY && fetchBar());
