import { describe, expect, it } from 'vitest';
import { readStanzas, toEvr, toRelations } from './debian-control.ts';
import { RED_HAT } from './names.ts';

describe('a version', () => {
  it.each([
    ['1:2.36-9+deb12u1', { epoch: 1, version: '2.36', release: '9+deb12u1' }],
    ['5.2.15-2+b13', { epoch: 0, version: '5.2.15', release: '2+b13' }],
    // A package of Debian's own has no revision.
    ['12.4+deb12u12', { epoch: 0, version: '12.4+deb12u12', release: '1' }],
    // rpm allows no hyphen in a version.
    ['1.0-rc1-3', { epoch: 0, version: '1.0.rc1', release: '3' }],
  ])('%s has three parts', (version, expected) => {
    expect(toEvr(version)).toEqual(expected);
  });
});

describe('relations', () => {
  it('take their names and comparisons from rpm', () => {
    expect(toRelations('libc6 (>= 2.36), python3:any (<< 3.12), zlib1g (= 1:1.2-3)', RED_HAT)).toEqual([
      'glibc >= 2.36',
      'python3 < 3.12',
      'zlib1g = 1:1.2-3',
    ]);
  });
  it('with several ways are met by any of them', () => {
    expect(toRelations('mawk | gawk (>= 5), vim | vim', RED_HAT)).toEqual([
      '(mawk or gawk >= 5)',
      'vim-enhanced',
    ]);
  });
  it('to what the system is without are none', () => {
    expect(toRelations('dpkg (>= 1.17), debconf (>= 0.5) | debconf-2.0, bash', RED_HAT)).toEqual(['bash']);
  });
  it('count every release of a version as later than the version, as dpkg does', () => {
    expect(toRelations('libc6 (>> 2.36), libc6 (>> 2.36-9)', RED_HAT)).toEqual([
      'glibc > 2.36-0',
      'glibc > 2.36-9',
    ]);
  });
  it('that are none say so', () => {
    expect(() => toRelations('bash (about 5)', RED_HAT)).toThrow('"bash (about 5)" is no relation');
  });
  it('of an absent field are none', () => {
    expect(toRelations(undefined, RED_HAT)).toEqual([]);
  });
});

it('stanzas keep the lines that go on', () => {
  const [first, second, ...rest] = readStanzas(
    'Package: a\nConffiles:\n /etc/a 12\n /etc/b 34\nDescription: short\n long\n .\n end\n\nPackage: b\n\n',
  );
  expect(first?.get('Conffiles')).toBe('\n /etc/a 12\n /etc/b 34');
  expect(first?.get('Description')).toBe('short\n long\n .\n end');
  expect(second?.get('Package')).toBe('b');
  expect(rest).toEqual([]);
});
