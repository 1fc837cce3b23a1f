import { expect, test } from 'vitest';
import { ShellOutput } from './shell-output.ts';

const PRINTED =
  'before\x1b]133;C;cmdline=echo ü\x07mid\x1b[1;31mdle\x1b]133;D;130\x1b\\\x1b(B\x1b]133;A\x07$ ';
const encoder = new TextEncoder();

test('what was printed comes out whole', () => {
  expect(new ShellOutput().feed(encoder.encode(PRINTED))).toBe(PRINTED);
});

test('wherever the bytes are cut, no character and no control sequence is', () => {
  const output = new ShellOutput();
  const pieces = [...encoder.encode(PRINTED)].map((byte) => output.feed(new Uint8Array([byte])));
  expect(pieces.join('')).toBe(PRINTED);
  const sequences = pieces.filter((piece) => piece.includes('\x1b'));
  expect(sequences).toEqual([
    '\x1b]133;C;cmdline=echo ü\x07',
    '\x1b[1;31m',
    '\x1b]133;D;130\x1b\\',
    '\x1b(B',
    '\x1b]133;A\x07',
  ]);
});

test('a sequence without an end does not swallow all that follows', () => {
  const output = new ShellOutput();
  const noise = `\x1b]133;C;cmdline=${'x'.repeat(9000)}`;
  expect(output.feed(encoder.encode(noise)) + output.feed(encoder.encode('after'))).toBe(`${noise}after`);
});

test('the work for a byte does not grow with what came before', () => {
  const output = new ShellOutput();
  const start = performance.now();
  let length = 0;
  for (let count = 0; count < 20_000; count++) length += output.feed(encoder.encode('\x1b]y\r\n')).length;
  expect(length).toBeGreaterThan(90_000);
  expect(performance.now() - start).toBeLessThan(2000);
});
