/**
 * To be imported before v86, which checks when it is imported whether workers exist, and then makes one in each of its
 * machines to be woken by. A machine's own worker does not need it, and Chromium does not end a worker that is
 * terminated while one is made in it: thread and memory would stay until the page is closed.
 */
if (typeof process === 'undefined') Reflect.deleteProperty(globalThis, 'Worker');
