import { afterEach, expect, test, vi } from 'vitest';
import { SandboxError } from '../sandbox/types.ts';
import { addressIn, fetchChunk } from './fetch-chunk.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const MESSAGES = [
  [
    'Failed to fetch dynamically imported module: https://a.example/_astro/x.js',
    'https://a.example/_astro/x.js',
  ],
  ['Unable to preload CSS for /_astro/x.css', '/_astro/x.css'],
  ['Importing a module script failed.', null],
] as const;

test('the address is found in the messages of browsers and of Vite', () => {
  for (const [message, address] of MESSAGES) expect(addressIn(message)).toBe(address);
});

async function problemOf(message: string, answer: () => Promise<Response>) {
  vi.stubGlobal('fetch', answer);
  const error: unknown = await fetchChunk('The terminal', () => Promise.reject(new Error(message))).catch(
    (reason: unknown) => reason,
  );
  return error instanceof SandboxError ? error.problem : null;
}

test('a file that the host no longer has asks for a reload, and a failed fetch for another try', async () => {
  const [[message]] = MESSAGES;
  const gone = await problemOf(message, () => Promise.resolve(new Response(null, { status: 404 })));
  expect(gone).toMatchObject({ code: 'gone', message: expect.stringContaining('Reload the page') as string });
  const offline = await problemOf(message, () => Promise.reject(new TypeError('offline')));
  expect(offline).toMatchObject({ code: 'fetch-failed' });
  const unnamed = await problemOf(MESSAGES[2][0], () => Promise.reject(new TypeError('offline')));
  expect(unnamed).toMatchObject({ code: 'fetch-failed' });
});

test('what is fetched is handed on', async () => {
  expect(await fetchChunk('The terminal', () => Promise.resolve(3))).toBe(3);
});

test('what does not come is told of, and may still come', async () => {
  vi.useFakeTimers();
  let come = (_: number): void => {};
  const loading = new Promise<number>((resolve) => (come = resolve));
  const first = expect(fetchChunk('The terminal', () => loading)).rejects.toMatchObject({
    problem: {
      code: 'fetch-failed',
      message: expect.stringMatching(/^The terminal is taking a long time/) as string,
    },
  });
  await vi.advanceTimersByTimeAsync(10_000);
  await first;
  come(3);
  expect(await fetchChunk('The terminal', () => loading)).toBe(3);
  expect(vi.getTimerCount()).toBe(0);
});
