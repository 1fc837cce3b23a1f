/** HTTP of the guest: its answers to the page, and its requests to the virtual internet. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FakeTcp } from '../sandbox/fake-tcp.ts';
import { requestGuest } from '../sandbox/guest-http.ts';
import { serveConnection } from '../sandbox/internet.ts';
import type { HttpOutcome } from '../sandbox/types.ts';
import { fuzz, latin1, mutated, torn, type Random } from './fuzz.ts';
import { internetWith } from './internet.ts';

// Thousands of inputs, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 });

const ANSWERS = 18_000;
const REQUESTS = 12_000;
/** About what the guest sends in one segment. */
const SEGMENT_BYTES = 32_000;

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const FRAMINGS = [
  'Content-Length: 5',
  'Content-Length: 0',
  'Content-Length: -5',
  'Content-Length: abc',
  'Content-Length: 99999999999',
  'Content-Length: 2\r\nContent-Length: 5',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: gzip, chunked\r\nContent-Length: 5',
  'X: y',
];
const BODIES = [
  'hello',
  '',
  '5\r\nhello\r\n0\r\n\r\n',
  '5;name="value"\r\nhello\r\n0\r\nTrailer: x\r\n\r\n',
  '-2\r\n-2\r\n-2\r\n',
  'ffffffff\r\nhello',
  '0x5\r\nhello\r\n',
  '\r\n\r\n',
];
const FLOODS = ['a', '0', '1\r\na\r\n', '\r\n', '1;', 'HTTP/1.1 100 Continue\r\n\r\n', 'X: y\r\n', '\0'];

/** A message with the first line given, often damaged, in pieces; at times with one thing over and over at its end. */
function message(random: Random, firstLine: string): Uint8Array[] {
  const text = `${firstLine}\r\nHost: pypi.org\r\n${random.pick(FRAMINGS)}\r\n\r\n${random.pick(BODIES)}`;
  let bytes = latin1(text);
  if (random.chance(60)) bytes = mutated(random, bytes);
  if (random.chance(30)) bytes = mutated(random, bytes);
  const pieces = torn(random, bytes);
  if (!random.chance(3)) return pieces;
  const flood = random.pick(FLOODS);
  const segment = latin1(flood.repeat(SEGMENT_BYTES / flood.length));
  const isOneLine = !flood.includes('\n');
  return [...pieces, ...Array.from({ length: isOneLine ? 30 : 1 }, () => segment)];
}

it('takes any answer of the guest', async () => {
  const outcomes: Promise<HttpOutcome>[] = [];
  await fuzz(
    'HTTP answers',
    ANSWERS,
    (random) => ({
      method: random.pick(['GET', 'GET', 'HEAD', 'POST']),
      pieces: message(
        random,
        `HTTP/1.1 ${random.pick(['200 OK', '404 Not Found', '100 Continue', '304', '000'])}`,
      ),
      end: random.pick(['shutdown', 'close', null] as const),
    }),
    ({ method, pieces, end }) => {
      const connection = new FakeTcp();
      outcomes.push(
        requestGuest(
          () => connection,
          { method, url: 'http://flask.example/' },
          () => false,
        ),
      );
      connection.emit('connect');
      for (const piece of pieces) connection.emit('data', piece);
      if (end) connection.emit(end);
    },
  );
  vi.advanceTimersByTime(60_000);
  const kinds = new Set((await Promise.all(outcomes)).map(({ kind }) => kind));
  expect([...kinds].sort()).toEqual(['broken', 'response', 'timeout']);
});

it('takes any request of the guest', async () => {
  const source = internetWith(latin1('abc'));
  const connections: FakeTcp[] = [];
  await fuzz(
    'HTTP requests',
    REQUESTS,
    (random) => {
      const target = random.pick(['/', '/a', '/%', '//x', '*', 'http://pypi.org/a', 'http://[/', '/a?b#c']);
      return message(random, `${random.pick(['GET', 'HEAD', 'POST', 'get'])} ${target} HTTP/1.1`);
    },
    (pieces) => {
      const connection = new FakeTcp();
      connections.push(connection);
      serveConnection(connection, source);
      for (const piece of pieces) connection.emit('data', piece);
      connection.emit('shutdown');
    },
  );
  await new Promise((resolve) => setImmediate(resolve));
  expect(connections.filter(({ closed }) => !closed)).toEqual([]);
  const statuses = new Set(connections.map(({ written }) => /^HTTP\/1\.1 (\d+)/.exec(written)?.[1]));
  expect([...statuses].sort()).toEqual(['200', '400', '404', '405', undefined]);
});
