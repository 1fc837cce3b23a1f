import { expect, test } from 'vitest';
import { LIMITS } from './assignment.ts';
import { qrPath } from './qr-code.ts';

/** Whether a module is dark. */
const isDark = (path: string, x: number, y: number): boolean => path.includes(`M${x} ${y}h1v1h-1z`);

test('a code has its three corners, and a margin', () => {
  const { path, size } = qrPath('https://host.example/assignment/#1.x');
  const last = size - 5;
  for (const [x, y] of [
    [4, 4],
    [last, 4],
    [4, last],
  ] as const)
    expect(isDark(path, x, y)).toBe(true);
  expect(isDark(path, 3, 4)).toBe(false);
  expect(isDark(path, last + 1, 4)).toBe(false);
});

test('the longest link has a code', () => {
  expect(qrPath(`https://host.example/#1.${'x'.repeat(LIMITS.link - 24)}`).size).toBeLessThan(177 + 8);
});
