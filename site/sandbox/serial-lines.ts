/** Lines of text out of the bytes of a serial port, without the colours that systemd gives them. */

const TERMINAL_SEQUENCE = /\x1b\[[0-9;?]*[A-Za-z]|\x1bM/g;

export class SerialLines {
  readonly #listener: (line: string) => void;
  #bytes: number[] = [];

  constructor(listener: (line: string) => void) {
    this.#listener = listener;
  }

  push(byte: number): void {
    if (byte === 13) return;
    if (byte !== 10) {
      this.#bytes.push(byte);
      return;
    }
    const line = new TextDecoder().decode(Uint8Array.from(this.#bytes)).replace(TERMINAL_SEQUENCE, '').trim();
    this.#bytes = [];
    if (line !== '') this.#listener(line);
  }
}
