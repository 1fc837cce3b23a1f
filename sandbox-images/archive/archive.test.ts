import { expect, test } from 'vitest';
import { slim } from './archive.ts';

test('the index keeps what apt needs and loses the rest, long fields whole', () => {
  const packages =
    'Package: a\nVersion: 1\nMaintainer: Some One <a@example.org>\nTag: admin::x,\n role::y\nDepends: b (>= 2)\n' +
    'Filename: pool/a.deb\nSize: 12\nMD5sum: 1\nSHA1: 2\nSHA256: 3\nHomepage: https://example.org/\nDescription: a thing\n\n' +
    'Package: b\n\n';
  expect(slim(packages)).toBe(
    'Package: a\nVersion: 1\nDepends: b (>= 2)\nFilename: pool/a.deb\nSize: 12\nSHA256: 3\nDescription: a thing\n\nPackage: b\n\n',
  );
});
