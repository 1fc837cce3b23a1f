import { expect, it } from 'vitest';
import { handInName } from './hand-in-name.ts';

const AT = new Date(2026, 10, 7, 9, 5);

it.each([
  ['Zoë O’Neil', 'g-zoë-o-neil-2026-11-07-0905.typealong'],
  ['../../etc/passwd', 'g-etc-passwd-2026-11-07-0905.typealong'],
  ['', 'g-2026-11-07-0905.typealong'],
  ['!?', 'g-2026-11-07-0905.typealong'],
])('%j: %s', (student, name) => {
  expect(handInName('g', student, AT)).toBe(name);
});
