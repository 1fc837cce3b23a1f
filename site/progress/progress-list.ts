/** `<tl-progress-list data-guide>`: ticks beside chapters, from the reader's progress. */
import { openProgress } from './open.ts';

class ProgressList extends HTMLElement {
  #stop: (() => void) | null = null;

  connectedCallback(): void {
    this.#stop = openProgress().onChange(() => this.#show());
    this.#show();
  }

  disconnectedCallback(): void {
    this.#stop?.();
  }

  #show(): void {
    const progress = openProgress();
    const guide = this.dataset['guide'] ?? '';
    for (const entry of this.querySelectorAll<HTMLElement>('[data-chapter-entry]')) {
      const steps = (entry.dataset['steps'] ?? '').split(' ').filter((step) => step !== '');
      const done = steps.filter((step) =>
        progress.isDone(guide, entry.dataset['chapterEntry'] ?? '', step),
      ).length;
      entry.toggleAttribute('data-done', steps.length > 0 && done === steps.length);
      const words = entry.querySelector('[data-progress-words]');
      if (words)
        words.textContent =
          done === 0 ? '' : done === steps.length ? 'Done' : `${done} of ${steps.length} steps done`;
    }
  }
}

customElements.define('tl-progress-list', ProgressList);
