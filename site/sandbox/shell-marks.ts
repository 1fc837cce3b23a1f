/**
 * Shell integration: the marks that the guest's shell writes (OSC 133, `sandbox-images/GUEST.md`), which tell
 * what ran and how it ended, whoever typed it. Terminals hide them from the reader.
 *
 * A mark carries the key that the agent gave to the shell when the machine started. Any program can print such a
 * sequence, but only the shell (and whoever may read its key) can print one that counts.
 */

export type ShellMark =
  /** The shell is about to show its prompt. */
  | { readonly kind: 'prompt' }
  /** A command line was entered. */
  | { readonly kind: 'command-start'; readonly commandLine: string }
  /** It has ended. `status` is its exit status. */
  | { readonly kind: 'command-end'; readonly status: number };

/** A mark and the key that it carries; `null` from a shell that has none yet. */
interface SignedMark {
  readonly mark: ShellMark;
  readonly key: string | null;
}

/** One mark, from what stands between `ESC ] 133 ;` and its end. `null` for marks that we do not use. */
function parseShellMark(payload: string): SignedMark | null {
  const prompt = /^A(?:;k=([0-9a-f]+))?$/.exec(payload);
  if (prompt) return { mark: { kind: 'prompt' }, key: prompt[1] ?? null };
  const start = /^C(?:;k=([0-9a-f]+))?;cmdline=([^]*)$/.exec(payload);
  if (start) {
    return { mark: { kind: 'command-start', commandLine: (start[2] ?? '').trim() }, key: start[1] ?? null };
  }
  const end = /^D;(\d{1,3})(?:;k=([0-9a-f]+))?$/.exec(payload);
  return end ? { mark: { kind: 'command-end', status: Number(end[1]) }, key: end[2] ?? null } : null;
}

/** An unfinished mark longer than this, in bytes, is noise. */
const LONGEST_MARK = 8192;
const ESC = 0x1b;
const BEL = 0x07;
const BACKSLASH = 0x5c;
const MARK_START = Array.from('\x1b]133;', (character) => character.charCodeAt(0));

/** Finds the marks in a console's bytes, wherever the bytes are torn. */
export class ShellMarks {
  /** Bytes of {@link MARK_START} that have been seen; all of them inside a mark. */
  #matched = 0;
  #payload: number[] = [];
  /** The last byte of the payload was an ESC, which a backslash makes the end. */
  #escaped = false;
  #key: string | null = null;

  /** From now on only marks with this key count; with `null` all do, as before the shell has its key. */
  setKey(key: string | null): void {
    this.#key = key;
  }

  /** Discards an unfinished mark. */
  reset(): void {
    this.#matched = 0;
    this.#payload = [];
    this.#escaped = false;
  }

  /** All the bytes, and each mark that counts just after the bytes that end it. */
  split(bytes: Uint8Array): readonly (Uint8Array | ShellMark)[] {
    const parts: (Uint8Array | ShellMark)[] = [];
    let from = 0;
    for (let position = 0; position < bytes.length; position++) {
      if (this.#matched === 0) {
        position = bytes.indexOf(ESC, position);
        if (position < 0) break;
      }
      const mark = this.#take(bytes[position] ?? 0);
      if (!mark) continue;
      parts.push(bytes.subarray(from, position + 1), mark);
      from = position + 1;
    }
    if (from < bytes.length) parts.push(bytes.subarray(from));
    return parts;
  }

  #take(byte: number): ShellMark | null {
    if (this.#matched < MARK_START.length) {
      this.#matched = byte === MARK_START[this.#matched] ? this.#matched + 1 : byte === ESC ? 1 : 0;
      return null;
    }
    if (byte === BEL || (this.#escaped && byte === BACKSLASH)) return this.#end();
    if (this.#escaped || this.#payload.length >= LONGEST_MARK) {
      // ESC and anything but a backslash begins another sequence, maybe the next mark.
      const begins = this.#escaped;
      this.reset();
      if (begins) this.#matched = byte === MARK_START[1] ? 2 : 0;
      if (byte === ESC) this.#matched = 1;
      return null;
    }
    if (byte === ESC) this.#escaped = true;
    else this.#payload.push(byte);
    return null;
  }

  #end(): ShellMark | null {
    const signed = parseShellMark(new TextDecoder().decode(Uint8Array.from(this.#payload)));
    this.reset();
    if (!signed || (this.#key !== null && signed.key !== this.#key)) return null;
    return signed.mark;
  }
}
