/**
 * Shell integration: the marks that the guest's shell writes (OSC 133, `sandbox-images/GUEST.md`), which tell
 * what ran and how it ended, whoever typed it. Terminals hide them from the reader.
 */

export type ShellMark =
  /** The shell is about to show its prompt. */
  | { readonly kind: 'prompt' }
  /** A command line was entered. */
  | { readonly kind: 'command-start'; readonly commandLine: string }
  /** It has ended. `status` is its exit status. */
  | { readonly kind: 'command-end'; readonly status: number };

/** One mark, from what stands between `ESC ] 133 ;` and its end. `null` for marks that we do not use. */
export function parseShellMark(payload: string): ShellMark | null {
  if (payload.startsWith('A')) return { kind: 'prompt' };
  if (payload.startsWith('C;cmdline=')) {
    return { kind: 'command-start', commandLine: payload.slice('C;cmdline='.length).trim() };
  }
  const end = /^D;(\d+)$/.exec(payload);
  return end ? { kind: 'command-end', status: Number(end[1]) } : null;
}

/** An unfinished sequence longer than this is noise. */
const LONGEST_MARK = 8192;
const MARK_START = '\x1b]133;';
const MARK = /\x1b\]133;([^\x07\x1b]*)(?:\x07|\x1b\\)/g;

/** Finds marks in a terminal's bytes, where no terminal emulator does it for us. */
export class ShellMarks {
  readonly #listener: (mark: ShellMark) => void;
  readonly #decoder = new TextDecoder();
  #rest = '';

  constructor(listener: (mark: ShellMark) => void) {
    this.#listener = listener;
  }

  feed(bytes: Uint8Array): void {
    const text = this.#rest + this.#decoder.decode(bytes, { stream: true });
    let end = 0;
    for (const match of text.matchAll(MARK)) {
      end = match.index + match[0].length;
      const mark = parseShellMark(match[1] ?? '');
      if (mark) this.#listener(mark);
    }
    this.#rest = unfinishedMark(text.slice(end));
  }
}

/** The end of the text that may be the beginning of a mark. */
function unfinishedMark(text: string): string {
  const start = text.indexOf(MARK_START);
  if (start >= 0) return text.length - start < LONGEST_MARK ? text.slice(start) : '';
  for (let length = Math.min(MARK_START.length - 1, text.length); length > 0; length--) {
    if (MARK_START.startsWith(text.slice(-length))) return text.slice(-length);
  }
  return '';
}
