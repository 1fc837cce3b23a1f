/** What a terminal prints, as text: characters and control sequences are whole, wherever the bytes were cut. */

/** A control sequence that has not ended by then is noise. */
const LONGEST_SEQUENCE = 8192;

/** A control sequence without its end, from its first character to the end of the text. */
const UNFINISHED = /^\x1b(?:\][^\x07\x1b]*\x1b?|\[[0-?]*[ -/]*|[()])?$/;

export class ShellOutput {
  readonly #decoder = new TextDecoder();
  #rest = '';

  /** Takes bytes as they come. Returns their text, without a control sequence at the end that is still to be finished. */
  feed(bytes: Uint8Array): string {
    const text = this.#rest + this.#decoder.decode(bytes, { stream: true });
    const start = startOfUnfinished(text);
    const isNoise = text.length - start > LONGEST_SEQUENCE;
    this.#rest = isNoise ? '' : text.slice(start);
    return isNoise ? text : text.slice(0, start);
  }
}

/** Where the control sequence begins that the text's end cuts off; the text's length when there is none. */
function startOfUnfinished(text: string): number {
  const last = text.lastIndexOf('\x1b');
  // The last escape character may be the first half of the end of a sequence that an earlier one began.
  const before = last > 0 ? text.lastIndexOf('\x1b', last - 1) : -1;
  const found = [before, last].find((start) => start >= 0 && UNFINISHED.test(text.slice(start)));
  return found ?? text.length;
}
