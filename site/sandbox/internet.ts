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
  /**
   * Begins to fetch a chunk. The function waits for it, from when the guest does: until then its being late, or not
   * to be had, concerns nobody.
   */
  chunk(hash: ChunkHash): () => Promise<Uint8Array>;
}

/** Requests of one connection that wait for their turn; whoever sends more is told to come back. */
const MOST_WAITING = 64;
/** Bytes that the guest has not taken; while there are more, nothing is written. */
const MOST_UNSENT_BYTES = 64 * 1024;
/** Chunks of a file that are fetched before the guest has room for them. */
const CHUNKS_AHEAD = 4;

/** Serves one connection of the guest, request after request, until the guest closes it. */
export function serveConnection(connection: TcpConnection, source: InternetSource): void {
  const server = new ConnectionServer(connection, source);
  connection.on('data', (data) => server.receive(data));
  connection.on('shutdown', () => server.end());
  connection.on('drain', () => server.goOn());
  connection.on('close', () => server.drop());
}

/** What is wrong with a request, as an answer. */
class BadRequest extends Error {}

class ConnectionServer {
  readonly #connection: TcpConnection;
  readonly #source: InternetSource;
  readonly #reader = new RequestReader();
  #waiting: (ParsedRequest | BadRequest)[] = [];
  /** No more requests are read: those that wait are the last. */
  #ended = false;
  /** The connection has ended, and nothing may be written to it. */
  #gone = false;
  #working = false;
  /** Number of times that something was written. */
  #writes = 0;
  /** Wakes what waits for room. */
  #wake: () => void = () => {};

  constructor(connection: TcpConnection, source: InternetSource) {
    this.#connection = connection;
    this.#source = source;
  }

  receive(data: Uint8Array): void {
    if (this.#ended) return;
    try {
      this.#waiting = this.#waiting.concat(this.#reader.push(data));
      if (this.#waiting.length > MOST_WAITING) {
        // A client asks again for what has not been answered when the connection ends.
        this.#waiting.length = MOST_WAITING;
        this.#ended = true;
      }
    } catch (error) {
      this.#waiting.push(new BadRequest(messageOf(error)));
      this.#ended = true;
    }
    void this.#work();
  }

  /** The guest asks for nothing more. */
  end(): void {
    this.#ended = true;
    void this.#work();
  }

  /** The guest may have room again. */
  goOn(): void {
    this.#wake();
  }

  drop(): void {
    this.#gone = true;
    this.#ended = true;
    this.#waiting = [];
    this.#wake();
  }

  /** Answers what waits, in its order. Never rejects. */
  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    try {
      for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
        await this.#room();
        await this.#answer(next);
      }
    } catch {
      // In the middle of a body there is no other way to say that no more comes.
      this.#ended = true;
      this.#waiting = [];
    }
    this.#working = false;
    if (this.#ended && !this.#gone) this.#connection.close();
  }

  /** Resolves when the guest has taken most of what was written; with `false` when it will take nothing more. */
  async #room(): Promise<boolean> {
    while (!this.#gone && this.#connection.send_buffer.length > MOST_UNSENT_BYTES) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    return !this.#gone;
  }

  /** Rejects when it fails after its first byte. */
  async #answer(request: ParsedRequest | BadRequest): Promise<void> {
    const before = this.#writes;
    try {
      if (request instanceof BadRequest) throw request;
      await this.#serve(request);
    } catch (error) {
      if (this.#writes > before) throw error;
      this.#ended = true;
      this.#waiting = [];
      const status = error instanceof BadRequest ? '400 Bad Request' : '502 Bad Gateway';
      this.#writeText(request, status, `${messageOf(error)}\n`);
    }
  }

  async #serve(request: ParsedRequest): Promise<void> {
    const { host, path } = destination(request);
    const manifest = await this.#source.manifest();
    const site = own(manifest.hosts, host);
    const file = site && own(site.files, path);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      this.#writeText(request, '405 Method Not Allowed', 'This server is for reading only.\n');
    } else if (file) {
      await this.#writeFile(request, file);
    } else if (site && own(site.files, `${path}/`)) {
      this.#writeText(request, '301 Moved Permanently', '', [['Location', `http://${host}${path}/`]]);
    } else if (site) {
      this.#writeText(request, '404 Not Found', `${host} has nothing at ${path}\n`);
    } else {
      this.#writeText(request, '404 Not Found', endOfInternet(host, manifest));
    }
  }

  async #writeFile(request: ParsedRequest, file: InternetFile): Promise<void> {
    this.#write(
      formatHead('HTTP/1.1 200 OK', [
        ['Content-Type', file.type],
        ['Content-Length', String(file.sizeBytes)],
        ['Server', 'typealong'],
      ]),
    );
    if (request.method === 'HEAD') return;
    // Written in order while the rest is still coming, so that the guest can unpack meanwhile.
    const ahead: (() => Promise<Uint8Array>)[] = [];
    let next = 0;
    for (let index = 0; index < file.chunks.length && !this.#gone; index++) {
      for (; next < Math.min(file.chunks.length, index + CHUNKS_AHEAD); next++) {
        ahead.push(this.#source.chunk(file.chunks[next] ?? ''));
      }
      if (!(await this.#room())) return;
      const chunk = await ahead.shift()?.();
      if (chunk) this.#write(chunk);
    }
  }

  #writeText(
    request: ParsedRequest | BadRequest,
    status: string,
    text: string,
    headers: HeaderList = [],
  ): void {
    const body = new TextEncoder().encode(text);
    this.#write(
      formatHead(`HTTP/1.1 ${status}`, [
        ['Content-Type', 'text/plain; charset=utf-8'],
        ['Content-Length', String(body.length)],
        ['Server', 'typealong'],
        ...(this.#ended ? [['Connection', 'close'] as const] : []),
        ...headers,
      ]),
    );
    const toHead = !(request instanceof BadRequest) && request.method === 'HEAD';
    if (!toHead && body.length > 0) this.#write(body);
  }

  #write(bytes: Uint8Array): void {
    this.#writes++;
    if (!this.#gone) this.#connection.write(bytes);
  }
}

/** Where a request leads. Throws {@link BadRequest} for one that leads nowhere. */
function destination(request: ParsedRequest): { host: string; path: string } {
  const named = headerValue(request.headers, 'host') ?? '';
  const address = request.target.startsWith('/')
    ? `http://${named || 'unknown.invalid'}${request.target}`
    : request.target;
  if (!URL.canParse(address)) throw new BadRequest('That is not a valid web address.');
  const url = new URL(address);
  return { host: url.hostname.toLowerCase(), path: decodePath(url.pathname) };
}

/** An entry of a table, and nothing that every object has. */
function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** `%2B` and `+` are the same file: apt escapes names that pip leaves alone. */
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
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
