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
    expect(() =>
      new RequestReader().push(bytes(`GET / HTTP/1.1\r\nX: ${'a'.repeat(70_000)}\r\n\r\n`)),
    ).toThrow('too long');
    for (const header of [
      'Content-Length: abc',
      'Content-Length: -5',
      'Content-Length: 2\r\nContent-Length: 5',
      'Transfer-Encoding: gzip',
    ]) {
      expect(() => new RequestReader().push(bytes(`POST / HTTP/1.1\r\n${header}\r\n\r\n`)), header).toThrow();
    }
  });

  it('skips a body of 10 GB, and one in chunks, without keeping it', () => {
    const reader = new RequestReader();
    const size = 10_000_000_000;
    const piece = new Uint8Array(10_000_000);
    expect(reader.push(bytes(`POST /a HTTP/1.1\r\nContent-Length: ${size}\r\n\r\n`))).toHaveLength(1);
    for (let sent = 0; sent < size; sent += piece.length) expect(reader.push(piece)).toEqual([]);
    const chunked = 'POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n';
    expect(reader.push(bytes(`${chunked}GET /c HTTP/1.1\r\n\r\n`)).map(({ target }) => target)).toEqual([
      '/b',
      '/c',
    ]);
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

/** Answers that no browser takes, and that once froze the machine. */
describe('ResponseReader, given a hostile answer', () => {
  const OK = 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n';

  it('refuses a chunk of negative size', () => {
    const answer = `${OK}Transfer-Encoding: chunked\r\n\r\n-2\r\n-2\r\n-2\r\n`;
    expect(() => readSlowly(answer)).toThrow('damaged chunk');
    expect(() => new ResponseReader('GET').push(bytes(answer))).toThrow('damaged chunk');
  });

  it('refuses a chunked body without line ends after 1 KiB', () => {
    const reader = new ResponseReader('GET');
    reader.push(bytes(`${OK}Transfer-Encoding: chunked\r\n\r\n`));
    expect(() => reader.push(new Uint8Array(1025).fill(97))).toThrow('damaged chunk');
  });

  it('refuses at once a length that is too large', () => {
    expect(() => new ResponseReader('GET').push(bytes(`${OK}Content-Length: 99999999999\r\n\r\n`))).toThrow(
      '32 MiB',
    );
  });

  it('refuses a body that grows too large, whatever ends it', () => {
    for (const framing of ['Transfer-Encoding: chunked\r\n\r\n7fffffff\r\n', '\r\n']) {
      const reader = new ResponseReader('GET');
      reader.push(bytes(OK + framing));
      const piece = new Uint8Array(1024 * 1024).fill(97);
      for (let sent = 0; sent < 32; sent++) reader.push(piece);
      expect(() => reader.push(Uint8Array.of(97))).toThrow('32 MiB');
    }
  });

  it('refuses lengths that are none, and two that differ', () => {
    for (const lengths of ['abc', '-5', '+5', '5.0', '', '2\r\nContent-Length: 5', '2, 5', '1'.repeat(16)]) {
      expect(() => readSlowly(`${OK}Content-Length: ${lengths}\r\n\r\nhello`), lengths).toThrow('length');
    }
    expect(text(readSlowly(`${OK}Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello`)?.body)).toBe('hello');
  });

  it('refuses chunk sizes that are none, and chunks that are longer than they say', () => {
    for (const chunks of ['', ' 1', '0x1', '1 1', '123456789', '1\r\naa', '1\n\r\na']) {
      expect(() => readSlowly(`${OK}Transfer-Encoding: chunked\r\n\r\n${chunks}\r\n\r\n`), chunks).toThrow(
        'damaged chunk',
      );
    }
  });

  it('takes trailers, up to a limit', () => {
    const chunked = `${OK}Transfer-Encoding: gzip, Chunked\r\n\r\n1 ; x="y"\r\na\r\n0\r\n`;
    expect(text(readSlowly(`${chunked}Checksum: 1\r\nOther: 2\r\n\r\n`)?.body)).toBe('a');
    expect(() => readSlowly(`${chunked}${`A: ${'b'.repeat(1000)}\r\n`.repeat(70)}`)).toThrow('damaged chunk');
  });

  it('puts a body together out of the smallest chunks', () => {
    const reader = new ResponseReader('GET');
    reader.push(bytes(`${OK}Transfer-Encoding: chunked\r\n\r\n`));
    const piece = bytes('1\r\na\r\n'.repeat(5000));
    for (let count = 0; count < 10; count++) reader.push(piece);
    expect(reader.push(bytes('0\r\n\r\n'))?.body).toEqual(new Uint8Array(50_000).fill(97));
  });

  it('looks at the limit of a head whenever bytes arrive', () => {
    expect(() => new ResponseReader('GET').push(bytes(`${OK}X: ${'a'.repeat(70_000)}\r\n\r\n`))).toThrow(
      'too long',
    );
  });

  it('leaves nothing in a header that another header could not hold', () => {
    expect(readSlowly(`${OK}X: a\0b\nc\r\n\r\n`)?.headers.at(-1)).toEqual(['X', 'a b c']);
  });
});

describe('formatHead', () => {
  it('lets no value begin another header', () => {
    expect(text(formatHead('GET / HTTP/1.1', [['Host', 'a\r\nEvil: 1']]))).toBe(
      'GET / HTTP/1.1\r\nHost: a  Evil: 1\r\n\r\n',
    );
  });
});

describe('the bytes of a head', () => {
  // What ends a line, or cannot stand in a header, becomes a blank.
  const forbidden = new Set([0, 10, 13]);
  const sent = Uint8Array.from({ length: 256 }, (_, byte) => (forbidden.has(byte) ? 32 : byte));
  const value = String.fromCharCode(...sent);

  it('are the characters of a value, each of them, in both directions', () => {
    const head = formatHead('HTTP/1.1 200 OK', [
      ['X', `<${value}>`],
      ['Content-Length', '0'],
    ]);
    expect([...head.subarray('HTTP/1.1 200 OK\r\nX: <'.length).subarray(0, 256)]).toEqual([...sent]);
    expect(new ResponseReader('GET').push(head)?.headers[0]).toEqual(['X', `<${value}>`]);
    const request = formatHead('GET / HTTP/1.1', [['X', `<${value}>`]]);
    expect(new RequestReader().push(request)[0]?.headers[0]).toEqual(['X', `<${value}>`]);
  });

  it('stay what they are in a cookie in UTF-8 that comes and goes back', () => {
    const cookie = new TextEncoder().encode('name=Äpfel');
    const answer = [...bytes('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nSet-Cookie: '), ...cookie];
    const response = new ResponseReader('GET').push(Uint8Array.of(...answer, ...bytes('\r\n\r\n')));
    const [, received = ''] = response?.headers[1] ?? [];
    expect(text(formatHead('GET / HTTP/1.1', [['Cookie', received]]))).toContain('Cookie: name=Äpfel\r\n');
  });

  it('stay at the end of a value, also where Unicode has a blank', () => {
    const head = formatHead('GET / HTTP/1.1', [['X', ' \t\xa0voil\xc3\xa0 \t']]);
    expect(new RequestReader().push(head)[0]?.headers[0]?.[1]).toBe('\xa0voil\xc3\xa0');
  });

  it('may be many', () => {
    const long = 'é'.repeat(60_000);
    const head = formatHead('GET / HTTP/1.1', [['X', long]]);
    expect(new RequestReader().push(head)[0]?.headers[0]?.[1]).toBe(long);
  });
});
