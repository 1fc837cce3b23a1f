/**
 * The machine's buttons: in its menu and on the cover. The menu is a menu button as the ARIA guide describes it: arrows
 * move, Escape and Tab close.
 */
import { dialogNamed } from './dialogs.ts';
import { nextIndex } from './next-index.ts';

const KEYS = { previous: 'ArrowUp', next: 'ArrowDown' } as const;

/** What the buttons can ask for. */
export interface MachineCommands {
  start(): Promise<void>;
  goOn(): Promise<void>;
  takeOver(): Promise<void>;
  takeBack(): Promise<void>;
  resetAfterAsking(): Promise<void>;
  powerOffAfterAsking(): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  retry(): Promise<void>;
  report(error: unknown): void;
}

export class MachineMenu {
  readonly #toggle: HTMLElement | null;
  readonly #menu: HTMLElement | null;

  constructor(root: HTMLElement, commands: MachineCommands, signal: AbortSignal) {
    this.#toggle = root.querySelector<HTMLElement>('[data-machine-menu]');
    this.#menu = root.querySelector<HTMLElement>('[data-menu]');
    this.#toggle?.setAttribute('aria-haspopup', 'menu');
    this.#menu?.setAttribute('role', 'menu');
    this.#menu?.setAttribute('aria-label', 'Machine');
    for (const item of this.#menu?.querySelectorAll<HTMLElement>('button, a') ?? []) {
      item.setAttribute('role', 'menuitem');
      item.tabIndex = -1;
    }
    const acts: Readonly<Record<string, () => Promise<void>>> = {
      '[data-start], [data-restart], [data-switch-on], [data-open-terminals]': () => commands.start(),
      '[data-go-on]': () => commands.goOn(),
      '[data-take-over]': () => commands.takeOver(),
      '[data-take-back]': () => commands.takeBack(),
      '[data-resume]': () => commands.resume(),
      '[data-pause]': () => commands.pause(),
      '[data-retry]': () => commands.retry(),
      '[data-reset]': () => commands.resetAfterAsking(),
      '[data-power-off]': () => commands.powerOffAfterAsking(),
    };
    root.addEventListener(
      'click',
      (event) => {
        if (!(event.target instanceof Element)) return;
        const { target } = event;
        if (target.closest('[data-machine-menu]')) {
          this.#setOpen(!this.#isOpen);
          return;
        }
        // Before what was pressed happens: it may move the focus on, to a dialog or to the terminal.
        if (target.closest('[data-menu] :is(button, a)')) this.#close();
        if (target.closest('[data-keys]')) dialogNamed('keys').showModal();
        if (target.closest('[data-reload-page]')) location.reload();
        // The whole dark terminal is a start button, as a click on a switched-off screen would be.
        const act =
          Object.entries(acts).find(([selector]) => target.closest(selector))?.[1] ??
          (target.closest('[data-cover="off"]:not(:has([data-go-on], [data-take-over]))')
            ? () => commands.start()
            : null);
        act?.().catch((error: unknown) => commands.report(error));
      },
      { signal },
    );
    root.addEventListener('keydown', (event) => this.#key(event), { signal });
    document.addEventListener(
      'pointerdown',
      (event) => {
        const { target } = event;
        if (this.#isOpen && target instanceof Node && !this.#menu?.parentElement?.contains(target))
          this.#setOpen(false);
      },
      { signal },
    );
  }

  get #isOpen(): boolean {
    return this.#menu !== null && !this.#menu.hidden;
  }

  /** Those that make sense in the machine's state. */
  get #items(): readonly HTMLElement[] {
    const items = [...(this.#menu?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
    return items.filter((item) => item.checkVisibility());
  }

  #key(event: KeyboardEvent): void {
    const { target, key } = event;
    if (!(target instanceof Node)) return;
    if (!this.#isOpen) {
      if (!this.#toggle?.contains(target) || (key !== 'ArrowDown' && key !== 'ArrowUp')) return;
      event.preventDefault();
      this.#setOpen(true, key === 'ArrowUp' ? -1 : 0);
      return;
    }
    if (key === 'Escape') {
      event.preventDefault();
      this.#close();
      return;
    }
    if (key === 'Tab') {
      this.#close();
      return;
    }
    const items = this.#items;
    const next = nextIndex(
      key,
      KEYS,
      items.findIndex((item) => item === target),
      items.length,
    );
    if (next === null) return;
    event.preventDefault();
    items[next]?.focus();
  }

  #close(): void {
    this.#setOpen(false);
    this.#toggle?.focus();
  }

  /** Opens with the focus on an item, counted from the end when it is negative. */
  #setOpen(open: boolean, item = 0): void {
    if (this.#menu) this.#menu.hidden = !open;
    this.#toggle?.setAttribute('aria-expanded', String(open));
    if (open) this.#items.at(item)?.focus();
  }
}
