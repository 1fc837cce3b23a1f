/**
 * Serves a built `internet/` directory as an HTTP proxy would, to try an image's archives with the real
 * apt and pip outside the sandbox: `http_proxy=http://127.0.0.1:PORT`.
 *
 *   node sandbox-images/serve-internet.ts DIRECTORY [PORT]
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** Listens on 127.0.0.1 and resolves with the server; port 0 takes any free one. */
export function serveInternet(directory: string, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    answer(directory, request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      resolve(server);
    });
  });
}

async function answer(directory: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // A client of a proxy sends the whole address; any other sends a path and the Host header.
  const url = new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`);
  const inside = path.normalize(decodeURIComponent(url.pathname));
  const name = inside.endsWith('/') ? `${inside}index.html` : inside;
  const file = path.join(directory, url.hostname, name);
  const facts = await stat(file).catch(() => null);
  if (!facts?.isFile()) {
    response.writeHead(404, { 'Content-Length': 0 }).end();
    return;
  }
  response.writeHead(200, {
    'Content-Length': facts.size,
    'Content-Type': name.endsWith('.html') ? 'text/html; charset=utf-8' : 'application/octet-stream',
  });
  if (request.method === 'HEAD') response.end();
  else createReadStream(file).pipe(response);
}

const [, script, directory, port] = process.argv;
if (script !== undefined && import.meta.url === pathToFileURL(script).href) {
  if (directory === undefined) {
    console.error('usage: node sandbox-images/serve-internet.ts DIRECTORY [PORT]');
    process.exitCode = 2;
  } else {
    await serveInternet(directory, Number(port ?? 3128));
    console.log(`Serving ${directory}: http_proxy=http://127.0.0.1:${port ?? '3128'}`);
  }
}
