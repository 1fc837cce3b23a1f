/** What is typed into the picture of a prompt, for the machine that is on its way. */

/** More than anybody types in such a time, in characters; anything beyond it is refused. */
const MOST_KEYS = 16 * 1024;

const ENTER = '\r';
const INTERRUPT = '\x03';
const ERASE_LINE = '\x15';
const BACKSPACE = '\x7f';

export class TypedAhead {
  readonly #isShown: boolean;
  #keys = '';
  /** Characters that stand behind the prompt, or on the last line. */
  #line: string[] = [];

  /** `isShown`: they stand behind a prompt, so it is known how they look. */
  constructor(isShown = true) {
    this.#isShown = isShown;
  }

  /** Takes keys as the terminal emulator reports them. Returns what shows them, as the guest's terminal would. */
  type(data: string): string {
    if (!this.#isShown) return this.#keep(data) ? '' : '\x07';
    // An arrow or another key that moves something: nothing is known here that it could move.
    if (data.startsWith('\x1b')) return this.#keep(data) ? '' : '\x07';
    return Array.from(data, (character) => this.#take(character)).join('');
  }

  /** The keys, once. */
  take(): string {
    const keys = this.#keys;
    this.#keys = '';
    this.#line = [];
    return keys;
  }

  #keep(keys: string): boolean {
    if (this.#keys.length + keys.length > MOST_KEYS) return false;
    this.#keys += keys;
    return true;
  }

  #take(character: string): string {
    if (character === INTERRUPT) {
      // As a terminal does: what was typed and not read is gone.
      this.#keys = '';
      this.#line = [];
      return '^C\r\n';
    }
    if (!this.#keep(character)) return '\x07';
    switch (character) {
      case ENTER:
        this.#line = [];
        return '\r\n';
      case BACKSPACE:
        return this.#line.pop() === undefined ? '' : '\b \b';
      case ERASE_LINE:
        return '\b \b'.repeat(this.#line.splice(0).length);
      default:
        if (character < ' ') return '';
        this.#line.push(character);
        return character;
    }
  }
}
