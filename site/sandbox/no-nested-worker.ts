/**
 * To be imported before v86, which looks at its import whether there are workers, and then makes one in each of its
 * machines to be woken by. A machine's own worker does not need it, and Chromium does not end a worker that is
 * terminated while one is made in it: thread and memory stayed until the page was closed.
 */
if (typeof process === 'undefined') Reflect.deleteProperty(globalThis, 'Worker');
