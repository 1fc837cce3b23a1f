import { describe, expect, it } from 'vitest';
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
  chunk: (hash) => Promise.resolve(new TextEncoder().encode(hash)),
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
    expect((await ask('\x16\x03\x01\r\n\r\n', '400 Bad Request')).closed).toBe(true);
    await ask('POST / HTTP/1.1\r\nHost: pypi.org\r\nContent-Length: 0\r\n\r\n', '405 Method Not Allowed');
  });
});
