/** Requests from the page into the guest, over TCP and through the guest's firewall. */
import { concatenate } from './bytes.ts';
import { ResponseReader, formatHead, type HeaderList } from './http-message.ts';
import { afterRunning } from './running-time.ts';
import type { TcpConnection } from './emulator.ts';
import type { HttpOutcome, HttpRequest } from './types.ts';

/** As patient as a browser would be: an application that has just been started takes seconds to load. */
const DEFAULT_TIMEOUT_MS = 30_000;
/** No network lies between: a guest that runs and has not accepted a connection by then drops it. */
const CONNECT_TIMEOUT_MS = 3000;
/** How long the guest may leave a connection open after its answer, although it was asked not to. Milliseconds. */
const CLOSE_TIMEOUT_MS = 1000;
/** Headers that we set ourselves. */
const OWN_HEADERS = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'accept-encoding']);

/**
 * Sends a request and reads the answer. Never rejects for what the guest does: every end is an outcome.
 * `open` makes a connection to a port of the guest; the caller connects it. Time in which the guest stands still does
 * not count. `onOutcome` hears of what came of the connection in the very turn of the guest in which it comes; whoever
 * waits for the promise hears of it when the guest's slice of time is over.
 */
export function requestGuest(
  open: (port: number) => TcpConnection,
  request: HttpRequest,
  standsStill: () => boolean,
  onOutcome: (outcome: HttpOutcome) => void = () => {},
): Promise<HttpOutcome> {
  const url = URL.canParse(request.url) ? new URL(request.url) : null;
  if (url?.protocol !== 'http:') {
    return Promise.resolve({ kind: 'broken', message: 'Only http:// reaches this machine.' });
  }
  let connection: TcpConnection;
  try {
    connection = open(url.port === '' ? 80 : Number(url.port));
  } catch (error) {
    return Promise.resolve(broken(error));
  }
  const reader = new ResponseReader(request.method);
  return new Promise((resolve) => {
    let connected = false;
    let ended = false;
    const finish = (outcome: HttpOutcome): void => {
      if (ended) return;
      ended = true;
      cancelTimer();
      onOutcome(outcome);
      resolve(outcome);
    };
    /** Nothing more is wanted. Whatever the guest still sends gets a reset, since the connection is unknown. */
    const giveUp = (outcome: HttpOutcome): void => {
      connection.release();
      finish(outcome);
    };
    const timeOut = (): void => giveUp({ kind: 'timeout', phase: connected ? 'answer' : 'connect' });
    const timeoutMs = request.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    let cancelTimer = afterRunning(Math.min(timeoutMs, CONNECT_TIMEOUT_MS), standsStill, timeOut);
    connection.on('connect', () => {
      if (ended) return;
      connected = true;
      cancelTimer();
      cancelTimer = afterRunning(timeoutMs, standsStill, timeOut);
      connection.write(requestBytes(request, url));
    });
    connection.on('data', (data) => {
      if (ended) {
        cancelTimer();
        connection.release();
        return;
      }
      try {
        const response = reader.push(data);
        if (!response) return;
        finish({ kind: 'response', ...response });
        // A guest that closes first is spared a packet for the page's end, and another for its own.
        cancelTimer = afterRunning(CLOSE_TIMEOUT_MS, standsStill, () => connection.close());
      } catch (error) {
        giveUp(broken(error));
      }
    });
    connection.on('shutdown', () => {
      cancelTimer();
      const response = reader.end();
      finish(
        response
          ? { kind: 'response', ...response }
          : { kind: 'broken', message: 'The connection was closed before the answer was complete.' },
      );
      connection.close();
    });
    connection.on('close', () => {
      cancelTimer();
      finish(connected ? { kind: 'broken', message: 'The connection was reset.' } : { kind: 'refused' });
    });
    connection.connect();
  });
}

function broken(error: unknown): HttpOutcome {
  return { kind: 'broken', message: error instanceof Error ? error.message : String(error) };
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
  return request.body ? concatenate([head, request.body]) : head;
}
