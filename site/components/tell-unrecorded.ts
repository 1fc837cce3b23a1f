/** Tells a student that there is no record of what they do. */
import { notify } from '../workspace/announcer.ts';

let isTold = false;

/** Once, and only where the bar of an assignment is shown: nobody else hands anything in. */
export function tellUnrecorded(): void {
  if (isTold || document.querySelector('tl-assignment-bar .assignment-bar') === null) return;
  isTold = true;
  notify(
    'This browser cannot keep a record of what you do here, so it will not be in the file that you hand in. Reload the page. If that does not help, use another browser, or a window that is not private.',
  );
}
