/**
 * From chapter to chapter, and away. With a machine that is on, a chapter's page is not left: the checks are looked
 * at, the text is swapped, the machine goes on. Other links take the machine with them, so the reader is asked. Without
 * a machine, links are just links.
 */
import type { ChapterSession } from './chapter-session.ts';
import { readChapterData } from './chapter-data.ts';
import type { ChapterData } from './chapter-data.ts';
import type { TypealongChecks } from './checks-panel.ts';
import { ask, dialogNamed } from './dialogs.ts';
import { dismissNote, notify } from './announcer.ts';
import { fateOf } from './leaving.ts';
import type { Machine } from './machine.ts';
import { fetchPage, showPage } from './soft-navigation.ts';
import type { TypealongSplit } from './split.ts';
import { withCode } from './with-code.ts';

/** What navigation needs of the workspace. */
export interface ChapterHost {
  readonly session: ChapterSession;
  readonly checksPanel: TypealongChecks;
  openChapter(data: ChapterData): void;
  reset(): Promise<void>;
  powerOff(): Promise<void>;
  /** Whether nothing is lost when the page goes. */
  saveBeforeLeaving(): Promise<boolean>;
  report(error: unknown): void;
}

interface Pending {
  readonly href: string;
  readonly rel: string;
}

export class ChapterNavigation {
  readonly #host: ChapterHost;
  readonly #machine: Machine;
  /** What a click has begun and not yet come to an end. A later click takes its place. */
  #pending: Pending | null = null;

  constructor(host: ChapterHost, machine: Machine, signal: AbortSignal) {
    this.#host = host;
    this.#machine = machine;
    document.addEventListener('click', (event) => this.#clicked(event), { signal });
    window.addEventListener('popstate', () => void this.#wentBack(), { signal });
  }

  #clicked(event: MouseEvent): void {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href]') : null;
    if (!link || !this.#machine.holdsWork) return;
    const { href, target } = link;
    const isDownload = link.hasAttribute('download');
    const isChapter = 'chapterLink' in link.dataset;
    const fate = fateOf({ href, target, isDownload, isChapter }, event, location.href);
    if (fate === 'browser') return;
    event.preventDefault();
    if (fate === 'chapter' && link.pathname === location.pathname) {
      // In the list of all chapters: the reader stays where he is, and the list goes.
      link.closest<HTMLElement>('[popover]')?.hidePopover();
      return;
    }
    const { rel } = link;
    // Pressed twice, it is under way.
    if (this.#pending?.href === href && this.#pending.rel === rel) return;
    this.#giveUpPending();
    const pending: Pending = { href, rel };
    this.#pending = pending;
    (fate === 'chapter' ? this.#go(pending) : this.#leave(pending))
      .catch((error: unknown) => {
        if (this.#isPending(pending)) this.#host.report(error);
      })
      .finally(() => {
        if (this.#isPending(pending)) this.#pending = null;
      });
  }

  /** Whether nothing has taken its place: every wait must ask, before anything comes of it. */
  #isPending(pending: Pending): boolean {
    return this.#pending === pending;
  }

  #giveUpPending(): void {
    if (this.#pending === null) return;
    this.#pending = null;
    dismissNote();
  }

  /** The machine goes first: then the browser has nothing to ask. */
  async #leave(pending: Pending): Promise<void> {
    const isSafe = await this.#host.saveBeforeLeaving();
    if (!this.#isPending(pending)) return;
    if (!isSafe && ((await ask('leave')) !== 'yes' || !this.#isPending(pending))) return;
    await this.#host.powerOff();
    if (this.#isPending(pending)) location.assign(pending.href);
  }

  async #go(pending: Pending): Promise<void> {
    const { href, rel } = pending;
    const isNext = rel === 'next';
    if (isNext && !(await this.#mayGoOn(pending))) return;
    const choice = isNext || rel === 'prev' ? 'continue' : await ask('machine-choice');
    if ((choice !== 'continue' && choice !== 'fresh') || !this.#isPending(pending)) return;
    const page = await fetchPage(href);
    if (!this.#isPending(pending)) return;
    history.pushState({ typealong: 'chapter' }, '', href);
    this.#swap(page, href);
    if (choice === 'fresh') await this.#host.reset();
  }

  /** Looks at the chapter's checks; if some do not pass, the reader decides. `false` also when there is nothing left to decide. */
  async #mayGoOn(pending: Pending): Promise<boolean> {
    const { session, checksPanel } = this.#host;
    const { steps } = session.data.chapter;
    const checks = steps.flatMap((step) => step.checks);
    if (this.#machine.state.status !== 'running' || checks.length === 0) return true;
    notify('Looking at this chapter’s checks first …');
    const outcome = await session.checks.run(steps);
    if (!this.#isPending(pending)) return false;
    dismissNote();
    // Switched off meanwhile, or reset: what the checks would say is not known, and is of no use.
    if (outcome === 'stopped') return false;
    if (outcome === 'passed') return true;
    const failed = checks.filter(({ id }) => checksPanel.result(id)?.status !== 'pass');
    if (failed.length === 0) return true;
    const list = dialogNamed('unfinished').querySelector('[data-body]');
    list?.replaceChildren(
      ...failed.map(({ id, title }) => {
        const item = document.createElement('li');
        const name = document.createElement('strong');
        name.textContent = title;
        const result = checksPanel.result(id);
        item.append(name);
        if (result?.status === 'fail') item.append(' ', ...withCode(result.advice));
        return item;
      }),
    );
    return (await ask('unfinished')) === 'yes' && this.#isPending(pending);
  }

  async #wentBack(): Promise<void> {
    if (location.pathname === this.#host.session.data.url) return;
    this.#giveUpPending();
    // A question about the chapter that is left is none about the one that comes.
    for (const name of ['unfinished', 'machine-choice', 'leave']) dialogNamed(name).close();
    if (!this.#machine.holdsWork) {
      location.reload();
      return;
    }
    const { href } = location;
    try {
      const page = await fetchPage(href);
      // After two steps back, two pages are fetched: only the one of the current address is shown.
      if (location.href === href) this.#swap(page, href);
    } catch {
      if (location.href === href) location.reload();
    }
  }

  #swap(page: Document, url: string): void {
    const list = page.querySelector('tl-checks');
    if (list) this.#host.checksPanel.replaceList(list);
    // On a narrow screen the machine may be in front; the new text is not to be swapped unseen.
    document.querySelector<TypealongSplit>('tl-split')?.show('text');
    showPage(page, url);
    this.#host.openChapter(readChapterData(document));
  }
}
