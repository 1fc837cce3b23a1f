/**
 * Brings the sandbox's files (`<image>/image.json`, snapshots, `chunks/`) to the site under `sandbox/`. They are
 * built by `npm run images` in a folder outside of the checkout; `TYPEALONG_SANDBOX` names it. With
 * `TYPEALONG_SANDBOX=none` the site has no machines: quick to build, for work on the text.
 */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { copyFile, link, mkdir } from 'node:fs/promises';
import { dirname, extname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';
import { servedFiles } from './served-files.ts';
import { withSlash } from '../with-slash.ts';

const MEDIA_TYPES: Readonly<Record<string, string>> = { '.json': 'application/json' };

/**
 * The folder of the sandbox's files, or `null` when the site is to have none. Throws a plain sentence when
 * the environment does not say.
 */
export function sandboxFolder(environment: NodeJS.ProcessEnv = process.env): string | null {
  const folder = environment['TYPEALONG_SANDBOX'];
  if (folder === 'none') return null;
  if (folder === undefined || folder === '') {
    throw new Error(
      'The site needs the sandbox images: TYPEALONG_SANDBOX does not say where they are. Run `npm start`, which builds them, or `npm run images`; TYPEALONG_SANDBOX=none makes a site without machines.',
    );
  }
  if (!existsSync(folder)) {
    throw new Error(
      `The sandbox images are not at ${folder} (from TYPEALONG_SANDBOX). Run \`npm run images\` to build them.`,
    );
  }
  return folder;
}

export function sandboxFiles(): AstroIntegration {
  let base = '/';
  return {
    name: 'typealong:sandbox-files',
    hooks: {
      'astro:config:setup': ({ command }) => {
        if (command === 'build' || command === 'dev') sandboxFolder();
      },
      'astro:config:done': ({ config }) => {
        base = withSlash(config.base);
      },
      'astro:server:setup': ({ server }) => {
        const folder = sandboxFolder();
        if (folder === null) return;
        server.middlewares.use((request, response, next) => {
          const file = fileFor(request.url ?? '', base, folder);
          if (file === null) {
            next();
            return;
          }
          response.setHeader('Content-Type', MEDIA_TYPES[extname(file)] ?? 'application/octet-stream');
          response.setHeader('Content-Length', statSync(file).size);
          createReadStream(file).pipe(response);
        });
      },
      'astro:build:done': async ({ dir, logger }) => {
        const folder = sandboxFolder();
        if (folder === null) {
          logger.warn('TYPEALONG_SANDBOX=none: this site has no machines.');
          return;
        }
        await linkServed(folder, fileURLToPath(new URL('sandbox', dir)));
      },
    },
  };
}

/** The file that a request of the development server asks for, or `null` when it is none of ours. */
export function fileFor(url: string, base: string, folder: string): string | null {
  const path = decodeURIComponent(url.split('?')[0] ?? '');
  const prefix = [`${base}sandbox/`, '/sandbox/'].find((candidate) => path.startsWith(candidate));
  if (prefix === undefined) return null;
  const root = join(folder, sep);
  const file = join(root, path.slice(prefix.length));
  return file.startsWith(root) && existsSync(file) && statSync(file).isFile() ? file : null;
}

async function linkServed(from: string, to: string): Promise<void> {
  for (const file of await servedFiles(from)) {
    const target = join(to, file);
    await mkdir(dirname(target), { recursive: true });
    await linkFile(join(from, file), target);
  }
}

/**
 * Hard links cost neither time nor space; across devices there is only copying. Resolves with the bytes that came by it:
 * none when the file is there already.
 */
export async function linkFile(source: string, target: string): Promise<number> {
  try {
    await link(source, target);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return 0;
    if (code !== 'EXDEV') throw error;
    await copyFile(source, target);
  }
  return statSync(target).size;
}
