/** `<tl-guide-progress data-guide data-chapters>`: how many chapters of a guide are done; nothing before the first step. */
import { openProgress } from './open.ts';
import type { ProgressStore } from './store.ts';

/** The step ids of each chapter, by its slug. */
export type ChapterSteps = Readonly<Record<string, readonly string[]>>;

/** `3 of 7 chapters done`; empty when nothing has been done yet. */
export function guideProgressInWords(progress: ProgressStore, guide: string, chapters: ChapterSteps): string {
  if (Object.keys(progress.guide(guide).steps).length === 0) return '';
  const all = Object.entries(chapters);
  const done = all.filter(
    ([chapter, steps]) => steps.length > 0 && steps.every((step) => progress.isDone(guide, chapter, step)),
  );
  return done.length === all.length ? 'Done' : `${done.length} of ${all.length} chapters done`;
}

/** Defines the element. A function, so that the words can be tested without a page. */
export function defineGuideProgress(): void {
  class GuideProgress extends HTMLElement {
    #stop: (() => void) | null = null;

    connectedCallback(): void {
      this.#stop = openProgress().onChange(() => this.#show());
      this.#show();
    }

    disconnectedCallback(): void {
      this.#stop?.();
    }

    #show(): void {
      const chapters = JSON.parse(this.dataset['chapters'] ?? '{}') as ChapterSteps;
      this.textContent = guideProgressInWords(openProgress(), this.dataset['guide'] ?? '', chapters);
    }
  }
  customElements.define('tl-guide-progress', GuideProgress);
}
