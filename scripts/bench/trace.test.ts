import { expect, test } from 'vitest';
import { longestMainThreadTask, type TraceEvent } from './trace.ts';

const named = (pid: number, tid: number, name: string): TraceEvent => ({
  name: 'thread_name',
  ph: 'M',
  pid,
  tid,
  args: { name },
});
const task = (pid: number, tid: number, dur: number): TraceEvent => ({
  name: 'ThreadControllerImpl::RunTask',
  ph: 'X',
  pid,
  tid,
  dur,
});

test('only the main threads of pages count, whenever their names come', () => {
  const events = [
    task(2, 20, 61_500),
    task(2, 21, 400_000),
    named(2, 20, 'CrRendererMain'),
    named(2, 21, 'DedicatedWorker thread'),
    named(1, 20, 'CrBrowserMain'),
    task(1, 20, 900_000),
    task(2, 20, 3),
  ];
  expect(longestMainThreadTask(events)).toBe(61.5);
});

test('a record without a page is no record', () => {
  expect(() => longestMainThreadTask([task(2, 20, 5)])).toThrow(/no task of a page/);
});
