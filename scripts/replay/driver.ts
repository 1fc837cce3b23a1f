/**
 * The port through which the replay plays a chapter. The engine knows nothing of where the machine runs:
 * `node-driver.ts` plays it on a machine in this process, `e2e/page-driver.ts` with the keyboard in the page.
 */
import type { CommandAction, FileAction, PlacedCheck, VisitAction } from '../../site/chapter/model.ts';
import type { CheckResult } from '../../site/checks/model.ts';
import type { ListingComparison } from '../../site/chapter/listing.ts';
import type { PrintedLine } from '../../site/workspace/printed-lines.ts';

/**
 * What looks like a question must stand for so long, milliseconds: output comes in small pieces, and one may end in the
 * middle of `W: …`.
 */
export const QUESTION_REST_MS = 700;

/**
 * Text that ends in a question: `[Y/n]`, `password:`, `(y|n)?`. No more: apt's progress ends in brackets, too
 * (`[1 InRelease 2136 B/2136 B]`).
 */
export const QUESTION = /(?:[?:]|[[(]\w+[/|]\w+[\])])\s*$/;

/** What to wait for in a terminal, counted from its last command. Several wishes: whichever comes first. */
export interface TerminalWish {
  /** The command has ended and the shell shows its prompt. */
  readonly end?: boolean;
  /** This text has been printed, or is on the screen of a full-screen program. */
  readonly text?: string;
  /** The program has printed a question and waits for an answer on the same line. */
  readonly question?: boolean;
}

/** What came. `exit` is the command's exit status. */
export type TerminalEvent =
  | { readonly kind: 'ended'; readonly exit: number }
  | { readonly kind: 'text' }
  | { readonly kind: 'question' }
  | { readonly kind: 'timeout' };

/** What a visit to a page brought. */
export interface VisitResult {
  readonly outcome: number | 'timeout' | 'refused' | 'broken';
  /** The page as text, or what the browser pane shows in its place. */
  readonly text: string;
}

/** Terminals count from 1, as in the chapters. Every method rejects when the machine is lost. */
export interface ReplayDriver {
  /**
   * Types a command and Enter into its terminal, which must show its prompt. Resolves with the moment of Enter, in
   * milliseconds of `performance.now()`.
   */
  startCommand(action: CommandAction): Promise<number>;
  /** Types text as it is; a line's end is `\r`, as Enter sends it. */
  type(terminal: number, text: string): Promise<void>;
  /** Presses one key by its name in `site/chapter/keys.ts`: `Ctrl+C`, `Enter`, `Esc`, `y`. */
  press(terminal: number, key: string): Promise<void>;
  waitFor(terminal: number, wish: TerminalWish, timeoutMs: number): Promise<TerminalEvent>;
  /** The lines that a reader would see now. */
  screen(terminal: number): Promise<string>;
  /** What the terminal's last command has printed; not what a full-screen program shows. */
  printed(terminal: number): Promise<readonly PrintedLine[]>;
  /** Puts a listing in place without an editor. */
  writeFile(action: FileAction): Promise<void>;
  /** How the guest's own copy compares with a listing. */
  compareFile(action: FileAction): Promise<ListingComparison>;
  visit(action: VisitAction): Promise<VisitResult>;
  check(placed: PlacedCheck): Promise<CheckResult>;
  /**
   * After a command that restarts the machine: resolves when the first terminal shows a prompt again, with what the
   * command printed in `terminal` until the machine was gone.
   */
  waitForReboot(terminal: number, timeoutMs: number): Promise<readonly PrintedLine[]>;
  /** The guest's kernel log. */
  kernelLog(): Promise<string>;
  /** What the page itself says that it should not say while a chapter is played as written; nothing without a page. */
  pageTrouble?(): Promise<readonly string[]>;
}
