import { expect, it } from 'vitest';
import { SerialLines } from './serial-lines.ts';

it('gives lines of plain text', () => {
  const lines: string[] = [];
  const serial = new SerialLines((line) => lines.push(line));
  for (const byte of new TextEncoder().encode(
    '\x1bM[\x1b[0;32m  OK  \x1b[0m] Started Café…\r\n\r\n  next\n',
  )) {
    serial.push(byte);
  }
  expect(lines).toEqual(['[  OK  ] Started Café…', 'next']);
});
