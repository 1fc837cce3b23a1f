import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { formatSource, readDebianSources } from './debian-sources.ts';

let etc = '';

beforeEach(async () => {
  etc = await mkdtemp(path.join(tmpdir(), 'apt-'));
  await mkdir(path.join(etc, 'sources.list.d'));
});

afterEach(() => rm(etc, { recursive: true }));

const put = (name: string, text: string): Promise<void> => writeFile(path.join(etc, name), text);

test('the deb822 form: Debian’s own suites, the release first', async () => {
  await put(
    'sources.list.d/debian.sources',
    'Types: deb\n# a comment\nURIs: http://security.example/debian\nSuites: bookworm-security\nComponents: main\nSigned-By: /k.gpg\n\n' +
      'Types: deb deb-src\nURIs: http://mirror.example/debian\nSuites: bookworm bookworm-updates\nComponents: main contrib\n',
  );
  await put(
    'sources.list.d/other.sources',
    'Types: deb\nURIs: https://other.example\nSuites: nodistro\nComponents: main\n',
  );
  const keys = '/usr/share/keyrings/debian-archive-keyring.gpg';
  expect(await readDebianSources(etc)).toEqual([
    { uri: 'http://mirror.example/debian', suite: 'bookworm', signedBy: keys },
    { uri: 'http://mirror.example/debian', suite: 'bookworm-updates', signedBy: keys },
    { uri: 'http://security.example/debian', suite: 'bookworm-security', signedBy: '/k.gpg' },
  ]);
});

test('the old form, with options and comments; a suite that is named twice counts once', async () => {
  await put(
    'sources.list',
    '# deb http://no.example bookworm main\ndeb [arch=amd64 signed-by=/k.gpg] http://a.example/debian bookworm main # mine\n' +
      'deb-src http://a.example/debian bookworm main\ndeb http://b.example/debian bookworm main\n',
  );
  expect(await readDebianSources(etc)).toEqual([
    { uri: 'http://a.example/debian', suite: 'bookworm', signedBy: '/k.gpg' },
  ]);
});

test('another Debian is refused, with what to do', async () => {
  await put('sources.list', 'deb http://a.example/debian trixie main\n');
  await expect(readDebianSources(etc)).rejects.toThrow('names no Debian 12 (bookworm) mirror');
});

test('a source is written as apt reads it', () => {
  expect(formatSource({ uri: 'http://a.example', suite: 'bookworm', signedBy: '/k.gpg' }, 'deb')).toBe(
    'Types: deb\nURIs: http://a.example\nSuites: bookworm\nComponents: main\nSigned-By: /k.gpg\n',
  );
});
