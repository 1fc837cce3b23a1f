import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { REGISTRATION } from './programs-of-i386.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'typealong-i386-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** The bytes of a field of the registration. */
function bytesOf(field: string | undefined): Buffer {
  return Buffer.from(
    (field ?? '').replaceAll(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  );
}

const [, , , , magicField, maskField] = REGISTRATION.split(':');
const magic = bytesOf(magicField);
const mask = bytesOf(maskField);

/** As the kernel compares them. */
function matches(program: Buffer): boolean {
  return magic.every((byte, index) => (((program[index] ?? 0) ^ byte) & (mask[index] ?? 0)) === 0);
}

it('registers an entry that matches 32-bit programs and no other', async () => {
  expect(magic).toHaveLength(20);
  expect(mask).toHaveLength(20);
  const source = join(directory, 'main.c');
  await writeFile(source, 'int main(void) { return 0; }\n');
  for (const [flags, expected] of [
    [['-m32'], true],
    [['-m32', '-static', '-no-pie'], true],
    [['-m64'], false],
  ] as const) {
    const program = join(directory, flags.join(''));
    expect(spawnSync('gcc', [...flags, '-o', program, source]).status).toBe(0);
    expect(matches(await readFile(program)), flags.join(' ')).toBe(expected);
  }
  expect(matches(Buffer.from('#!/bin/sh\necho not a program\n'))).toBe(false);
});
