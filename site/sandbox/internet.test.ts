import { describe, expect, it, vi } from 'vitest';
import { FakeTcp } from './fake-tcp.ts';
import { serveConnection, type InternetSource } from './internet.ts';

const source: InternetSource = {
  manifest: () =>
    Promise.resolve({
      format: 1,
      hosts: {
        'pypi.org': {
          description: 'the Python package index',
          files: {
            '/simple/flask/': { sizeBytes: 6, chunks: ['one', 'two'], transferBytes: 6, type: 'text/html' },
            '/pool/g++_1.deb': { sizeBytes: 3, chunks: ['one'], transferBytes: 3, type: 'application/x' },
          },
        },
      },
    }),
  chunk: (hash) => () => Promise.resolve(new TextEncoder().encode(hash)),
};

async function ask(request: string, until: string): Promise<FakeTcp> {
  const connection = new FakeTcp();
  serveConnection(connection, source);
  connection.emit('data', request);
  await connection.untilWritten(until);
  return connection;
}

describe('the virtual internet', () => {
  it('serves a file with its length and keeps the connection', async () => {
    const connection = await ask('GET /simple/flask/ HTTP/1.1\r\nHost: pypi.org\r\n\r\n', 'onetwo');
    expect(connection.written).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(connection.written).toContain('Content-Length: 6\r\n');
    expect(connection.closed).toBe(false);
    connection.emit('data', 'GET /nothing HTTP/1.1\r\nHost: pypi.org\r\n\r\n');
    await connection.untilWritten('404 Not Found');
  });

  it('answers requests in their order', async () => {
    const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: pypi.org\r\n\r\n`;
    const connection = await ask(get('/simple/flask/') + get('/x'), 'nothing at /x');
    expect(connection.written.indexOf('onetwo')).toBeLessThan(connection.written.indexOf('nothing at /x'));
  });

  it('finds a file whose name apt has escaped', async () => {
    await ask('GET /pool/g%2b%2b_1.deb HTTP/1.1\r\nHost: PyPI.org\r\n\r\n', '\r\n\r\none');
  });

  it('sends no body after HEAD', async () => {
    const connection = await ask(
      'HEAD /simple/flask/ HTTP/1.1\r\nHost: pypi.org\r\n\r\n',
      'Content-Length: 6',
    );
    expect(connection.written).not.toContain('onetwo');
  });

  it('leads from a folder without its slash to the one with it', async () => {
    await ask(
      'GET /simple/flask HTTP/1.1\r\nHost: pypi.org\r\n\r\n',
      'Location: http://pypi.org/simple/flask/',
    );
  });

  it('says where it ends, and what it holds', async () => {
    const connection = await ask('GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n', 'pypi.org');
    expect(connection.written).toContain('www.example.com is not part of this sandbox');
    expect(connection.written).toContain('the Python package index');
  });

  it('closes when the guest does, after the last answer', async () => {
    const connection = await ask('GET /simple/flask/ HTTP/1.1\r\nHost: pypi.org\r\n\r\n', 'onetwo');
    connection.emit('shutdown');
    await Promise.resolve().then(() => {});
    await new Promise((resolve) => setImmediate(resolve));
    expect(connection.closed).toBe(true);
  });

  it('refuses what is not HTTP, and requests that want to change something', async () => {
    const refused = await ask('\x16\x03\x01\r\n\r\n', '400 Bad Request');
    await vi.waitFor(() => expect(refused.closed).toBe(true));
    await ask('POST / HTTP/1.1\r\nHost: pypi.org\r\nContent-Length: 0\r\n\r\n', '405 Method Not Allowed');
  });

  it('answers what is no address with 400, and names that every object has like any other', async () => {
    const bad = await ask('GET / HTTP/1.1\r\nHost: a b\r\n\r\n', '400 Bad Request');
    await vi.waitFor(() => expect(bad.closed).toBe(true));
    await ask('GET / HTTP/1.1\r\nHost: constructor\r\n\r\n', 'constructor is not part of this sandbox');
    await ask('GET /constructor HTTP/1.1\r\nHost: pypi.org\r\n\r\n', 'nothing at /constructor');
    await ask('OPTIONS * HTTP/1.1\r\nHost: pypi.org\r\n\r\n', '400 Bad Request');
  });

  it('says so when its table cannot be had, and closes', async () => {
    const connection = new FakeTcp();
    serveConnection(connection, { ...source, manifest: () => Promise.reject(new Error('no network')) });
    connection.emit('data', 'GET / HTTP/1.1\r\nHost: pypi.org\r\n\r\n'.repeat(2));
    await connection.untilWritten('no network');
    await vi.waitFor(() => expect(connection.closed).toBe(true));
    expect(connection.written).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n/);
    expect(connection.written.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  it('ends the connection when a file breaks off', async () => {
    const connection = new FakeTcp();
    const chunk = (hash: string) =>
      hash === 'two' ? () => Promise.reject(new Error('no network')) : source.chunk(hash);
    serveConnection(connection, { ...source, chunk });
    connection.emit('data', 'GET /simple/flask/ HTTP/1.1\r\nHost: pypi.org\r\n\r\n'.repeat(2));
    await vi.waitFor(() => expect(connection.closed).toBe(true));
    expect(connection.written).toMatch(/one$/);
    expect(connection.written.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  it('fetches and writes no more of a file than the guest has room for', async () => {
    const { connection, asked } = download();
    await connection.untilWritten('chunk0');
    connection.send_buffer.length = 1_000_000;
    const settled = () => new Promise((resolve) => setImmediate(resolve));
    await settled();
    const written = connection.written.length;
    expect(asked()).toBeLessThanOrEqual(6);
    connection.emit('drain');
    await settled();
    expect(connection.written).toHaveLength(written);
    connection.send_buffer.length = 0;
    connection.emit('drain');
    await connection.untilWritten('chunk99');
  });

  it('waits for a chunk only when its turn has come', async () => {
    const connection = new FakeTcp();
    const events: string[] = [];
    const arrive = new Map<string, () => void>();
    serveConnection(connection, {
      ...source,
      chunk: (hash) => {
        events.push(`fetch ${hash}`);
        return () => {
          events.push(`wait ${hash}`);
          return new Promise((resolve) => arrive.set(hash, () => resolve(new Uint8Array(1))));
        };
      },
    });
    connection.emit('data', 'GET /simple/flask/ HTTP/1.1\r\nHost: pypi.org\r\n\r\n');
    await vi.waitFor(() => expect(events).toEqual(['fetch one', 'fetch two', 'wait one']));
    arrive.get('one')?.();
    await vi.waitFor(() => expect(events.at(-1)).toBe('wait two'));
  });

  it('stops when the connection is no more', async () => {
    const { connection, asked } = download();
    await connection.untilWritten('chunk0');
    connection.send_buffer.length = 1_000_000;
    await new Promise((resolve) => setImmediate(resolve));
    connection.emit('close');
    const written = connection.written.length;
    await new Promise((resolve) => setImmediate(resolve));
    expect(connection.written).toHaveLength(written);
    expect(asked()).toBeLessThanOrEqual(6);
    expect(connection.closed).toBe(false);
  });

  it('answers some of 100,000 requests that come without waiting, and closes', async () => {
    const connection = new FakeTcp();
    serveConnection(connection, source);
    const segment = 'GET /x HTTP/1.1\r\nHost: pypi.org\r\n\r\n'.repeat(1000);
    for (let count = 0; count < 100; count++) connection.emit('data', segment);
    await vi.waitFor(() => expect(connection.closed).toBe(true));
    expect(connection.written.match(/nothing at/g)).toHaveLength(64);
  });

  it('answers nothing more to a guest that does not read the answers', async () => {
    const connection = new FakeTcp();
    connection.send_buffer.length = 1_000_000;
    serveConnection(connection, source);
    connection.emit('data', 'GET /x HTTP/1.1\r\nHost: pypi.org\r\n\r\n');
    await new Promise((resolve) => setImmediate(resolve));
    expect(connection.written).toBe('');
  });
});

/** A file of a hundred chunks on its way, and how many of them have been asked for. */
function download(): { connection: FakeTcp; asked: () => number } {
  const connection = new FakeTcp();
  const chunks = Array.from({ length: 100 }, (_, index) => `chunk${index}`);
  let asked = 0;
  serveConnection(connection, {
    manifest: () =>
      Promise.resolve({
        format: 1,
        hosts: {
          'pypi.org': {
            description: '',
            files: { '/large': { sizeBytes: 790, chunks, transferBytes: 790, type: 'text/plain' } },
          },
        },
      }),
    chunk: (hash) => {
      asked++;
      return source.chunk(hash);
    },
  });
  connection.emit('data', 'GET /large HTTP/1.1\r\nHost: pypi.org\r\n\r\n');
  return { connection, asked: () => asked };
}
