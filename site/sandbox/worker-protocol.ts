/**
 * How a page talks to the machine's program: goes up when `WorkerApi` or `WorkerEvent` of `worker.ts` change so that a
 * page of today cannot use a program of before, or what that program saves.
 */
export const WORKER_PROTOCOL = 1;
