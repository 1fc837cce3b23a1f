import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressOf, expectFreePort, serve } from './serve.ts';

const PAGE = `<h1>${'Hello. '.repeat(100)}</h1>`;

describe('the address that is printed', () => {
  const place = { directory: 'dist', base: '/learn/' };

  it.each([
    [undefined, 'http://localhost:80/learn/'],
    ['localhost', 'http://localhost:80/learn/'],
    ['0.0.0.0', 'http://localhost:80/learn/'],
    ['::', 'http://localhost:80/learn/'],
    ['192.168.1.5', 'http://192.168.1.5:80/learn/'],
    ['::1', 'http://[::1]:80/learn/'],
  ])('is one where something listens: --host %s', (host, address) => {
    expect(addressOf(place, 80, host)).toBe(address);
  });
});

describe('serve', () => {
  let folder: string;
  let server: Server;
  let under: Server;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'typealong-serve-'));
    const site = join(folder, 'site');
    await mkdir(join(site, '_astro'), { recursive: true });
    await mkdir(join(site, 'guides'));
    await writeFile(join(folder, 'secret.txt'), 'secret');
    await mkdir(join(folder, 'site-other'));
    await writeFile(join(folder, 'site-other', 'secret.txt'), 'secret');
    await writeFile(join(site, 'index.html'), PAGE);
    await writeFile(join(site, 'guides', 'index.html'), PAGE);
    await writeFile(join(site, '404.html'), 'No such page.');
    await writeFile(join(site, '_astro', 'v86.abc.wasm'), 'wasm');
    server = await serve({ directory: site, port: 0 });
    under = await serve({ directory: site, port: 0, base: '/learn/' });
  });

  afterAll(async () => {
    server.close();
    under.close();
    await rm(folder, { recursive: true });
  });

  /** Without fetch, which would tidy the path before it sends it. */
  async function get(path: string, headers: Record<string, string> = {}, from: Server = server) {
    const address = from.address();
    if (address === null || typeof address === 'string') throw new Error('The server has no port.');
    const { port } = address;
    return new Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }>(
      (resolve, reject) => {
        request({ port, path, headers }, (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: Buffer.concat(parts),
            }),
          );
        })
          .on('error', reject)
          .end();
      },
    );
  }

  it('sends pages with their type, compressed when that is accepted', async () => {
    const plain = await get('/');
    expect(plain.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(plain.body.toString()).toBe(PAGE);
    const compressed = await get('/', { 'accept-encoding': 'gzip, br' });
    expect(compressed.headers['content-encoding']).toBe('br');
    expect(compressed.body.length).toBeLessThan(PAGE.length / 4);
  });

  it('sends what is named by its hash once and for all, and asks again for the rest', async () => {
    const wasm = await get('/_astro/v86.abc.wasm');
    expect(wasm.headers).toMatchObject({ 'content-type': 'application/wasm' });
    expect(wasm.headers['cache-control']).toContain('immutable');
    const page = await get('/');
    expect(page.headers['cache-control']).toBe('no-cache');
    expect((await get('/', { 'if-none-match': String(page.headers['etag']) })).status).toBe(304);
  });

  it('sends folders to their address, and says 404 with the site’s own page', async () => {
    expect(await get('/guides')).toMatchObject({ status: 308, headers: { location: '/guides/' } });
    expect((await get('/guides/')).status).toBe(200);
    const missing = await get('/nothing/');
    expect(missing.status).toBe(404);
    expect(missing.body.toString()).toBe('No such page.');
  });

  it('sends nothing from outside of its folder', async () => {
    for (const path of [
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/..%2fsite-other/secret.txt',
    ]) {
      const answer = await get(path);
      expect(answer.status, path).toBe(404);
      expect(answer.body.toString()).not.toContain('secret');
    }
    expect((await get('/%00')).status).toBe(400);
    expect((await get('/%zz')).status).toBe(400);
  });

  it('serves under a path', async () => {
    expect((await get('/learn/guides/', {}, under)).status).toBe(200);
    expect((await get('/learn', {}, under)).headers['location']).toBe('/learn/');
    // Not for good: another site may be served at the same port tomorrow.
    expect(await get('/', {}, under)).toMatchObject({ status: 307, headers: { location: '/learn/' } });
    expect((await get('/guides/', {}, under)).status).toBe(404);
    expect((await get('/learn/_astro/v86.abc.wasm', {}, under)).headers['cache-control']).toContain(
      'immutable',
    );
  });

  it('listens to this computer alone', () => {
    const address = server.address();
    expect(['127.0.0.1', '::1']).toContain(typeof address === 'object' ? address?.address : address);
  });

  it('says in a sentence that a port is taken', async () => {
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    await expect(serve({ directory: folder, port })).rejects.toThrow(`Port ${port} is in use`);
    await expect(expectFreePort(port)).rejects.toThrow(`Port ${port} is in use`);
  });
});
