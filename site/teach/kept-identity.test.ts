import { expect, it } from 'vitest';
import { identityKey, keepIdentity, keptIdentity } from './kept-identity.ts';

const KEY = identityKey('/learn');

function storageWith(kept?: string) {
  const values = new Map(kept === undefined ? [] : [[KEY, kept]]);
  return {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
  };
}

it('is kept by what was asked for, and the last one counts', () => {
  const storage = storageWith();
  expect(keptIdentity(storage, KEY, 'Student number')).toBe('');
  keepIdentity(storage, KEY, 'Student number', '4711');
  keepIdentity(storage, KEY, 'E-mail', 'zoe@example.org');
  keepIdentity(storage, KEY, 'Student number', '4712');
  expect(keptIdentity(storage, KEY, 'Student number')).toBe('4712');
  expect(keptIdentity(storage, KEY, 'E-mail')).toBe('zoe@example.org');
  for (let index = 0; index < 20; index++) keepIdentity(storage, KEY, `asked ${index}`, 'x');
  expect(keptIdentity(storage, KEY, 'E-mail')).toBe('');
  expect(KEY).toBe('typealong:student /learn/');
});

it.each(['', '{', '{"version":2,"entered":[["a","b"]]}', '{"version":1,"entered":[1,["a"],["a",2]]}'])(
  '%j is nothing kept',
  (kept) => {
    expect(keptIdentity(storageWith(kept), KEY, 'a')).toBe('');
  },
);

it('a storage that throws does no harm', () => {
  const forbidden = {
    getItem: (): string => {
      throw new Error('forbidden');
    },
    setItem: (): void => {
      throw new Error('forbidden');
    },
  };
  keepIdentity(forbidden, KEY, 'a', 'b');
  expect(keptIdentity(forbidden, KEY, 'a')).toBe('');
});
