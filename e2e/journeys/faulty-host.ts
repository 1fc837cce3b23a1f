/** The built site behind a host that does to some of its files what bad networks and bad hosts do. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { hostInFront, type HostInFront, type Pass } from '../host-in-front.ts';

export type Fault =
  /** The connection breaks off before the answer. */
  | 'cut'
  /** Every second connection does. */
  | 'flapping'
  | 404
  | 500
  /** Another file, with status 200. */
  | 'wrong'
  /** No answer ever comes. */
  | 'silent'
  /** Half of the file comes, and nothing after it. */
  | 'stalled'
  /** A kilobyte at a time. */
  | 'slow';

export class FaultyHost {
  #host: HostInFront | null = null;
  #fault: { readonly of: RegExp; readonly fault: Fault } | null = null;
  readonly #healed = new Set<() => void>();
  #count = 0;

  private constructor() {}

  /** `origin`: where the site is served without faults. */
  static async open(origin: string): Promise<FaultyHost> {
    const host = new FaultyHost();
    host.#host = await hostInFront(origin, (...asked) => host.#answer(...asked));
    return host;
  }

  /** Address of the site, with its base. */
  get address(): string {
    return this.#host?.address ?? '';
  }

  /** From now on files whose path matches are struck. */
  strike(of: RegExp, fault: Fault): void {
    this.#fault = { of, fault };
    this.#count = 0;
  }

  /** How many requests were struck since {@link strike}. */
  get struck(): number {
    return this.#count;
  }

  /** All is well again. What was slow is sent whole; what was silent stays so, as a half-open connection does. */
  heal(): void {
    this.#fault = null;
    for (const send of this.#healed) send();
    this.#healed.clear();
  }

  close(): void {
    this.#host?.close();
  }

  #answer(incoming: IncomingMessage, outgoing: ServerResponse, pass: Pass): void {
    const fault = this.#fault?.of.test(incoming.url ?? '') === true ? this.#fault.fault : null;
    if (fault !== null) this.#count++;
    switch (fault) {
      case 'silent':
        return;
      case 'cut':
        incoming.socket.destroy();
        return;
      case 404:
      case 500:
        outgoing.writeHead(fault, { 'Content-Type': 'text/html' });
        outgoing.end('<h1>An error of the host</h1>');
        return;
      case 'wrong':
        outgoing.writeHead(200, { 'Content-Type': 'text/html' });
        outgoing.end('<h1>Sign in to the network of this hotel</h1>');
        return;
      case 'flapping':
        if (this.#count % 2 === 1) incoming.socket.destroy();
        else pass();
        return;
      case 'stalled':
        pass((answer, to) => whole(answer, (body) => to.write(body.subarray(0, body.length >> 1))));
        return;
      case 'slow':
        pass((answer, to) => whole(answer, (body) => this.#trickle(body, to)));
        return;
      case null:
        pass();
    }
  }

  #trickle(body: Buffer, outgoing: ServerResponse): void {
    let at = 0;
    const timer = setInterval(() => {
      outgoing.write(body.subarray(at, at + 1024));
      at += 1024;
      if (at >= body.length) end();
    }, 250);
    const end = (): void => {
      clearInterval(timer);
      this.#healed.delete(end);
      outgoing.end(body.subarray(at));
    };
    outgoing.on('close', () => clearInterval(timer));
    this.#healed.add(end);
  }
}

function whole(answer: IncomingMessage, then: (body: Buffer) => void): void {
  const pieces: Buffer[] = [];
  answer.on('data', (piece: Buffer) => pieces.push(piece));
  answer.on('end', () => then(Buffer.concat(pieces)));
}
