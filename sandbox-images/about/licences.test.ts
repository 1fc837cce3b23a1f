import { expect, test } from 'vitest';
import { readLicences } from './licences.ts';

const FORMAT = 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n';

test('a machine-readable file names its licences in fields', () => {
  const copyright =
    `${FORMAT}\nFiles: *\nCopyright: 2001 Someone\nLicense: GPL-2+ with OpenSSL exception or Expat\n\n` +
    'Files: b\nLicense: BSD-3-clause, GPL-3+\n Redistribution and use in source and binary forms\n\n' +
    'License: Expat\n Permission is hereby granted, free of charge\n';
  expect(readLicences(copyright)).toEqual([
    'BSD-3-clause',
    'Expat',
    'GPL-2+ with OpenSSL exception',
    'GPL-3+',
  ]);
});

test('other files are searched for the licences that Debian keeps at hand', () => {
  const copyright = 'It is under the GNU General Public License; see /usr/share/common-licenses/GPL-2.\n';
  expect(readLicences(copyright)).toEqual(['GPL-2']);
});

test('and for well-known sentences', () => {
  expect(readLicences('Permission is hereby granted, free of charge, to any person\n')).toEqual(['MIT']);
  expect(readLicences('This is placed in the public domain. GNU Lesser General Public License\n')).toEqual([
    'LGPL',
    'public-domain',
  ]);
});

test('it is never empty', () => {
  expect(readLicences('Do as you like.\n')).toEqual(['other']);
  expect(readLicences(`${FORMAT}\nFiles: *\nCopyright: x\n`)).toEqual(['other']);
});
