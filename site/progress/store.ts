/**
 * The reader's progress, kept in this browser under one key of `localStorage`, which ends with the path of the site:
 *
 * ```
 * typealong:progress /learn/  {"version":2,"guides":{"ubuntu-16.04-flask":{"lastChapter":"components","steps":{"components/update":"2026-11-21T10:00:00.000Z"}}}}
 * ```
 *
 * A step is in `steps`, as `chapter/step`, from the moment when all its checks passed (or, if it has none, when
 * everything in it was done). `version` goes up when the shape changes; `migrate` then brings older ones along.
 * A value of a newer version (the site was rolled back) is left alone: progress then lasts as long as the page.
 *
 * Version 1 had the same shape.
 *
 * Earlier versions had one key for all sites of an origin. Its value is where a site without one of its own begins; it
 * stays, since another site may still want it.
 */
import { isRecord, parseJson } from '../json.ts';
import { withSlash } from '../with-slash.ts';

const VERSION = 2;

export interface Progress {
  readonly version: typeof VERSION;
  readonly guides: Readonly<Record<string, GuideProgress>>;
}

export interface GuideProgress {
  /** The chapter that was open last. */
  readonly lastChapter: string | null;
  /** When each step was done, ISO 8601, by `chapter/step`. */
  readonly steps: Readonly<Record<string, string>>;
}

const OLD_KEY = 'typealong:progress';

/** Two copies of the site on one origin do not share progress: a chapter of one may not be the other's. */
export function progressKey(base: string): string {
  return `${OLD_KEY} ${withSlash(base)}`;
}

const EMPTY: Progress = { version: VERSION, guides: {} };
const NO_GUIDE: GuideProgress = { lastChapter: null, steps: {} };

/** The part of `Storage` that is needed; in private windows of some browsers it throws. */
export type ProgressStorage = Pick<Storage, 'getItem' | 'setItem'>;

/** What is kept, in today's shape; `null` when a newer version of the site wrote it. Anything broken is empty. */
export function migrate(kept: string | null): Progress | null {
  const value = kept === null ? null : parseJson(kept);
  if (!isRecord(value)) return EMPTY;
  const { version } = value;
  if (typeof version === 'number' && version > VERSION) return null;
  if ((version !== 1 && version !== VERSION) || !isRecord(value['guides'])) return EMPTY;
  const guides = Object.entries(value['guides']).flatMap(([slug, guide]) => {
    if (!isRecord(guide)) return [];
    const lastChapter = typeof guide['lastChapter'] === 'string' ? guide['lastChapter'] : null;
    const steps = isRecord(guide['steps']) ? guide['steps'] : {};
    const valid = Object.entries(steps).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    );
    return [[slug, { lastChapter, steps: Object.fromEntries(valid) }] as const];
  });
  return { version: VERSION, guides: Object.fromEntries(guides) };
}

export class ProgressStore {
  readonly #storage: ProgressStorage | null;
  readonly #key: string;
  readonly #listeners = new Set<() => void>();
  #progress: Progress;
  #mayWrite: boolean;

  constructor(storage: ProgressStorage | null, key: string) {
    this.#storage = storage;
    this.#key = key;
    const kept = this.#read();
    this.#progress = kept ?? EMPTY;
    this.#mayWrite = kept !== null;
  }

  guide(slug: string): GuideProgress {
    return this.#progress.guides[slug] ?? NO_GUIDE;
  }

  isDone(guide: string, chapter: string, step: string): boolean {
    return this.guide(guide).steps[`${chapter}/${step}`] !== undefined;
  }

  /** Marks a step as done; the first time counts. */
  finishStep(guide: string, chapter: string, step: string, now: Date = new Date()): void {
    if (this.isDone(guide, chapter, step)) return;
    this.#change(guide, (progress) => ({
      ...progress,
      steps: { ...progress.steps, [`${chapter}/${step}`]: now.toISOString() },
    }));
  }

  openChapter(guide: string, chapter: string): void {
    if (this.guide(guide).lastChapter === chapter) return;
    this.#change(guide, (progress) => ({ ...progress, lastChapter: chapter }));
  }

  /** Forgets a guide. */
  clear(guide: string): void {
    this.#change(guide, () => NO_GUIDE);
  }

  /** Another tab has written: take what it left. */
  reload(): void {
    const kept = this.#read();
    this.#mayWrite = kept !== null;
    if (kept !== null) this.#progress = kept;
    for (const listener of this.#listeners) listener();
  }

  /** Calls `listener` after every change. Returns an unsubscribe function. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #change(guide: string, change: (progress: GuideProgress) => GuideProgress): void {
    // Two tabs may be open: start from what is kept, not from what this one remembers.
    const kept = this.#mayWrite ? this.#read() : null;
    // A tab of a newer version may have written.
    this.#mayWrite = kept !== null;
    const latest = kept ?? this.#progress;
    this.#progress = {
      version: VERSION,
      guides: { ...latest.guides, [guide]: change(latest.guides[guide] ?? this.guide(guide)) },
    };
    if (this.#mayWrite) this.#write();
    for (const listener of this.#listeners) listener();
  }

  #read(): Progress | null {
    try {
      return migrate(this.#storage?.getItem(this.#key) ?? this.#storage?.getItem(OLD_KEY) ?? null);
    } catch {
      return EMPTY; // Storage is forbidden here; progress lasts as long as the page.
    }
  }

  #write(): void {
    try {
      this.#storage?.setItem(this.#key, JSON.stringify(this.#progress));
    } catch {
      // Full or forbidden: nothing that the reader could do about it here, and the page works on.
    }
  }
}
