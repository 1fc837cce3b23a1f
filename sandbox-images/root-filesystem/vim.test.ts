import { expect, it } from 'vitest';
import { withBoundedWait } from './vim.ts';

const PLACE = '85c0b8640000000f45e8';
const program = (hex: string): Buffer => Buffer.from(`7f454c46${hex}c3`, 'hex');

it('bounds the wait of the Vim that is known', () => {
  const before = program(PLACE);
  expect(withBoundedWait(before)?.toString('hex')).toBe('7f454c4685c0b86400000089c590c3');
  expect(before).toEqual(program(PLACE));
});

it.each([
  ['another program', '90'],
  ['one that has two such places', PLACE + PLACE],
  ['one that has been mended', '85c0b86400000089c590'],
])('leaves %s as it is', (_, hex) => {
  expect(withBoundedWait(program(hex))).toBeNull();
});
