/**
 * What the code that makes chunks and snapshots does, as one hash: the bundle of its entry points. So nothing that
 * they import is forgotten, and nothing else counts: no comment, no layout, no other file.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { build, type Rolldown } from 'vite';
import { ROOT } from './project.ts';

/** Where the making of an image's files and snapshots begins, and the thread that plays a guide. */
const ENTRIES = ['scripts/publish-image.ts', 'scripts/guide-snapshots.worker.ts'];

/**
 * What no snapshot depends on: the replay's driver knows the checks, of which none is run meanwhile, and of what a
 * chapter shows of outputs the making of snapshots only warns.
 */
const WITHOUT = ['site/checks/', 'scripts/replay/shown-output.ts'];

/**
 * The hash of the code below `root`, a checkout.
 * @throws when the code cannot be bundled.
 */
export async function machineCode(root = ROOT): Promise<string> {
  const externals = new Set<string>();
  const isExternal = (id: string): boolean => {
    if (id.startsWith('.') || id.startsWith('/'))
      return WITHOUT.some((part) => relative(root, id).startsWith(part));
    externals.add(id);
    return true;
  };
  const output = (await build({
    root,
    configFile: false,
    envFile: false,
    logLevel: 'error',
    build: {
      ssr: true,
      write: false,
      minify: true,
      rolldownOptions: {
        input: ENTRIES.map((entry) => join(root, entry)),
        external: isExternal,
        output: { entryFileNames: '[name].js', chunkFileNames: '[name].js', comments: false },
      },
    },
  })) as Rolldown.RolldownOutput;
  const hash = createHash('sha256');
  for (const part of output.output)
    hash.update(`${part.fileName}\n${part.type === 'chunk' ? part.code : ''}\n`);
  const versions = await lockedVersions(root);
  for (const id of [...externals].sort()) hash.update(`${id} ${versions.get(packageOf(id)) ?? 'node'}\n`);
  return hash.digest('hex');
}

/** Versions of the installed packages, by name. */
async function lockedVersions(root: string): Promise<ReadonlyMap<string, string>> {
  const { packages } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version?: string }>;
  };
  return new Map(
    Object.entries(packages).map(([path, { version = '' }]) => [
      path.replace(/^node_modules\//, ''),
      version,
    ]),
  );
}

/** `@scope/name/part` belongs to `@scope/name`. */
function packageOf(id: string): string {
  return id.split('/', id.startsWith('@') ? 2 : 1).join('/');
}
