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

it('cuts a line that does not end', () => {
  const lines: string[] = [];
  const serial = new SerialLines((line) => lines.push(line));
  for (let i = 0; i < 1_000_000; i++) serial.push(65);
  for (const byte of new TextEncoder().encode('\nnext\n')) serial.push(byte);
  expect(lines).toEqual(['A'.repeat(4096), 'next']);
});
