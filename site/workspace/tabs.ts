/** The workspace's tabs, after the pattern of the ARIA guide: arrows move and show, only the shown one is in the tab order. */
import { nextIndex } from './next-index.ts';

const KEYS = { previous: 'ArrowLeft', next: 'ArrowRight' } as const;

export class Tabs {
  readonly #tabs: readonly HTMLElement[];
  readonly #onShow: (tab: string) => void;

  /** `list` is the `role=tablist`; each tab names its panel in `aria-controls`. */
  constructor(list: HTMLElement, onShow: (tab: string) => void) {
    this.#tabs = [...list.querySelectorAll<HTMLElement>('[role=tab]')];
    this.#onShow = onShow;
    list.addEventListener('click', (event) => {
      const tab = event.target instanceof Element ? event.target.closest<HTMLElement>('[role=tab]') : null;
      if (tab?.dataset['tab'] !== undefined) this.show(tab.dataset['tab']);
    });
    list.addEventListener('keydown', (event) => {
      const index = this.#tabs.findIndex((tab) => tab === document.activeElement);
      const next = nextIndex(event.key, KEYS, index, this.#tabs.length);
      const tab = next === null ? undefined : this.#tabs[next];
      if (tab?.dataset['tab'] === undefined) return;
      event.preventDefault();
      this.show(tab.dataset['tab']);
      tab.focus();
    });
  }

  show(name: string): void {
    for (const tab of this.#tabs) {
      const isShown = tab.dataset['tab'] === name;
      tab.setAttribute('aria-selected', String(isShown));
      tab.tabIndex = isShown ? 0 : -1;
      if (isShown) tab.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      const panel = document.getElementById(tab.getAttribute('aria-controls') ?? '');
      if (panel) panel.hidden = !isShown;
    }
    this.#onShow(name);
  }

  focus(): void {
    this.#tabs.find((tab) => tab.getAttribute('aria-selected') === 'true')?.focus();
  }
}
