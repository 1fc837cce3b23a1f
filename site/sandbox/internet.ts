/**
 * The virtual internet: web servers that the guest reaches on port 80. Each host of `internet.json` is a
 * folder of static files; every other host answers with a page that says where this internet ends.
 */
import {
  RequestReader,
  formatHead,
  headerValue,
  type HeaderList,
  type ParsedRequest,
} from './http-message.ts';
import type { TcpConnection } from './emulator.ts';
import type { ChunkHash, InternetFile, InternetManifest } from './image.ts';

/** What the servers need from outside. */
export interface InternetSource {
  /** The table of hosts; fetched when the guest first asks. */
  manifest(): Promise<InternetManifest>;
  chunk(hash: ChunkHash): Promise<Uint8Array>;
}

/** Serves one connection of the guest, request after request, until the guest closes it. */
export function serveConnection(connection: TcpConnection, source: InternetSource): void {
  const reader = new RequestReader();
  let turn: Promise<void> = Promise.resolve();
  connection.on('data', (data) => {
    let requests: ParsedRequest[];
    try {
      requests = reader.push(data.slice());
    } catch {
      connection.write(formatHead('HTTP/1.1 400 Bad Request', [['Content-Length', '0']]));
      connection.close();
      return;
    }
    for (const request of requests) turn = turn.then(() => answer(connection, request, source));
  });
  connection.on('shutdown', () => {
    void turn.then(() => connection.close());
  });
}

async function answer(
  connection: TcpConnection,
  request: ParsedRequest,
  source: InternetSource,
): Promise<void> {
  const { host, path } = destination(request);
  const manifest = await source.manifest();
  const site = manifest.hosts[host];
  const file = site?.files[path];
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    writeText(connection, request, '405 Method Not Allowed', 'This server is for reading only.\n');
  } else if (file) {
    await writeFile(connection, request, file, source);
  } else if (site?.files[`${path}/`]) {
    writeText(connection, request, '301 Moved Permanently', '', [['Location', `http://${host}${path}/`]]);
  } else if (site) {
    writeText(connection, request, '404 Not Found', `${host} has nothing at ${path}\n`);
  } else {
    writeText(connection, request, '404 Not Found', endOfInternet(host, manifest));
  }
}

function destination(request: ParsedRequest): { host: string; path: string } {
  const named = headerValue(request.headers, 'host') ?? '';
  const url = new URL(request.target, `http://${named || 'unknown.invalid'}`);
  return { host: url.hostname.toLowerCase(), path: decodePath(url.pathname) };
}

/** `%2B` and `+` are the same file: apt escapes names that pip leaves alone. */
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

async function writeFile(
  connection: TcpConnection,
  request: ParsedRequest,
  file: InternetFile,
  source: InternetSource,
): Promise<void> {
  connection.write(
    formatHead('HTTP/1.1 200 OK', [
      ['Content-Type', file.type],
      ['Content-Length', String(file.sizeBytes)],
      ['Server', 'typealong'],
    ]),
  );
  if (request.method === 'HEAD') return;
  // All chunks at once; written in order, so that the guest unpacks while the rest is still coming.
  for (const chunk of file.chunks.map((hash) => source.chunk(hash))) connection.write(await chunk);
}

function writeText(
  connection: TcpConnection,
  request: ParsedRequest,
  status: string,
  text: string,
  headers: HeaderList = [],
): void {
  const body = new TextEncoder().encode(text);
  connection.write(
    formatHead(`HTTP/1.1 ${status}`, [
      ['Content-Type', 'text/plain; charset=utf-8'],
      ['Content-Length', String(body.length)],
      ['Server', 'typealong'],
      ...headers,
    ]),
  );
  if (request.method !== 'HEAD' && body.length > 0) connection.write(body);
}

/** What a host outside says. */
function endOfInternet(host: string, manifest: InternetManifest): string {
  const hosts = Object.entries(manifest.hosts).map(([name, { description }]) => `  ${name}  ${description}`);
  return [
    `${host} is not part of this sandbox.`,
    '',
    'The machine runs in your browser, and nothing that it sends leaves the page. Its internet holds:',
    ...hosts,
    '',
  ].join('\n');
}
