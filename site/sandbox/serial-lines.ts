/** Lines of text out of the bytes of a serial port, without the colours that systemd gives them. */

const TERMINAL_SEQUENCE = /\x1b\[[0-9;?]*[A-Za-z]|\x1bM/g;
/** A line is cut after so many bytes: the rest, up to the line's end, is dropped. */
const LONGEST_LINE_BYTES = 4096;

export class SerialLines {
  readonly #listener: (line: string) => void;
  readonly #bytes = new Uint8Array(LONGEST_LINE_BYTES);
  #length = 0;

  constructor(listener: (line: string) => void) {
    this.#listener = listener;
  }

  push(byte: number): void {
    if (byte === 13) return;
    if (byte !== 10) {
      if (this.#length < LONGEST_LINE_BYTES) this.#bytes[this.#length++] = byte;
      return;
    }
    const line = new TextDecoder()
      .decode(this.#bytes.subarray(0, this.#length))
      .replace(TERMINAL_SEQUENCE, '')
      .trim();
    this.#length = 0;
    if (line !== '') this.#listener(line);
  }
}
