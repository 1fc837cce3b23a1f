import { describe, expect, it } from 'vitest';
import {
  decodeRest,
  encodeRest,
  fits,
  imageName,
  readAbout,
  type SavedAbout,
  type SavedRest,
} from './saved.ts';

const HASH = 'ab'.repeat(32);
const REST: SavedRest = {
  origin: {
    base: { sizeBytes: 10, transferBytes: 5, chunks: [HASH] },
    diskChanges: { '3': HASH, '4': null },
    prefetch: [1, 2],
  },
  connections: [
    {
      hsrc: Uint8Array.of(1, 2, 3, 4, 5, 6),
      hdest: Uint8Array.of(6, 5, 4, 3, 2, 1),
      psrc: Uint8Array.of(10, 0, 0, 1),
      pdest: Uint8Array.of(10, 0, 0, 2),
      sport: 80,
      dport: 40_000,
      seq: 4_000_000_000,
      ack: 7,
    },
  ],
  view: '{"any":"text"}',
};
const ABOUT: SavedAbout = {
  guide: 'guide',
  chapter: { slug: 'one', number: 1, title: 'One' },
  image: 'image',
  snapshot: 'guide/one',
  recipe: 'r',
  v86Version: '1',
  savedAtMs: 5,
};
const encoded = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

describe('what is kept beside memory and disk', () => {
  it('comes back as it was', () => {
    expect(decodeRest(encodeRest(REST))).toEqual(REST);
  });

  it.each([
    'text',
    {},
    { origin: null },
    { origin: { base: null, diskChanges: { '3': 'no hash' }, prefetch: [] } },
    { origin: { base: null, diskChanges: { '-3': HASH }, prefetch: [] } },
    { origin: { base: { sizeBytes: 1, transferBytes: 1, chunks: ['../x'] }, diskChanges: {}, prefetch: [] } },
    { origin: { base: null, diskChanges: {}, prefetch: [0.5] } },
  ])('is nothing when it makes no sense: %j', (value) => {
    expect(decodeRest(encoded(value))).toBeNull();
  });

  it('leaves out a connection that makes no sense', () => {
    const { origin } = REST;
    const connections = [5, {}, { hsrc: [1], hdest: [], psrc: [], pdest: [] }];
    expect(decodeRest(encoded({ origin, connections, view: 7 }))).toEqual({
      origin,
      connections: [],
      view: '',
    });
  });
});

describe('what is said of a saved machine', () => {
  it('is read when it is whole', () => {
    expect(readAbout(JSON.parse(JSON.stringify(ABOUT)))).toEqual(ABOUT);
  });

  it.each([null, [], {}, { ...ABOUT, chapter: null }, { ...ABOUT, guide: 3 }, { ...ABOUT, savedAtMs: '5' }])(
    'is nothing otherwise: %j',
    (value) => {
      expect(readAbout(value)).toBeNull();
    },
  );

  it('fits its own image only', () => {
    expect(fits(ABOUT, { recipe: 'r', v86Version: '1' })).toBe(true);
    expect(fits(ABOUT, { recipe: 's', v86Version: '1' })).toBe(false);
    expect(fits(ABOUT, { recipe: 'r', v86Version: '2' })).toBe(false);
  });

  it('names the image by its folder', () => {
    expect(imageName({ imageUrl: 'https://host/learn/sandbox/ubuntu-16.04/' })).toBe('ubuntu-16.04');
  });
});
