/** What is typed into the picture of a prompt, for the machine that is on its way. */

/** More than anybody types in such a time; what is beyond it is refused, in characters. */
const MOST_KEYS = 16 * 1024;

const ENTER = '\r';
const INTERRUPT = '\x03';
const ERASE_LINE = '\x15';
const BACKSPACE = '\x7f';

export class TypedAhead {
  #keys = '';
  /** Characters that stand behind the prompt, or on the last line. */
  #line: string[] = [];

  /** Takes keys as the terminal emulator reports them. Returns what shows them, as the guest's terminal would. */
  type(data: string): string {
    if (this.#keys.length + data.length > MOST_KEYS) return '\x07';
    this.#keys += data;
    // An arrow or another key that moves something: nothing is known here that it could move.
    if (data.startsWith('\x1b')) return '';
    return Array.from(data, (character) => this.#echo(character)).join('');
  }

  /** The keys, once. */
  take(): string {
    const keys = this.#keys;
    this.#keys = '';
    this.#line = [];
    return keys;
  }

  #echo(character: string): string {
    switch (character) {
      case ENTER:
        this.#line = [];
        return '\r\n';
      case BACKSPACE:
        return this.#line.pop() === undefined ? '' : '\b \b';
      case ERASE_LINE:
        return '\b \b'.repeat(this.#line.splice(0).length);
      case INTERRUPT:
        // As a terminal does: what was typed and not read is gone.
        this.#keys = '';
        this.#line = [];
        return '^C\r\n';
      default:
        if (character < ' ') return '';
        this.#line.push(character);
        return character;
    }
  }
}
