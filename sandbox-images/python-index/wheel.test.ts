import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { assembleWheel } from './wheel.ts';

const ALONE = { needs: [], available: new Set<string>() };

let site = '';
let system = '';

beforeEach(async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'wheel-'));
  site = path.join(directory, 'site');
  system = path.join(directory, 'system');
  await put('site/thing/__init__.py', 'x = 1\n');
  await put('site/thing/__pycache__/__init__.cpython-311.pyc', 'compiled');
  await put(
    'site/Thing_x-1.2+ds.egg-info/PKG-INFO',
    'Metadata-Version: 2.1\nName: Thing.x\nVersion: 1.2+ds\n',
  );
  await put('site/Thing_x-1.2+ds.egg-info/entry_points.txt', '[console_scripts]\nthing = thing:main\n');
  await put('site/Thing_x-1.2+ds.egg-info/SOURCES.txt', 'not kept');
});

afterEach(() => rm(path.dirname(site), { recursive: true }));

async function put(name: string, text: string): Promise<void> {
  const file = path.join(path.dirname(site), name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}

/** The files of a ZIP archive, read by its directory. */
function unzip(bytes: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  const end = bytes.length - 22;
  expect(bytes.readUInt32LE(end)).toBe(0x06054b50);
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    expect(bytes.readUInt32LE(at)).toBe(0x02014b50);
    const packed = bytes.readUInt32LE(at + 20);
    const nameLength = bytes.readUInt16LE(at + 28);
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    const local = bytes.readUInt32LE(at + 42);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    files.set(name, inflateRawSync(bytes.subarray(start, start + packed)));
    at += 46 + nameLength;
  }
  return files;
}

test('a wheel has the modules, their compiled forms, the metadata, and a record of them all', async () => {
  const wheel = await assembleWheel(site, system, { ...ALONE, needs: ['click'] });
  expect(wheel).toMatchObject({
    name: 'thing-x',
    version: '1.2+ds',
    fileName: 'Thing_x-1.2+ds-py3-none-any.whl',
  });
  const files = unzip(wheel.bytes);
  expect([...files.keys()]).toEqual([
    'thing/__init__.py',
    'thing/__pycache__/__init__.cpython-311.pyc',
    'Thing_x-1.2+ds.dist-info/METADATA',
    'Thing_x-1.2+ds.dist-info/entry_points.txt',
    'Thing_x-1.2+ds.dist-info/WHEEL',
    'Thing_x-1.2+ds.dist-info/RECORD',
  ]);
  expect(files.get('thing/__init__.py')?.toString()).toBe('x = 1\n');
  expect(files.get('Thing_x-1.2+ds.dist-info/METADATA')?.toString()).toContain('\nRequires-Dist: click\n');
  const hash = createHash('sha256').update('x = 1\n').digest('base64url');
  const record = files.get('Thing_x-1.2+ds.dist-info/RECORD')?.toString() ?? '';
  expect(record).toContain(`thing/__init__.py,sha256=${hash},6\n`);
  expect(record).toMatch(/Thing_x-1\.2\+ds\.dist-info\/RECORD,,\n$/);
});

test('modules of machine code make it a wheel for the guest only', async () => {
  await put('site/thing/_speed.cpython-311-i386-linux-gnu.so', 'elf');
  const wheel = await assembleWheel(site, system, ALONE);
  expect(wheel.fileName).toBe('Thing_x-1.2+ds-cp311-cp311-linux_i686.whl');
  expect(unzip(wheel.bytes).get('Thing_x-1.2+ds.dist-info/WHEEL')?.toString()).toContain(
    'Root-Is-Purelib: false',
  );
});

test('a link to a file of the guest is replaced by that file; one that leads nowhere is left out', async () => {
  await put('system/usr/share/javascript/j.js', 'script');
  await symlink('/usr/share/javascript/j.js', path.join(site, 'thing/j.js'));
  await symlink('/etc/hostname', path.join(site, 'thing/host'));
  const files = unzip((await assembleWheel(site, system, ALONE)).bytes);
  expect(files.get('thing/j.js')?.toString()).toBe('script');
  expect(files.has('thing/host')).toBe(false);
});

test('the same files make the same bytes', async () => {
  expect(
    (await assembleWheel(site, system, ALONE)).bytes.equals((await assembleWheel(site, system, ALONE)).bytes),
  ).toBe(true);
});

test('a directory with two projects is refused', async () => {
  await put('site/other-1.dist-info/METADATA', 'Name: other\nVersion: 1\n');
  await expect(assembleWheel(site, system, ALONE)).rejects.toThrow('must hold one Python project, not 2');
});
