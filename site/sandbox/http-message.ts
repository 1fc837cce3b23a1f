/**
 * HTTP/1.1 messages (RFC 9112) as both ends of the sandbox's network need them: requests of the guest, answers of the
 * guest. The guest may send anything: every byte is looked at once, and nothing is kept beyond the limits below.
 */
import { ByteBuffer } from './byte-buffer.ts';

/** Names and values, with a character for each byte of the message. */
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
/** An answer of the guest larger than this is refused: the browser pane is no downloader. */
const LARGEST_BODY_BYTES = 32 * 1024 * 1024;
/** A line between the chunks of a body that is longer than this is refused. */
const LARGEST_CHUNK_LINE_BYTES = 1024;

const CR = 13;
const LF = 10;

/** First value of a header, whatever the case of its name. */
export function headerValue(headers: HeaderList, name: string): string | undefined {
  return headers.find(([key]) => key.toLowerCase() === name)?.[1];
}

/** How many arguments a function is given at once: far fewer than any browser takes. */
const SLICE_BYTES = 8192;

/**
 * Text with a character for each byte, of the byte's number. `TextDecoder` cannot do that: what it calls latin1 is
 * windows-1252, where 80 to 9F are other characters.
 */
export function bytesAsText(bytes: Uint8Array): string {
  let text = '';
  for (let begin = 0; begin < bytes.length; begin += SLICE_BYTES) {
    text += String.fromCharCode(...bytes.subarray(begin, begin + SLICE_BYTES));
  }
  return text;
}

/** A message's head as bytes, a character of the text for each. A line break in a value would start another header: it is taken out. */
export function formatHead(line: string, headers: HeaderList): Uint8Array {
  const lines = headers.map(([name, value]) => `${name}: ${value}`.replace(/[\r\n]/g, ' '));
  const text = `${[line, ...lines].join('\r\n')}\r\n\r\n`;
  return Uint8Array.from(text, (char) => char.charCodeAt(0) & 255);
}

/**
 * Requests out of the guest's bytes, one after the other (bodies are skipped: the virtual internet is for
 * reading). Throws when what arrives is not HTTP.
 */
export class RequestReader {
  #head = new HeadReader();
  #body: BodyReader | null = null;

  push(bytes: Uint8Array): ParsedRequest[] {
    const requests: ParsedRequest[] = [];
    let rest = bytes;
    for (;;) {
      if (this.#body) {
        rest = this.#body.take(rest, ignore);
        if (!this.#body.complete) return requests;
        this.#body = null;
      }
      rest = this.#head.take(rest);
      const head = this.#head.head;
      if (!head) return requests;
      this.#head = new HeadReader();
      const match = /^([A-Z]+) (\S+) HTTP\/1\.[01]$/.exec(head.line);
      if (!match) throw new Error('not an HTTP request');
      const framing = framingOf(head.headers) ?? NO_BODY;
      if (framing.kind === 'until-end') throw new Error('a request whose end nothing shows');
      this.#body = new BodyReader(framing);
      requests.push({ method: match[1] ?? '', target: match[2] ?? '', headers: head.headers });
    }
  }
}

/** One answer out of the guest's bytes. */
export class ResponseReader {
  readonly #toHead: boolean;
  #head = new HeadReader();
  #status: Omit<ParsedResponse, 'body'> | null = null;
  #bodyReader = new BodyReader({ kind: 'until-end' });
  readonly #body = new ByteBuffer(LARGEST_BODY_BYTES, 'the answer is larger than 32 MiB');

  /** `method` of the request: an answer to HEAD has no body. */
  constructor(method: string) {
    this.#toHead = method === 'HEAD';
  }

  /** More bytes. Returns the answer when it is complete; throws when it is no HTTP, or too large. */
  push(bytes: Uint8Array): ParsedResponse | null {
    let rest = bytes;
    while (!this.#status) {
      rest = this.#head.take(rest);
      if (!this.#head.head) return null;
      this.#begin(this.#head.head);
    }
    this.#bodyReader.take(rest, (part) => this.#body.append(part));
    return this.#bodyReader.complete ? this.#answer(this.#status) : null;
  }

  /** The connection ended. Returns the answer when that completes it, `null` when it was cut off. */
  end(): ParsedResponse | null {
    return this.#status && this.#bodyReader.untilEnd ? this.#answer(this.#status) : null;
  }

  #begin({ line, headers }: Head): void {
    const match = /^HTTP\/1\.[01] (\d{3})(?: (.*))?$/.exec(line);
    if (!match) throw new Error('the answer is not HTTP');
    const status = Number(match[1]);
    if (status >= 100 && status < 200) {
      // More of the same answer follows.
      this.#head = new HeadReader();
      return;
    }
    const hasBody = !this.#toHead && status !== 204 && status !== 304;
    const framing = hasBody ? framingOf(headers) : NO_BODY;
    if (framing?.kind === 'length') this.#body.expect(framing.length);
    this.#bodyReader = new BodyReader(framing ?? { kind: 'until-end' });
    this.#status = { status, statusText: match[2] ?? '', headers };
  }

  #answer(status: Omit<ParsedResponse, 'body'>): ParsedResponse {
    return { ...status, body: this.#body.take() };
  }
}

interface Head {
  /** The first line. */
  readonly line: string;
  readonly headers: HeaderList;
}

/** Takes bytes up to the empty line that ends a head. */
class HeadReader {
  readonly #bytes = new ByteBuffer(LARGEST_HEAD_BYTES, 'the head of the message is too long');
  /** How much of CR LF CR LF has been seen. */
  #endSeen = 0;
  #head: Head | null = null;

  /** The head, once it is complete. */
  get head(): Head | null {
    return this.#head;
  }

  /** Returns the bytes after the head. Throws on a head that is no HTTP. */
  take(bytes: Uint8Array): Uint8Array {
    let count = 0;
    while (count < bytes.length && this.#endSeen < 4) {
      const byte = bytes[count++];
      if (byte === (this.#endSeen % 2 === 0 ? CR : LF)) this.#endSeen++;
      else this.#endSeen = byte === CR ? 1 : 0;
    }
    this.#bytes.append(bytes.subarray(0, count));
    if (this.#endSeen === 4) this.#head = parseHead(this.#bytes.take());
    return bytes.subarray(count);
  }
}

function parseHead(bytes: Uint8Array): Head {
  const text = bytesAsText(bytes);
  const [line = '', ...rest] = text.slice(0, -4).split('\r\n');
  const headers = rest.map((header) => {
    const colon = header.indexOf(':');
    if (colon <= 0) throw new Error(`not a header: ${header.slice(0, 80)}`);
    // What no header may hold would make the page's own Headers throw.
    const value = header.slice(colon + 1).replace(/[\0\r\n]/g, ' ');
    return [header.slice(0, colon).trim(), trimBlanks(value)] as const;
  });
  return { line, headers };
}

/** Takes away the blanks of HTTP at both ends; `trim` also takes A0, a byte of many letters in UTF-8. */
export function trimBlanks(text: string): string {
  return text.replace(/^[ \t]+/, '').replace(/(?<![ \t])[ \t]+$/, '');
}

/** How the end of a body is known. */
type Framing =
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'until-end' };

const NO_BODY: Framing = { kind: 'length', length: 0 };

/** What the headers say of the body's end; `null` when nothing. Throws when browsers would refuse what they say. */
function framingOf(headers: HeaderList): Framing | null {
  const codings = allValues(headers, 'transfer-encoding');
  if (codings.length > 0) {
    return { kind: codings.at(-1)?.toLowerCase() === 'chunked' ? 'chunked' : 'until-end' };
  }
  const lengths = new Set(allValues(headers, 'content-length'));
  if (lengths.size === 0) return null;
  const [length = ''] = lengths;
  if (lengths.size > 1) throw new Error('the message has two different lengths');
  if (!/^\d{1,15}$/.test(length)) throw new Error(`not a length: ${length.slice(0, 80)}`);
  return { kind: 'length', length: Number(length) };
}

/** Every value of a header that is a list, in order. */
function allValues(headers: HeaderList, name: string): string[] {
  return headers
    .filter(([key]) => key.toLowerCase() === name)
    .flatMap(([, value]) => value.split(',').map(trimBlanks));
}

type Sink = (part: Uint8Array) => void;

function ignore(): void {}

/** Takes the bytes of one body, and finds where it ends. */
class BodyReader {
  readonly #framing: Framing;
  /** Bytes that are still to come, of the body or of the chunk. */
  #remaining: number;
  #at: 'size' | 'data' | 'data-end' | 'trailer' | 'end' = 'size';
  #line = '';
  #trailerBytes = 0;

  constructor(framing: Framing) {
    this.#framing = framing;
    this.#remaining = framing.kind === 'length' ? framing.length : 0;
  }

  /** Nothing but the end of the connection ends this body. */
  get untilEnd(): boolean {
    return this.#framing.kind === 'until-end';
  }

  get complete(): boolean {
    if (this.#framing.kind === 'length') return this.#remaining === 0;
    return this.#framing.kind === 'chunked' && this.#at === 'end';
  }

  /** Hands the body's bytes to `sink` and returns those after its end. Throws on damaged chunks. */
  take(bytes: Uint8Array, sink: Sink): Uint8Array {
    if (this.#framing.kind === 'length') return this.#pass(bytes, sink);
    if (this.#framing.kind === 'chunked') return this.#takeChunks(bytes, sink);
    sink(bytes);
    return new Uint8Array();
  }

  #pass(bytes: Uint8Array, sink: Sink): Uint8Array {
    const part = bytes.subarray(0, this.#remaining);
    this.#remaining -= part.length;
    if (part.length > 0) sink(part);
    return bytes.subarray(part.length);
  }

  #takeChunks(bytes: Uint8Array, sink: Sink): Uint8Array {
    let rest = bytes;
    while (rest.length > 0 && this.#at !== 'end') {
      if (this.#at === 'data') {
        rest = this.#pass(rest, sink);
        if (this.#remaining === 0) this.#at = 'data-end';
        continue;
      }
      const end = rest.subarray(0, LARGEST_CHUNK_LINE_BYTES).indexOf(LF);
      const part = end < 0 ? rest.subarray(0, LARGEST_CHUNK_LINE_BYTES) : rest.subarray(0, end + 1);
      this.#line += String.fromCharCode(...part);
      rest = rest.subarray(part.length);
      if (this.#line.length > LARGEST_CHUNK_LINE_BYTES) throw damagedChunk();
      if (end < 0) continue;
      if (!this.#line.endsWith('\r\n')) throw damagedChunk();
      this.#takeLine(this.#line.slice(0, -2));
      this.#line = '';
    }
    return rest;
  }

  #takeLine(line: string): void {
    if (this.#at === 'size') {
      const size = /^([\da-f]{1,8})[ \t]*(?:;.*)?$/i.exec(line)?.[1];
      if (size === undefined) throw damagedChunk();
      this.#remaining = Number.parseInt(size, 16);
      this.#at = this.#remaining === 0 ? 'trailer' : 'data';
    } else if (this.#at === 'data-end') {
      if (line !== '') throw damagedChunk();
      this.#at = 'size';
    } else {
      this.#trailerBytes += line.length;
      if (this.#trailerBytes > LARGEST_HEAD_BYTES) throw damagedChunk();
      if (line === '') this.#at = 'end';
    }
  }
}

function damagedChunk(): Error {
  return new Error('the message has a damaged chunk');
}
