/** A TCP connection for tests: what v86 gives us, played by hand. */
import type { TcpConnection } from './emulator.ts';

export class FakeTcp implements TcpConnection {
  readonly sport: number;
  state = 'established';
  closed = false;
  released = false;
  connected = false;
  /** Bytes that the guest has not acknowledged; set by the test. */
  readonly send_buffer = { length: 0 };
  readonly #handlers: Record<string, (data: Uint8Array) => void> = {};
  readonly #written: number[] = [];
  #onWrite: () => void = () => {};

  constructor(sport = 80) {
    this.sport = sport;
  }

  on(event: string, handler: (data: Uint8Array) => void): void {
    this.#handlers[event] = handler;
  }

  /** The guest does something. */
  emit(event: 'connect' | 'data' | 'shutdown' | 'close' | 'drain', data: string | Uint8Array = ''): void {
    this.#handlers[event]?.(
      typeof data === 'string' ? Uint8Array.from(data, (char) => char.charCodeAt(0)) : data,
    );
  }

  write(data: Uint8Array): void {
    for (const byte of data) this.#written.push(byte);
    this.#onWrite();
  }

  /** All that the page's side has written, as text of single bytes. */
  get written(): string {
    return String.fromCharCode(...this.#written);
  }

  /** Resolves when what was written contains `text`. */
  async untilWritten(text: string): Promise<void> {
    while (!this.written.includes(text)) await new Promise<void>((resolve) => (this.#onWrite = resolve));
  }

  accept(): void {}
  connect(): void {
    this.connected = true;
  }
  close(): void {
    this.closed = true;
  }
  release(): void {
    this.released = true;
  }
}
