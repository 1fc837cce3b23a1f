import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { chunkPath } from '../sandbox/chunk-store.ts';
import { earlierImages, earlierReleases, keptReleases } from './earlier-releases.ts';

const hash = (letter: string): string => letter.repeat(64);
const stored = (...letters: string[]) => ({ chunks: letters.map(hash) });

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'releases-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

function write(path: string, content: object | string): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
}

/** An image in a folder, as `npm run images` leaves it; `letters` tell its own chunks from another's. */
function writeImage(folder: string, recipe: string, v86Version: string, [base, own]: [string, string]): void {
  write(`${folder}/image.json`, {
    ...{ name: 'debian', recipe, v86Version, snapshots: ['base', 'guide/chapter'] },
    ...{ wasm: stored('a'), kernel: stored('a'), bios: stored('a'), vgaBios: stored() },
    disk: { chunks: [null, hash('d')] },
  });
  write(`${folder}/about.json`, {});
  write(`${folder}/internet.json`, { hosts: { host: { files: { '/': stored('e') } } } });
  write(`${folder}/snapshots/base.json`, { base: null, state: stored(base), diskChanges: {} });
  write(`${folder}/snapshots/guide--chapter.json`, {
    ...{ base: 'base', state: stored(own), diskChanges: { 1: hash('1') } },
  });
  for (const letter of ['a', 'd', 'e', '1', base, own])
    write(join(folder, '..', chunkPath(hash(letter))), `chunk ${letter}`);
}

/** Runs the integration over a site that lies in `site`, with the images of `sandbox`. */
async function build(site: string, sandbox: string, previous: string | null): Promise<void> {
  vi.stubEnv('TYPEALONG_SANDBOX', join(root, sandbox));
  vi.stubEnv('TYPEALONG_PREVIOUS', previous === null ? '' : join(root, previous));
  const outDir = pathToFileURL(join(root, site, '/'));
  const { hooks } = keptReleases() as { hooks: Record<string, (options: object) => unknown> };
  interface Plugin {
    generateBundle(options: object, bundle: object): void;
  }
  const plugins: Plugin[] = [];
  hooks['astro:config:setup']?.({
    ...{ command: 'build', config: { outDir } },
    updateConfig: ({ vite }: { vite: { worker: { plugins: () => Plugin[] } } }) =>
      plugins.push(...vite.worker.plugins()),
  });
  const file = (fileName: string, facadeModuleId: string | null) => ({
    [fileName]: { type: 'chunk', fileName, isEntry: facadeModuleId !== null, facadeModuleId },
  });
  const program = `_astro/worker-${site}.js`;
  plugins[0]?.generateBundle(
    {},
    { ...file('_astro/v86.js', null), ...file(program, '/site/sandbox/worker.ts?worker_file') },
  );
  plugins[0]?.generateBundle({}, file('_astro/other.js', '/site/machines/machines-worker.ts'));
  write(join(site, program), 'the program');
  write(join(site, '_astro/v86.js'), 'its part');
  await hooks['astro:build:done']?.({ dir: outDir, logger: { info: () => {} } });
}

/** As the site’s own integration does: the images of this release. */
function serve(site: string, recipe: string, v86Version: string, letters: [string, string]): void {
  writeImage(join(site, 'sandbox/debian'), recipe, v86Version, letters);
}

describe('releases of before', () => {
  it('are kept with all that a saved machine needs, and no more than two', async () => {
    writeImage('images/first/debian', 'r1', '1', ['b', 'c']);
    serve('one', 'r1', '1', ['b', 'c']);
    await build('one', 'images/first', null);

    writeImage('images/second/debian', 'r2', '2', ['f', '0']);
    serve('two', 'r2', '2', ['f', '0']);
    await build('two', 'images/second', 'one');
    const has = (path: string): boolean => existsSync(join(root, 'two', path));
    expect(has('sandbox/debian@first/image.json')).toBe(true);
    expect(has('sandbox/debian@first/internet.json')).toBe(true);
    expect(has('_astro/worker-one.js')).toBe(true);
    expect(has(`sandbox/${chunkPath(hash('b'))}`)).toBe(true);
    // Copied over the earlier site, the new one does not write into what it has kept.
    const inode = (path: string): number => statSync(join(root, path)).ino;
    expect(inode('two/sandbox/debian@first/image.json')).not.toBe(inode('one/sandbox/debian/image.json'));
    // What a chapter began with begins no machine any more.
    expect(has(`sandbox/${chunkPath(hash('c'))}`)).toBe(false);

    writeImage('images/third/debian', 'r3', '2', ['5', '6']);
    serve('three', 'r3', '2', ['5', '6']);
    await build('three', 'images/third', 'two');
    const present = { recipe: 'r3', v86Version: '2' };
    vi.stubEnv('TYPEALONG_PREVIOUS', join(root, 'two'));
    expect(earlierImages('debian', present).map(({ folder, program }) => [folder, program])).toEqual([
      // This release’s v86 runs it.
      ['debian@second', null],
      ['debian@first', '_astro/worker-one.js'],
    ]);

    writeImage('images/fourth/debian', 'r4', '2', ['7', '8']);
    serve('four', 'r4', '2', ['7', '8']);
    await build('four', 'images/fourth', 'three');
    const list = JSON.parse(readFileSync(join(root, 'four/sandbox/releases.json'), 'utf8')) as {
      releases: { id: string }[];
    };
    expect(list.releases.map(({ id }) => id)).toEqual(['fourth', 'third', 'second']);
  });

  it('with the same images are one, and of an image that has not changed only the memory is kept', async () => {
    writeImage('images/first/debian', 'r1', '1', ['b', 'c']);
    serve('one', 'r1', '1', ['b', 'c']);
    await build('one', 'images/first', null);
    serve('again', 'r1', '1', ['b', 'c']);
    await build('again', 'images/first', 'one');
    expect(existsSync(join(root, 'again/sandbox/debian@first'))).toBe(false);

    // The snapshots were made anew.
    writeImage('images/second/debian', 'r1', '1', ['f', '0']);
    serve('two', 'r1', '1', ['f', '0']);
    await build('two', 'images/second', 'again');
    expect(existsSync(join(root, 'two/sandbox', chunkPath(hash('b'))))).toBe(true);
    expect(earlierImages('debian', { recipe: 'r1', v86Version: '1' })).toEqual([]);
  });

  it('whose program this page cannot talk to are not offered', () => {
    writeImage('images/now/debian', 'r2', '2', ['b', 'c']);
    writeImage('old/sandbox/debian', 'r1', '1', ['b', 'c']);
    const program = { protocol: 0, path: '_astro/worker.js', files: [] };
    write('old/sandbox/releases.json', {
      format: 1,
      releases: [{ id: 'old', program, images: { debian: 'debian' } }],
    });
    vi.stubEnv('TYPEALONG_SANDBOX', join(root, 'images/now'));
    vi.stubEnv('TYPEALONG_PREVIOUS', join(root, 'old'));
    expect(earlierImages('debian', { recipe: 'r2', v86Version: '2' })).toEqual([]);
    expect(earlierImages('debian', { recipe: 'r2', v86Version: '1' })).toHaveLength(1);
  });

  it('that cannot be found or read are an error that says so', async () => {
    writeImage('images/now/debian', 'r2', '2', ['b', 'c']);
    const at = (previous: string) => ({
      TYPEALONG_SANDBOX: join(root, 'images/now'),
      TYPEALONG_PREVIOUS: join(root, previous),
    });
    expect(() => earlierReleases(at('nowhere'))).toThrow(/has to name the folder of a built site/);
    write('broken/sandbox/releases.json', { format: 2 });
    expect(() => earlierReleases(at('broken'))).toThrow(/written by another version/);
    write('self/sandbox/releases.json', { format: 1, releases: [] });
    await expect(build('self', 'images/now', 'self')).rejects.toThrow(/writes over/);
  });
});
