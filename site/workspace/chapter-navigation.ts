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
  report(error: unknown): void;
}

export class ChapterNavigation {
  readonly #host: ChapterHost;
  readonly #machine: Machine;
  #isUnderWay = false;

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
    if (this.#isUnderWay || (fate === 'chapter' && link.pathname === location.pathname)) return;
    this.#isUnderWay = true;
    (fate === 'chapter' ? this.#go(link) : this.#leave(link))
      .catch((error: unknown) => this.#host.report(error))
      .finally(() => {
        this.#isUnderWay = false;
      });
  }

  /** The machine goes first: then the browser has nothing to ask. */
  async #leave({ href }: HTMLAnchorElement): Promise<void> {
    if ((await ask('leave')) !== 'yes') return;
    await this.#host.powerOff();
    location.assign(href);
  }

  async #go(link: HTMLAnchorElement): Promise<void> {
    const isNext = link.rel === 'next';
    if (isNext && !(await this.#mayGoOn())) return;
    const choice = isNext || link.rel === 'prev' ? 'continue' : await ask('machine-choice');
    if (choice !== 'continue' && choice !== 'fresh') return;
    const page = await fetchPage(link.href);
    history.pushState({ typealong: 'chapter' }, '', link.href);
    this.#swap(page, link.href);
    if (choice === 'fresh') await this.#host.reset();
  }

  /** Looks at the chapter's checks; if some do not pass, the reader decides. */
  async #mayGoOn(): Promise<boolean> {
    const { session, checksPanel } = this.#host;
    const { steps } = session.data.chapter;
    const checks = steps.flatMap((step) => step.checks);
    if (this.#machine.state.status !== 'running' || checks.length === 0) return true;
    notify('Looking at this chapter’s checks first …');
    const passed = await session.checks.run(steps);
    dismissNote();
    if (passed) return true;
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
    return (await ask('unfinished')) === 'yes';
  }

  async #wentBack(): Promise<void> {
    if (location.pathname === this.#host.session.data.url) return;
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
