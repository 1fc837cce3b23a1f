/** An error that a person can act on: its message is all they need, and a command shows no stack with it. */
export class ExpectedError extends Error {}

/** One mistake in a guide's files. */
export interface Mistake {
  /** Path from the project's root. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The front matter key, fence key, attribute or element concerned: `until`, `<Check> port`. */
  readonly key: string;
  /** What is wrong, and what is allowed. */
  readonly message: string;
}

/** All the mistakes of a file at once; the message has one line for each: `file:line: key: what is wrong`. */
export class ChapterError extends ExpectedError {
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[]) {
    super(mistakes.map(({ file, line, key, message }) => `${file}:${line}: ${key}: ${message}`).join('\n'));
    this.name = 'ChapterError';
    this.mistakes = mistakes;
  }
}

/** Takes note of a mistake; reading goes on, so that an author sees all of them in one go. */
export type Report = (line: number, key: string, message: string) => void;

/** Collects the mistakes of one file. */
export class MistakeList {
  readonly #file: string;
  readonly #mistakes: Mistake[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  readonly report: Report = (line, key, message) => {
    this.#mistakes.push({ file: this.#file, line, key, message });
  };

  /** Throws a {@link ChapterError} if anything was reported, in the order of the lines. */
  throwIfAny(): void {
    if (this.#mistakes.length === 0) return;
    throw new ChapterError(this.#mistakes.toSorted((a, b) => a.line - b.line));
  }
}
