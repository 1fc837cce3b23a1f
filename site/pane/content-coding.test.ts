import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { decodeBody } from './content-coding.ts';

const TEXT = 'Hello. '.repeat(1000);

async function decode(coding: string, body: Uint8Array, limit?: number): Promise<string> {
  const decoded = await decodeBody([['Content-Encoding', coding]], body, limit);
  return decoded.kind === 'decoded' ? new TextDecoder().decode(decoded.body) : decoded.message;
}

test.each([
  ['gzip', gzipSync(TEXT)],
  ['X-GZIP', gzipSync(TEXT)],
  ['deflate', deflateSync(TEXT)],
  ['deflate', deflateRawSync(TEXT)],
  ['deflate, gzip', gzipSync(deflateSync(TEXT))],
  ['identity', Buffer.from(TEXT)],
])('%s is undone', async (coding, body) => {
  expect(await decode(coding, body)).toBe(TEXT);
});

test('what cannot be undone is named', async () => {
  expect(await decode('br', Buffer.from('x'))).toContain('“br”');
  expect(await decode('gzip', Buffer.from('not at all'))).toContain('damaged');
  expect(await decode('gzip', gzipSync(TEXT).subarray(0, 20))).toContain('damaged');
});

test('a bomb stops at the limit', async () => {
  expect(await decode('gzip', gzipSync(Buffer.alloc(3 * 1024 * 1024)), 1024 * 1024)).toContain(
    'more than 1 MiB',
  );
});
