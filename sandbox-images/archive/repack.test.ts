import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runProgram } from '../build/run-program.ts';
import { packTree } from './deb.ts';
import { repackWithoutQuestions, withoutDebconf } from './repack.ts';

let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'repack-'));
});

afterEach(() => rm(directory, { recursive: true }));

/** A small package that uses debconf. */
async function packageWithQuestions(type: string): Promise<string> {
  const tree = path.join(directory, 'tree');
  await mkdir(path.join(tree, 'DEBIAN'), { recursive: true });
  const put = (name: string, text: string): Promise<void> =>
    writeFile(path.join(tree, 'DEBIAN', name), text, { mode: 0o755 });
  await put(
    'control',
    'Package: thing\nVersion: 1:2.0-1\nArchitecture: all\nMaintainer: a <a@b.c>\nDescription: d\n',
  );
  await put('config', '#!/bin/sh\n');
  await put('templates', `Template: thing/note\nType: ${type}\nDescription: d\n`);
  await put('postinst', '#!/bin/sh\nset -e\n. /usr/share/debconf/confmodule\necho configured\n');
  await put('postrm', 'if [ "$1" = purge ]; then\n\t. /usr/share/debconf/confmodule\n\tdb_purge\nfi\n');
  return packTree(tree, directory, 'thing_2.0-1_all.deb');
}

test('a package with nothing but notes loses debconf and says so in its version', async () => {
  const repacked = await repackWithoutQuestions(
    await packageWithQuestions('note'),
    path.join(directory, 'out'),
  );
  expect(path.basename(repacked)).toBe('thing_2.0-1+typealong1_all.deb');
  expect(await runProgram(['dpkg-deb', '-f', repacked, 'Version'])).toBe('1:2.0-1+typealong1\n');
  const scripts = path.join(directory, 'scripts');
  await runProgram(['dpkg-deb', '-e', repacked, scripts]);
  expect((await runProgram(['ls', scripts])).trim().split('\n')).toEqual(['control', 'postinst', 'postrm']);
  expect(await runProgram([path.join(scripts, 'postinst')])).toBe('configured\n');
});

test('a package with a real question is refused', async () => {
  const deb = await packageWithQuestions('boolean');
  await expect(repackWithoutQuestions(deb, path.join(directory, 'out'))).rejects.toThrow(
    'thing asks questions',
  );
});

test('what is left of a script is still a script', () => {
  expect(withoutDebconf('if true; then\n\tdb_purge || true\nfi\necho db_get\n')).toBe(
    'if true; then\n\t:\nfi\necho db_get\n',
  );
});
