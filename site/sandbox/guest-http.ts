/** Requests from the page into the guest, over TCP and through the guest's firewall. */
import { ResponseReader, formatHead, type HeaderList } from './http-message.ts';
import type { TcpConnection } from './emulator.ts';
import type { HttpOutcome, HttpRequest } from './types.ts';

/** As patient as a browser would be: an application that has just been started takes seconds to load. */
const DEFAULT_TIMEOUT_MS = 30_000;
/** No network lies between: a guest that has not accepted a connection by then drops it. */
const CONNECT_TIMEOUT_MS = 3000;
/** Headers that we set ourselves. */
const OWN_HEADERS = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'accept-encoding']);

/**
 * Sends a request and reads the answer. Never rejects for what the guest does: every end is an outcome.
 * `open` makes a connection to a port of the guest; the caller connects it.
 */
export function requestGuest(
  open: (port: number) => TcpConnection,
  request: HttpRequest,
): Promise<HttpOutcome> {
  const url = new URL(request.url);
  if (url.protocol !== 'http:') {
    return Promise.resolve({ kind: 'broken', message: 'Only http:// reaches this machine.' });
  }
  const connection = open(url.port === '' ? 80 : Number(url.port));
  const reader = new ResponseReader(request.method);
  return new Promise((resolve) => {
    let connected = false;
    let ended = false;
    const finish = (outcome: HttpOutcome): void => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      resolve(outcome);
    };
    const giveUp = (): void => {
      // The guest may answer later: it then gets a reset, since the connection is unknown.
      connection.release();
      finish({ kind: 'timeout', phase: connected ? 'answer' : 'connect' });
    };
    const timeoutMs = request.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    let timer = setTimeout(giveUp, Math.min(timeoutMs, CONNECT_TIMEOUT_MS));
    connection.on('connect', () => {
      connected = true;
      clearTimeout(timer);
      timer = setTimeout(giveUp, timeoutMs);
      connection.write(requestBytes(request, url));
    });
    connection.on('data', (data) => {
      if (ended) return;
      try {
        const response = reader.push(data);
        if (!response) return;
        finish({ kind: 'response', ...response });
      } catch (error) {
        finish({ kind: 'broken', message: error instanceof Error ? error.message : String(error) });
      }
      connection.close();
    });
    connection.on('shutdown', () => {
      const response = reader.end();
      finish(
        response
          ? { kind: 'response', ...response }
          : { kind: 'broken', message: 'The connection was closed before the answer was complete.' },
      );
      connection.close();
    });
    connection.on('close', () => {
      finish(connected ? { kind: 'broken', message: 'The connection was reset.' } : { kind: 'refused' });
    });
    connection.connect();
  });
}

function requestBytes(request: HttpRequest, url: URL): Uint8Array {
  const passed = Object.entries(request.headers ?? {}).filter(
    ([name]) => !OWN_HEADERS.has(name.toLowerCase()),
  );
  const headers: HeaderList = [
    ['Host', url.host],
    ...passed,
    ['Connection', 'close'],
    ...(request.body ? [['Content-Length', String(request.body.length)] as const] : []),
  ];
  const head = formatHead(`${request.method} ${url.pathname}${url.search} HTTP/1.1`, headers);
  if (!request.body) return head;
  const bytes = new Uint8Array(head.length + request.body.length);
  bytes.set(head);
  bytes.set(request.body, head.length);
  return bytes;
}
