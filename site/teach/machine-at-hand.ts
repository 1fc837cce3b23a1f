/** The machine that runs in this page, as far as handing in needs it. Pages without one have none. */
import type { ChapterEvidence, Evidence } from '../evidence/format.ts';

/** A chapter to look at: its slug, and the path of its page. */
export interface ChapterToLookAt {
  readonly slug: string;
  readonly url: string;
  /** Whether the student has done anything in it: the files of others are not expected yet. */
  readonly isBegun: boolean;
}

/** What the machine is like now. */
export interface Look {
  /** What the checks say, by the chapter's slug. A chapter or a check that was not asked is missing. */
  readonly answers: ReadonlyMap<string, ChapterEvidence['now']>;
  /** Files of the chapters that are as no listing has them; `diff`: the difference itself. */
  readonly files: Evidence['files'];
}

export interface MachineAtHand {
  /** Slug of the guide whose machine it is. */
  readonly guide: string;
  /**
   * Waits for the machine and for checks that are under way, runs the checks of these chapters, and compares their
   * files; what was recorded meanwhile is written then. Stops early, with what it knows by then, when `signal`
   * is aborted. Rejects when a chapter cannot be fetched.
   */
  look(
    chapters: readonly ChapterToLookAt[],
    onProgress: (done: number, total: number) => void,
    signal: AbortSignal,
  ): Promise<Look>;
}
