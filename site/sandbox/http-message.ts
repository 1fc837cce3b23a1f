/** HTTP/1.1 messages (RFC 9112) as both ends of the sandbox's network need them: requests of the guest, answers of the guest. */

export type HeaderList = readonly (readonly [name: string, value: string])[];

export interface ParsedRequest {
  readonly method: string;
  /** As in the request line: `/path?query`, or an absolute URL when the guest uses a proxy. */
  readonly target: string;
  readonly headers: HeaderList;
}

export interface ParsedResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: HeaderList;
  readonly body: Uint8Array;
}

/** A head larger than this is refused. */
const LARGEST_HEAD_BYTES = 64 * 1024;
/** An answer of the guest larger than this is cut off with an error: the browser pane is no downloader. */
const LARGEST_BODY_BYTES = 32 * 1024 * 1024;

/** Bytes that arrive in pieces. */
class ByteQueue {
  #bytes = new Uint8Array(4096);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(piece: Uint8Array): void {
    if (this.#length + piece.length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + piece.length));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(piece, this.#length);
    this.#length += piece.length;
  }

  /** Takes the first `count` bytes away. */
  take(count: number): Uint8Array {
    const taken = this.#bytes.slice(0, count);
    this.#bytes.copyWithin(0, count, this.#length);
    this.#length -= count;
    return taken;
  }

  /** The first `count` bytes, left where they are. */
  peek(count: number): Uint8Array {
    return this.#bytes.slice(0, count);
  }

  /** Position of a byte sequence, or -1. */
  indexOf(sequence: readonly number[], from = 0): number {
    for (let i = from; i + sequence.length <= this.#length; i++) {
      if (sequence.every((byte, offset) => this.#bytes[i + offset] === byte)) return i;
    }
    return -1;
  }
}

const CRLF = [13, 10] as const;
const CRLF_CRLF = [13, 10, 13, 10] as const;

/** The head of a message when it is complete: its first line and its headers. Throws on a head that is no HTTP. */
function takeHead(queue: ByteQueue): { line: string; headers: HeaderList } | null {
  const end = queue.indexOf(CRLF_CRLF);
  if (end < 0) {
    if (queue.length > LARGEST_HEAD_BYTES) throw new Error('the head of the message is too long');
    return null;
  }
  const text = new TextDecoder('latin1').decode(queue.take(end + 4));
  const [line = '', ...rest] = text.slice(0, -4).split('\r\n');
  const headers = rest.map((header) => {
    const colon = header.indexOf(':');
    if (colon <= 0) throw new Error(`not a header: ${header.slice(0, 80)}`);
    return [header.slice(0, colon).trim(), header.slice(colon + 1).trim()] as const;
  });
  return { line, headers };
}

/** First value of a header, whatever the case of its name. */
export function headerValue(headers: HeaderList, name: string): string | undefined {
  return headers.find(([key]) => key.toLowerCase() === name)?.[1];
}

/**
 * Requests out of the guest's bytes, one after the other (bodies are skipped: the virtual internet is for
 * reading). Throws when what arrives is not HTTP.
 */
export class RequestReader {
  readonly #queue = new ByteQueue();
  #skip = 0;

  push(bytes: Uint8Array): ParsedRequest[] {
    this.#queue.push(bytes);
    const requests: ParsedRequest[] = [];
    for (;;) {
      if (this.#skip > 0) {
        const count = Math.min(this.#skip, this.#queue.length);
        this.#queue.take(count);
        this.#skip -= count;
        if (this.#skip > 0) return requests;
      }
      const head = takeHead(this.#queue);
      if (!head) return requests;
      const match = /^([A-Z]+) (\S+) HTTP\/1\.[01]$/.exec(head.line);
      if (!match) throw new Error('not an HTTP request');
      this.#skip = Number(headerValue(head.headers, 'content-length') ?? 0);
      requests.push({ method: match[1] ?? '', target: match[2] ?? '', headers: head.headers });
    }
  }
}

/** One answer out of the guest's bytes. */
export class ResponseReader {
  readonly #queue = new ByteQueue();
  readonly #toHead: boolean;
  #head: { status: number; statusText: string; headers: HeaderList } | null = null;
  #body: Uint8Array[] = [];
  #bodyLength = 0;

  /** `method` of the request: an answer to HEAD has no body. */
  constructor(method: string) {
    this.#toHead = method === 'HEAD';
  }

  /** True once anything of the answer has arrived. */
  get started(): boolean {
    return this.#head !== null || this.#queue.length > 0;
  }

  /** More bytes. Returns the answer when it is complete; throws when it is no HTTP. */
  push(bytes: Uint8Array): ParsedResponse | null {
    this.#queue.push(bytes);
    return this.#advance();
  }

  /** The connection ended. Returns the answer when that completes it, `null` when it was cut off. */
  end(): ParsedResponse | null {
    const head = this.#head;
    if (!head) return null;
    const delimited = headerValue(head.headers, 'content-length') !== undefined || isChunked(head.headers);
    if (delimited) return null;
    this.#keep(this.#queue.length);
    return this.#complete(head);
  }

  #advance(): ParsedResponse | null {
    if (!this.#head) {
      const head = takeHead(this.#queue);
      if (!head) return null;
      const match = /^HTTP\/1\.[01] (\d{3})(?: (.*))?$/.exec(head.line);
      if (!match) throw new Error('the answer is not HTTP');
      const status = Number(match[1]);
      if (status >= 100 && status < 200) return this.#advance();
      this.#head = { status, statusText: match[2] ?? '', headers: head.headers };
    }
    const head = this.#head;
    if (this.#toHead || head.status === 204 || head.status === 304) return this.#complete(head);
    if (isChunked(head.headers)) return this.#advanceChunks(head);
    const length = headerValue(head.headers, 'content-length');
    if (length === undefined) {
      this.#keep(this.#queue.length);
      return null;
    }
    if (this.#queue.length < Number(length)) return null;
    this.#keep(Number(length));
    return this.#complete(head);
  }

  #advanceChunks(head: { status: number; statusText: string; headers: HeaderList }): ParsedResponse | null {
    for (;;) {
      const end = this.#queue.indexOf(CRLF);
      if (end < 0) return null;
      const line = new TextDecoder().decode(this.#queue.peek(end));
      const size = Number.parseInt(line, 16);
      if (Number.isNaN(size)) throw new Error('the answer has a damaged chunk');
      if (this.#queue.length < end + 2 + size + 2) return null;
      this.#queue.take(end + 2);
      if (size === 0) return this.#complete(head);
      this.#keep(size);
      this.#queue.take(2);
    }
  }

  #keep(count: number): void {
    this.#bodyLength += count;
    if (this.#bodyLength > LARGEST_BODY_BYTES) throw new Error('the answer is larger than 32 MiB');
    this.#body.push(this.#queue.take(count));
  }

  #complete(head: { status: number; statusText: string; headers: HeaderList }): ParsedResponse {
    const body = new Uint8Array(this.#bodyLength);
    let offset = 0;
    for (const piece of this.#body) {
      body.set(piece, offset);
      offset += piece.length;
    }
    return { ...head, body };
  }
}

function isChunked(headers: HeaderList): boolean {
  return (headerValue(headers, 'transfer-encoding') ?? '').toLowerCase().includes('chunked');
}

/** A message's head as bytes. A line break in a value would start another header: it is taken out. */
export function formatHead(line: string, headers: HeaderList): Uint8Array {
  const lines = headers.map(([name, value]) => `${name}: ${value}`.replace(/[\r\n]/g, ' '));
  const text = `${[line, ...lines].join('\r\n')}\r\n\r\n`;
  return Uint8Array.from(text, (char) => char.charCodeAt(0) & 255);
}
