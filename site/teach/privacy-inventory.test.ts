import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { progressKey } from '../progress/store.ts';
import { assignmentsKey } from './assignments-key.ts';
import { INVENTORY, keptUnder, nameAt } from './privacy-inventory.ts';

/** Names in the code that stand for nothing that is kept. */
const NOT_KEPT = new Set([
  'typealong-check', // a parameter of an address
  'typealong:pane-call', // a message
]);

/** How the names of the code begin, each up to its blank or its end. */
function namesInCode(): ReadonlySet<string> {
  // What of it is in Node does not reach a browser.
  const files = globSync('site/**/*.{ts,js,astro}', {
    exclude: [
      'site/**/*.test.ts',
      'site/**/testing/**',
      'site/integrations/**',
      'site/teach/privacy-inventory.ts',
    ],
  });
  const literals = files.flatMap((file) => [
    ...readFileSync(file, 'utf8').matchAll(/['"`](typealong[:-][\w:-]+ ?)/g),
  ]);
  return new Set(literals.flatMap(([, name]) => name ?? []));
}

test('every name in the code is in the inventory', () => {
  const names = namesInCode();
  expect(names).toContain('typealong:theme');
  const listed = new Set(INVENTORY.map(({ name }) => name));
  expect([...names].filter((name) => !listed.has(name) && !NOT_KEPT.has(name))).toEqual([]);
});

test('each is found under the name that a browser tells', () => {
  expect(keptUnder('localStorage', progressKey('/learn/'))?.name).toBe('typealong:progress ');
  expect(keptUnder('localStorage', 'typealong:progress')?.below).toBeUndefined();
  expect(keptUnder('localStorage', assignmentsKey('/'))?.name).toBe('typealong:assignments ');
  expect(keptUnder('private file system', encodeURIComponent('typealong-machines /learn/'))?.name).toBe(
    'typealong-machines ',
  );
  expect(keptUnder('cache', 'typealong-chunks-2 /learn/sandbox/')?.below).toBe('sandbox/');
  expect(keptUnder('service worker', 'https://host.example/learn/pane-worker.js')).toBeDefined();
});

test.each([
  ['localStorage', 'typealong:theme2'],
  ['localStorage', 'typealong:theme /'],
  ['localStorage', 'typealong:progress-of-a-student'],
  ['localStorage', 'typealong:progress nothing'],
  ['localStorage', 'typealong-machines /'],
  ['sessionStorage', 'typealong:theme'],
  ['IndexedDB', 'typealong:theme'],
  ['cache', 'typealong-chunks-2 /'],
  ['private file system', '%E0%A4%A'],
  ['service worker', 'https://host.example/worker.js'],
] as const)('in %s, %s is not in it', (place, name) => {
  expect(keptUnder(place, name)).toBeUndefined();
});

test('what is shown is what is found', () => {
  for (const base of ['/', '/learn/'])
    for (const kept of INVENTORY)
      for (const place of kept.places) expect(keptUnder(place, nameAt(base, kept))).toBe(kept);
});
