/**
 * What each terminal is busy with. A terminal is busy from the moment Enter is pressed at its prompt until the shell
 * shows its next prompt. The shell's mark, which says what it is busy with, may come late.
 */
import type { ShellMark } from '../sandbox/shell-marks.ts';

export interface Occupation {
  /** `null` between Enter and the shell's mark; also within a command of several lines. */
  readonly commandLine: string | null;
  /** For how long it has been running, in seconds of the machine: a pause does not count. */
  readonly seconds: number;
}

/** One at a time for each terminal; a second that goes by leaves it the same. */
interface Running extends Occupation {
  seconds: number;
}

/** How long to wait for the shell's mark after an Enter, in milliseconds. */
const MARK_MS = 5000;

/** Pasted text does not run, whatever line ends are in it, where the shell asks for pastes to be marked. */
const PASTED = /\x1b\[200~[\s\S]*?\x1b\[201~/g;

export class BusyTerminals {
  readonly #occupations = new Map<number, Running>();
  readonly #listeners = new Set<() => void>();

  /** What a terminal does; `null` when it shows its prompt. */
  of(terminal: number): Occupation | null {
    return this.#occupations.get(terminal) ?? null;
  }

  get all(): ReadonlyMap<number, Occupation> {
    return this.#occupations;
  }

  /**
   * Bytes go into a terminal, from the keyboard or from a button. Whoever sends them calls what this returns if the
   * machine refuses them: then no Enter has reached the shell.
   */
  typed(terminal: number, data: string): () => void {
    if (this.#occupations.has(terminal) || !/[\r\n]/.test(data.replace(PASTED, ''))) return () => {};
    const occupation = { commandLine: null, seconds: 0 };
    this.#set(terminal, occupation);
    return () => {
      if (this.#occupations.get(terminal) === occupation) this.#set(terminal, null);
    };
  }

  /** The shell says what it does. */
  marked(terminal: number, mark: ShellMark): void {
    if (mark.kind === 'command-start') this.#set(terminal, { commandLine: mark.commandLine, seconds: 0 });
    else this.#set(terminal, null);
  }

  /** A second of the machine's time has gone by. */
  tick(): void {
    for (const occupation of this.#occupations.values()) occupation.seconds++;
  }

  /** The machine is another one, or off. */
  clear(): void {
    this.#occupations.clear();
    this.#changed();
  }

  /**
   * What a terminal is busy with, as soon as that is known: after an Enter this waits a while for the shell's mark.
   * `null` when it shows its prompt.
   */
  known(terminal: number): Promise<Occupation | null> {
    const isKnown = (): boolean => this.of(terminal)?.commandLine !== null;
    if (isKnown()) return Promise.resolve(this.of(terminal));
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#listeners.delete(look);
        resolve(this.of(terminal));
      };
      const look = (): void => {
        if (isKnown()) done();
      };
      const timer = setTimeout(done, MARK_MS);
      this.#listeners.add(look);
    });
  }

  #set(terminal: number, occupation: Running | null): void {
    if (occupation === null) this.#occupations.delete(terminal);
    else this.#occupations.set(terminal, occupation);
    this.#changed();
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** Programs that a reader stays in: how long they have been open says nothing. */
const STAYED_IN = /^(?:sudo\s+)?(?:nano|vim?|less|more|man|top|htop|watch|python3?|ssh|mc)\b/;

/** After so many seconds a command is said to take its time. */
export const LONG_SECONDS = 3;

/** Whether a reader waits for it, and wants to know that something still happens. */
export function isWaitedFor({ commandLine, seconds }: Occupation): boolean {
  return seconds >= LONG_SECONDS && commandLine !== null && !STAYED_IN.test(commandLine);
}

/** `48 s`, `2 min 5 s`. */
export function duration(seconds: number): string {
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Why nothing is typed into a terminal now. */
export function busyInWords(terminal: number, { commandLine }: Occupation): string {
  return commandLine === null
    ? `Terminal ${terminal} is in the middle of a command. Wait for its prompt (Ctrl+C gives it back), or use another terminal.`
    : `Terminal ${terminal} is busy with “${commandLine}”. End that first (Ctrl+C stops most commands), or use another terminal.`;
}

/** That a command which took its time has ended. */
export function endInWords({ commandLine, seconds }: Occupation, status: number): string {
  const end = status === 0 ? 'has ended' : `has ended with exit status ${status}`;
  return `“${commandLine ?? ''}” ${end}, after ${duration(seconds)}.`;
}
