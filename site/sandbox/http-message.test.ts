import { describe, expect, it } from 'vitest';
import { RequestReader, ResponseReader, formatHead } from './http-message.ts';

const bytes = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const text = (body: Uint8Array | undefined) => new TextDecoder().decode(body);

/** Feeds an answer a byte at a time, as the worst network would. */
function readSlowly(answer: string, method = 'GET') {
  const reader = new ResponseReader(method);
  for (const byte of bytes(answer)) {
    const response = reader.push(Uint8Array.of(byte));
    if (response) return response;
  }
  return reader.end();
}

describe('RequestReader', () => {
  it('reads requests one after the other, whatever the pieces', () => {
    const reader = new RequestReader();
    const all =
      'GET /a?b=1 HTTP/1.1\r\nHost: pypi.org\r\n\r\nPOST /c HTTP/1.1\r\nContent-Length: 3\r\n\r\nxyzHEAD /d HTTP/1.0\r\n\r\n';
    const requests = [...all].flatMap((char) => reader.push(bytes(char)));
    expect(requests.map(({ method, target }) => `${method} ${target}`)).toEqual([
      'GET /a?b=1',
      'POST /c',
      'HEAD /d',
    ]);
    expect(requests[0]?.headers).toEqual([['Host', 'pypi.org']]);
  });

  it('refuses what is not HTTP', () => {
    expect(() => new RequestReader().push(bytes('SSH-2.0-OpenSSH_9.2\r\n\r\n'))).toThrow(
      'not an HTTP request',
    );
    expect(() => new RequestReader().push(new Uint8Array(70_000).fill(65))).toThrow('too long');
  });
});

describe('ResponseReader', () => {
  it('reads a body of known length', () => {
    const response = readSlowly(
      'HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\nno',
    );
    expect(response).toMatchObject({ status: 404, statusText: 'Not Found' });
    expect(response?.headers.filter(([name]) => name === 'Set-Cookie')).toHaveLength(2);
    expect(text(response?.body)).toBe('no');
  });

  it('reads a chunked body', () => {
    const response = readSlowly(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nWiki\r\n5;x=y\r\npedia\r\n0\r\n\r\n',
    );
    expect(text(response?.body)).toBe('Wikipedia');
  });

  it('reads a body that ends with the connection', () => {
    expect(text(readSlowly('HTTP/1.0 200 OK\r\nServer: x\r\n\r\nall of it')?.body)).toBe('all of it');
  });

  it('takes no body after HEAD, 204 and 304, and passes over 100', () => {
    expect(readSlowly('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n', 'HEAD')?.status).toBe(200);
    expect(readSlowly('HTTP/1.1 304 Not Modified\r\n\r\n')?.status).toBe(304);
    expect(
      readSlowly('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')?.status,
    ).toBe(200);
  });

  it('knows an answer that was cut off', () => {
    expect(readSlowly('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc')).toBeNull();
    expect(readSlowly('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nWi')).toBeNull();
  });

  it('refuses what is not HTTP', () => {
    expect(() => readSlowly('\x15\x03\x01 nonsense\r\n\r\n')).toThrow('not HTTP');
    expect(() => readSlowly('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n')).toThrow(
      'damaged chunk',
    );
  });
});

describe('formatHead', () => {
  it('lets no value begin another header', () => {
    expect(text(formatHead('GET / HTTP/1.1', [['Host', 'a\r\nEvil: 1']]))).toBe(
      'GET / HTTP/1.1\r\nHost: a  Evil: 1\r\n\r\n',
    );
  });
});
