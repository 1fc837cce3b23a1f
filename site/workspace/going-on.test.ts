import { expect, it } from 'vitest';
import { optionsToGoOn } from './going-on.ts';

const PAGE = 'https://example.test/learn/guides/one/first/';
const MACHINE = {
  imagePath: '/learn/sandbox/debian/',
  snapshot: 'one/first',
  manifestHashes: { 'image.json': 'new' },
  ...{ recipe: 'r3', v86Version: '2', screens: [], fetchBytes: 0 },
  earlier: [
    {
      ...{ recipe: 'r2', v86Version: '2', programPath: null },
      imagePath: '/learn/sandbox/debian@r2/',
      manifestHashes: { 'image.json': 'old' },
    },
    {
      ...{ recipe: 'r1', v86Version: '1', programPath: '/learn/_astro/worker-1.js' },
      imagePath: '/learn/sandbox/debian@r1/',
      manifestHashes: { 'image.json': 'oldest' },
    },
  ],
};

const savedOn = (recipe: string, v86Version: string) =>
  optionsToGoOn(MACHINE, { guide: 'one', snapshot: 'one/second', recipe, v86Version }, PAGE);

it('a machine that was saved on this release goes on with its image', () => {
  expect(savedOn('r3', '2')).toEqual({
    imageUrl: 'https://example.test/learn/sandbox/debian/',
    ...{ snapshot: 'one/second', saved: 'one', manifestHashes: { 'image.json': 'new' } },
  });
});

it('one of an earlier release goes on with that one’s image, and with its program where v86 was another', () => {
  expect(savedOn('r2', '2')).toEqual({
    imageUrl: 'https://example.test/learn/sandbox/debian@r2/',
    ...{ snapshot: 'one/second', saved: 'one', manifestHashes: { 'image.json': 'old' } },
  });
  expect(savedOn('r1', '1')).toMatchObject({
    imageUrl: 'https://example.test/learn/sandbox/debian@r1/',
    program: 'https://example.test/learn/_astro/worker-1.js',
  });
});

it('one of a release that is not kept cannot go on', () => {
  expect(savedOn('r0', '1')).toBeNull();
  expect(savedOn('r1', '2')).toBeNull();
});
