/** The workspace's tabs, after the pattern of the ARIA guide: arrows move and show, only the shown one is in the tab order. */

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
      const next = nextIndex(event.key, index, this.#tabs.length);
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
      const panel = document.getElementById(tab.getAttribute('aria-controls') ?? '');
      if (panel) panel.hidden = !isShown;
    }
    this.#onShow(name);
  }

  focus(): void {
    this.#tabs.find((tab) => tab.getAttribute('aria-selected') === 'true')?.focus();
  }
}

function nextIndex(key: string, index: number, count: number): number | null {
  switch (key) {
    case 'ArrowRight':
      return (index + 1) % count;
    case 'ArrowLeft':
      return (index - 1 + count) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
