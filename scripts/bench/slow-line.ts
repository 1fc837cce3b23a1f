/** A line of limited speed in front of a server, for all of its connections together. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export interface LineSpeed {
  /** Towards the browser, in bits a second. */
  readonly bitsPerSecond: number;
  /** There and back, in milliseconds. */
  readonly roundTripMs: number;
}

/** Bytes that wait for the line; above this the server is not read on. */
const MOST_WAITING = 256 * 1024;

export interface SlowLine {
  readonly origin: string;
  close(): void;
}

/** A line to the server on a port of this computer. */
export async function openSlowLine(port: number, speed: LineSpeed): Promise<SlowLine> {
  const sockets = new Set<Socket>();
  /** When the line is free again, as `performance.now()` tells the time. */
  let freeAt = 0;
  const server: Server = createServer((browser) => {
    const origin = connect(port, 'localhost');
    for (const socket of [browser, origin]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
    }
    browser.on('close', () => origin.destroy());
    const up = new InOrder((bytes) => origin.write(bytes));
    browser.on('data', (bytes) => up.after(speed.roundTripMs / 2, bytes));
    let waiting = 0;
    let hasEnded = false;
    const endIfEmpty = (): void => {
      if (hasEnded && waiting === 0) browser.end();
    };
    const down = new InOrder((bytes) => {
      waiting -= bytes.length;
      if (waiting <= MOST_WAITING) origin.resume();
      browser.write(bytes);
      endIfEmpty();
    });
    origin.on('data', (bytes) => {
      const now = performance.now();
      freeAt = Math.max(freeAt, now) + (bytes.length * 8000) / speed.bitsPerSecond;
      waiting += bytes.length;
      if (waiting > MOST_WAITING) origin.pause();
      down.after(freeAt - now + speed.roundTripMs / 2, bytes);
    });
    origin.on('close', () => {
      hasEnded = true;
      endIfEmpty();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Pieces of one direction: timers of nearly the same time may go off in another order. */
class InOrder {
  readonly #pieces: Buffer[] = [];
  readonly #write: (bytes: Buffer) => void;

  constructor(write: (bytes: Buffer) => void) {
    this.#write = write;
  }

  after(milliseconds: number, bytes: Buffer): void {
    this.#pieces.push(bytes);
    setTimeout(() => {
      const next = this.#pieces.shift();
      if (next) this.#write(next);
    }, milliseconds);
  }
}
