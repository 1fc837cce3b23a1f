/**
 * What a terminal prints, in order: text, and the marks of the shell (OSC 133) within it. The emulator would tell
 * of marks too, but not which text came before and after them.
 */
import { parseShellMark } from '../sandbox/shell-marks.ts';
import type { ShellMark } from '../sandbox/shell-marks.ts';

const START = '\x1b]133;';
const END = /\x07|\x1b\\/;
/** An unfinished mark longer than this is noise. */
const LONGEST_MARK = 8192;

export interface ShellOutputEvents {
  readonly onText: (text: string) => void;
  readonly onMark: (mark: ShellMark) => void;
}

export class ShellOutput {
  readonly #events: ShellOutputEvents;
  readonly #decoder = new TextDecoder();
  #rest = '';

  constructor(events: ShellOutputEvents) {
    this.#events = events;
  }

  /** Takes bytes as they come; characters and marks may be cut anywhere. */
  feed(bytes: Uint8Array): void {
    let text = this.#rest + this.#decoder.decode(bytes, { stream: true });
    for (;;) {
      const start = text.indexOf(START);
      if (start < 0) break;
      this.#text(text.slice(0, start));
      text = text.slice(start);
      const end = END.exec(text);
      if (end === null) {
        this.#rest = text.length < LONGEST_MARK ? text : '';
        return;
      }
      const mark = parseShellMark(text.slice(START.length, end.index));
      if (mark !== null) this.#events.onMark(mark.mark);
      text = text.slice(end.index + end[0].length);
    }
    const kept = unfinished(text);
    this.#text(text.slice(0, text.length - kept));
    this.#rest = text.slice(text.length - kept);
  }

  #text(text: string): void {
    if (text !== '') this.#events.onText(text);
  }
}

/** Number of characters at the end of the text that may be the beginning of a mark. */
function unfinished(text: string): number {
  for (let length = Math.min(START.length - 1, text.length); length > 0; length--) {
    if (START.startsWith(text.slice(-length))) return length;
  }
  return 0;
}
