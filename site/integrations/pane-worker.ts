/**
 * Builds the browser pane's service worker into one classic script at the root of the site, where its scope is
 * the whole site (it intercepts only what belongs to the pane). In development it is built when it is asked for.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';
import { build } from 'vite';
import { withSlash } from '../with-slash.ts';

/** Name of the file at the site's base. `site/pane/register.ts` registers it. */
const FILE = 'pane-worker.js';
const ENTRY = fileURLToPath(new URL('../pane/service-worker.ts', import.meta.url));

export function paneWorker(): AstroIntegration {
  let base = '/';
  return {
    name: 'typealong:pane-worker',
    hooks: {
      'astro:config:done': ({ config }) => {
        base = withSlash(config.base);
      },
      'astro:server:setup': ({ server }) => {
        server.middlewares.use((request, response, next) => {
          const path = request.url?.split('?')[0];
          // Astro takes the base off before its own middlewares, but not before this one.
          if (path !== `${base}${FILE}` && path !== `/${FILE}`) {
            next();
            return;
          }
          bundle(base).then(
            (code) => {
              response.setHeader('Content-Type', 'text/javascript');
              response.setHeader('Cache-Control', 'no-cache');
              response.end(code);
            },
            (error: unknown) => next(error),
          );
        });
      },
      'astro:build:done': async ({ dir }) => {
        await writeFile(new URL(FILE, dir), await bundle(base));
      },
    },
  };
}

async function bundle(base: string): Promise<string> {
  await readFile(ENTRY); // A missing file gets Node's plain message rather than the bundler's.
  const result = await build({
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    define: { __TYPEALONG_BASE__: JSON.stringify(base) },
    build: {
      write: false,
      target: 'es2022',
      lib: { entry: ENTRY, formats: ['iife'], name: 'paneWorker', fileName: () => FILE },
    },
  });
  const output = (Array.isArray(result) ? result : [result]).flatMap((part) =>
    'output' in part ? part.output : [],
  );
  const chunk = output.find((part) => part.type === 'chunk');
  if (chunk?.type !== 'chunk') throw new Error(`${ENTRY}: the bundler made no script of it.`);
  return chunk.code;
}
