/**
 * Serves a folder of static files as a good static host would: media types, compression, caching, a 404 page.
 * `node scripts/serve.ts [--dir dist] [--port 4321] [--host localhost]` serves until it is ended, below TYPEALONG_BASE.
 */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import { parseArgs } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { Failure, parsePort, runCommand } from './command.ts';
import { sitePlace } from './project.ts';
import type { SitePlace } from './project.ts';

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.xml': 'application/xml; charset=utf-8',
};

/** Worth compressing; all else is compressed already. */
const COMPRESSIBLE = /^(?:text\/|application\/(?:json|wasm|xml|manifest)|image\/svg)/;

/** Names that hold a hash of the content: what they name never changes. */
const IMMUTABLE = /^\/(?:_astro|sandbox\/chunks)\//;

/** Reached from this computer alone: what is built here is nobody else's before it is published. */
const DEFAULT_HOST = 'localhost';

export interface ServeOptions {
  readonly directory: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Name or address to listen on; `0.0.0.0` lets other computers in. Default `localhost`. */
  readonly host?: string | undefined;
  /** Path under which the site lies, with slashes at both ends. Default `/`. */
  readonly base?: string;
}

/** Hosts to listen on that are every address of this computer, so `localhost` too. */
const EVERY_ADDRESS: readonly string[] = ['0.0.0.0', '::'];

/** The address of a served site for this computer's browser; `host` is what the server listens on. */
export function addressOf({ base }: SitePlace, port: number, host: string = DEFAULT_HOST): string {
  const name = EVERY_ADDRESS.includes(host) ? DEFAULT_HOST : host;
  // An address of IPv6 stands in brackets.
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}${base}`;
}

/**
 * Starts to serve; resolves when the port answers.
 * @throws {Failure} when the port is taken.
 */
export async function serve(options: ServeOptions): Promise<Server> {
  const site = new StaticSite(options.directory, options.base ?? '/');
  const server = createServer((request, response) => {
    site.answer(request, response).catch((error: unknown) => {
      console.error(`${request.url ?? ''}:`, error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  await listen(server, options.port, options.host);
  return server;
}

/**
 * Finds out before long work whether the port can be had afterwards.
 * @throws {Failure} when it is taken.
 */
export async function expectFreePort(port: number, host?: string): Promise<void> {
  const probe = createServer();
  await listen(probe, port, host);
  await new Promise((resolve) => probe.close(resolve));
}

async function listen(server: Server, port: number, host = DEFAULT_HOST): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = `Port ${port} is in use, perhaps by another copy of this command. End that one, or choose another port with --port.`;
      reject(error.code === 'EADDRINUSE' ? new Failure(taken) : error);
    });
    server.listen(port, host, resolve);
  });
}

interface Answer {
  readonly status: number;
  readonly path: string;
  readonly type: string;
  readonly etag: string;
  readonly cacheControl: string;
}

class StaticSite {
  private readonly directory: string;
  private readonly base: string;
  /** Compressed bodies by encoding and ETag: a page is compressed once. */
  private readonly compressed = new Map<string, Promise<Buffer>>();

  constructor(directory: string, base: string) {
    this.directory = resolve(directory);
    this.base = base;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { Allow: 'GET, HEAD' }).end();
      return;
    }
    const pathname = pathOf(request.url ?? '/');
    if (pathname === null) {
      response.writeHead(400).end();
      return;
    }
    if (pathname === '/' && this.base !== '/') {
      // For now: tomorrow another site may be served here.
      response.writeHead(307, { Location: this.base }).end();
      return;
    }
    const found = await this.find(pathname);
    if (typeof found === 'string') {
      response.writeHead(308, { Location: found }).end();
      return;
    }
    await this.send(request, response, found);
  }

  /** The file to send, or the address of the folder that was meant. */
  private async find(pathname: string): Promise<Answer | string | null> {
    if (!pathname.startsWith(this.base)) {
      return `${pathname}/` === this.base ? this.base : this.notFound();
    }
    const inside = `/${pathname.slice(this.base.length)}`;
    const path = join(this.directory, inside);
    if (path !== this.directory && !path.startsWith(this.directory + sep)) return this.notFound();
    const cacheControl = IMMUTABLE.test(inside) ? 'public, max-age=31536000, immutable' : 'no-cache';
    const entry = await stat(path).catch(() => null);
    if (entry?.isFile()) return answerFor(200, path, entry, cacheControl);
    if (!entry?.isDirectory()) return this.notFound();
    const index = join(path, 'index.html');
    const indexEntry = await stat(index).catch(() => null);
    if (!indexEntry) return this.notFound();
    return inside.endsWith('/') ? answerFor(200, index, indexEntry, cacheControl) : `${pathname}/`;
  }

  private async notFound(): Promise<Answer | null> {
    const path = join(this.directory, '404.html');
    const entry = await stat(path).catch(() => null);
    return entry && answerFor(404, path, entry, 'no-cache');
  }

  private async send(
    request: IncomingMessage,
    response: ServerResponse,
    answer: Answer | null,
  ): Promise<void> {
    if (!answer) {
      response
        .writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' })
        .end('There is nothing here.\n');
      return;
    }
    const headers: Record<string, string> = {
      'Content-Type': answer.type,
      'Cache-Control': answer.cacheControl,
      ETag: answer.etag,
      'X-Content-Type-Options': 'nosniff',
    };
    if (answer.status === 200 && request.headers['if-none-match'] === answer.etag) {
      response.writeHead(304, headers).end();
      return;
    }
    const encoding = COMPRESSIBLE.test(answer.type) ? encodingFor(request.headers['accept-encoding']) : null;
    if (COMPRESSIBLE.test(answer.type)) headers['Vary'] = 'Accept-Encoding';
    if (encoding) headers['Content-Encoding'] = encoding;
    const body = await this.body(answer, encoding);
    headers['Content-Length'] = String(body.length);
    response.writeHead(answer.status, headers);
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  private async body(answer: Answer, encoding: 'br' | 'gzip' | null): Promise<Buffer> {
    if (!encoding) return readFile(answer.path);
    const key = `${encoding} ${answer.etag}`;
    let body = this.compressed.get(key);
    if (!body) {
      body = readFile(answer.path).then(encoding === 'br' ? brotli : promisify(gzip));
      this.compressed.set(key, body);
    }
    return body;
  }
}

/** Quality 5 is where brotli is both smaller than gzip and quick enough to do while somebody waits. */
async function brotli(data: Buffer): Promise<Buffer> {
  return promisify(brotliCompress)(data, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } });
}

function answerFor(
  status: number,
  path: string,
  entry: { readonly size: number; readonly mtimeMs: number },
  cacheControl: string,
): Answer {
  const etag = createHash('sha256').update(`${path} ${entry.size} ${entry.mtimeMs}`).digest('base64url');
  const type = MEDIA_TYPES[extname(path)] ?? 'application/octet-stream';
  return { status, path, type, etag: `"${etag.slice(0, 22)}"`, cacheControl };
}

/** The decoded path of a request, or `null` when it is malformed. `..` is resolved before anything is looked up. */
function pathOf(url: string): string | null {
  try {
    const path = decodeURIComponent(new URL(url, 'http://localhost').pathname);
    return path.includes('\0') ? null : path;
  } catch {
    return null;
  }
}

function encodingFor(accepted: string | string[] | undefined): 'br' | 'gzip' | null {
  const list = String(accepted ?? '');
  if (/\bbr\b/.test(list)) return 'br';
  return /\bgzip\b/.test(list) ? 'gzip' : null;
}

if (import.meta.main) {
  await runCommand(async () => {
    const { values } = parseArgs({
      options: {
        dir: { type: 'string' },
        port: { type: 'string', default: '4321' },
        host: { type: 'string' },
      },
    });
    const { directory, base } = sitePlace();
    const site = { directory: values.dir ?? directory, base };
    const port = parsePort(values.port);
    await serve({ ...site, port, host: values.host });
    console.log(`Serving ${site.directory} at ${addressOf(site, port, values.host)}`);
  });
}
