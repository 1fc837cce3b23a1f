/**
 * What the page knows of the chapter that is open: which actions are done, what its checks say, and the reader's
 * progress in it. A new one is made when the reader goes on to the next chapter with the same machine.
 */
import type { Action, FileAction, PlacedCheck, Step, VisitAction } from '../chapter/model.ts';
import type { Work } from '../evidence/recorder.ts';
import type { ProgressStore } from '../progress/store.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { announce, notify } from './announcer.ts';
import type { ChapterData } from './chapter-data.ts';
import { askToKeep } from './ask-to-keep.ts';
import { CheckRuns } from './check-runs.ts';
import type { TypealongChecks } from './checks-panel.ts';
import { Edits } from './edits.ts';
import { reachedListings } from './guest-files.ts';
import { isSameUrl, StepTracker } from './step-tracker.ts';
import type { ActionStatus, Visited } from './step-tracker.ts';
import { ToldResults } from './told-results.ts';
import type { WorkNotes } from './work-notes.ts';

export interface ChapterSessionParts {
  readonly data: ChapterData;
  readonly panel: TypealongChecks;
  readonly progress: ProgressStore;
  /** The machine while it runs. */
  readonly runningSandbox: () => Sandbox | null;
  readonly onBusy: (busy: boolean) => void;
  readonly notes: WorkNotes;
}

export class ChapterSession {
  readonly data: ChapterData;
  readonly tracker: StepTracker;
  readonly checks: CheckRuns;
  readonly #parts: ChapterSessionParts;
  readonly #actions: ReadonlyMap<string, Action>;
  /** The step whose commands ended last. */
  #lastEnded: Step | null = null;
  #asked: VisitAction | null = null;
  readonly #edits = new Edits();
  readonly #told = new ToldResults();

  constructor(parts: ChapterSessionParts) {
    this.#parts = parts;
    this.data = parts.data;
    const { steps } = parts.data.chapter;
    this.#actions = new Map(steps.flatMap((step) => step.actions.map((action) => [action.id, action])));
    this.tracker = new StepTracker(steps, {
      onAction: (action, status) => showStatus(action, status),
      onStepEnded: (step) => this.#stepEnded(step),
      onEdited: (listings) => void this.#compare(listings),
    });
    this.checks = new CheckRuns({
      context: () => {
        const sandbox = parts.runningSandbox();
        if (sandbox === null) return null;
        const { guide, fileChecks } = parts.data;
        const { login, home } = guide;
        return { agent: sandbox.agent, http: (request) => sandbox.http(request), login, home, fileChecks };
      },
      onRunning: (checks) => {
        parts.onBusy(true);
        parts.panel.setRunning(checks);
      },
      onResult: (placed, result, isSecondLook) => {
        parts.panel.setResult(placed, result);
        const told = this.#told.tell(placed.id, result, isSecondLook);
        if (told !== null) this.did(told);
      },
      onSettled: (ran, checks, finished) => this.#checksSettled(ran, checks, finished),
    });
    parts.progress.openChapter(parts.data.guide.slug, parts.data.chapter.slug);
    this.#showProgress();
  }

  action(id: string): Action | null {
    return this.#actions.get(id) ?? null;
  }

  step(id: string): Step | null {
    return this.data.chapter.steps.find((step) => step.id === id) ?? null;
  }

  /** Tells the record of it. */
  did(work: Work): void {
    const { guide, chapter } = this.data;
    this.#parts.notes.did(guide.slug, chapter.slug, work);
  }

  /** The reader goes on. `by`: whether a button has typed the command. */
  commandStarted(terminal: number, commandLine: string, by: 'typed' | 'pressed'): void {
    this.checks.forgetSecondLooks();
    const action = this.tracker.commandStarted(terminal, commandLine);
    if (commandLine !== '') this.did({ kind: 'command', by, action: action?.id ?? null, text: commandLine });
    const agent = this.#parts.runningSandbox()?.agent;
    if (action?.edits !== undefined && agent) this.#edits.opened(action.edits, agent);
  }

  /** A command has ended, one of the chapter's or of the reader's own: what failed before it may be mended. */
  commandEnded(terminal: number, status: number): void {
    const isOfChapter = this.tracker.isFollowing(terminal);
    this.#parts.panel.outdate();
    this.tracker.commandEnded(terminal, status);
    const step = this.#lastEnded;
    if (!isOfChapter && step !== null && !this.checks.isRunning && !this.#parts.panel.passes(step))
      this.#look(step, true);
  }

  /** A `<Visit>` was pressed: the next page is its. */
  visitAsked(action: VisitAction): void {
    this.#asked = action;
  }

  /** The browser pane shows a page. */
  pageShown(page: Omit<Visited, 'action'>): void {
    const asked =
      this.#asked !== null && page.urls.some((url) => isSameUrl(url, this.#asked?.url ?? ''))
        ? this.#asked
        : null;
    this.#asked = null;
    this.tracker.visited({ ...page, action: asked });
  }

  /** Marks the listings of a file up to `listing` as done. */
  written(listing: FileAction): void {
    const listings = this.tracker.listingsOf(listing.path);
    for (const done of listings.slice(0, listings.indexOf(listing) + 1))
      this.tracker.fileCompared(done, 'done');
    this.#parts.panel.outdate();
    this.#edits.forget(listing.path);
    this.did({ kind: 'file', by: 'page', path: listing.path });
  }

  /** The machine is back at the chapter's start. Progress stays: what was once done was done. */
  reset(): void {
    this.checks.stop();
    this.#lastEnded = null;
    this.tracker.reset();
    this.#parts.panel.clear();
  }

  /** Nothing runs any more. */
  stopped(): void {
    this.checks.stop();
    this.tracker.stopped();
  }

  /** The machine restarts: there is nothing to look at until it is back. */
  interrupted(): void {
    this.checks.stop();
    this.#parts.panel.outdate();
  }

  #stepEnded(step: Step): void {
    this.#lastEnded = step;
    this.#parts.panel.showGroup(step.id);
    if (step.checks.length === 0) this.#finish(step);
    else this.#look(step);
  }

  /**
   * Runs a step's checks unasked: nobody waits for them, so a failure is reported here. `isSecondLook`: the reader has
   * not tried the step anew.
   */
  #look(step: Step, isSecondLook = false): void {
    this.checks
      .runWithSecondLooks(step, isSecondLook)
      .catch((error: unknown) => notify(error instanceof Error ? error.message : String(error)));
  }

  #checksSettled(ran: readonly Step[], checks: readonly PlacedCheck[], finished: boolean): void {
    const { panel, onBusy } = this.#parts;
    panel.settle(checks);
    onBusy(this.checks.isRunning);
    if (!finished || checks.length === 0) return;
    for (const step of ran) if (panel.passes(step)) this.#finish(step);
    const failed = checks.filter(({ id }) => panel.result(id)?.status !== 'pass');
    const [only] = ran;
    const where = ran.length === 1 && only ? `“${only.title}”` : 'This chapter';
    announce(
      failed.length === 0
        ? `${where}: all checks pass.`
        : `${where}: ${checks.length - failed.length} of ${checks.length} checks pass. Not yet: ${failed.map(({ title }) => title).join('; ')}.`,
    );
  }

  /** An editor was closed: how far has the file come? */
  async #compare(listings: readonly FileAction[]): Promise<void> {
    const sandbox = this.#parts.runningSandbox();
    const path = listings[0]?.path;
    if (sandbox === null || path === undefined) return;
    // A file that cannot be read is the checks' business; here it is just not written yet.
    const copy = await sandbox.agent.readFile(path).catch(() => null);
    if (await this.#edits.hasChanged(path, copy)) this.did({ kind: 'file', by: 'hand', path });
    const reached = reachedListings(copy, listings);
    for (const listing of listings.slice(0, reached)) this.tracker.fileCompared(listing, 'done');
  }

  #finish(step: Step): void {
    const { guide, chapter } = this.data;
    this.#parts.progress.finishStep(guide.slug, chapter.slug, step.id);
    this.#showProgress();
    // Now there is something worth keeping.
    void askToKeep();
  }

  #showProgress(): void {
    const { guide, chapter } = this.data;
    for (const step of chapter.steps) {
      const section = document.querySelector(`[data-step="${CSS.escape(step.id)}"]`);
      section?.toggleAttribute('data-done', this.#parts.progress.isDone(guide.slug, chapter.slug, step.id));
    }
  }
}

const STATUS_IN_WORDS: Readonly<Record<ActionStatus, string>> = {
  pending: '',
  running: 'running',
  ready: 'running and ready',
  done: 'done',
  failed: 'did not go as written',
};

function showStatus(action: Action, status: ActionStatus): void {
  const element = document.querySelector<HTMLElement>(`[data-action-id="${CSS.escape(action.id)}"]`);
  if (!element) return;
  element.dataset['status'] = status;
  const words =
    action.kind === 'visit' && status === 'failed'
      ? 'the page was not the one expected'
      : STATUS_IN_WORDS[status];
  element.title = words;
}
