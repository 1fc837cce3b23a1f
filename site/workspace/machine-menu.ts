/** The machine's buttons: in its menu and on the cover. */
import { notify } from './announcer.ts';

/** What the buttons can ask for. */
export interface MachineCommands {
  start(): Promise<void>;
  resetAfterAsking(): Promise<void>;
  powerOff(): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  retry(): Promise<void>;
}

export class MachineMenu {
  readonly #toggle: HTMLElement | null;
  readonly #menu: HTMLElement | null;

  constructor(root: HTMLElement, commands: MachineCommands, signal: AbortSignal) {
    this.#toggle = root.querySelector<HTMLElement>('[data-machine-menu]');
    this.#menu = root.querySelector<HTMLElement>('[data-menu]');
    const acts: Readonly<Record<string, () => Promise<void>>> = {
      '[data-start], [data-restart]': () => commands.start(),
      '[data-resume]': () => commands.resume(),
      '[data-pause]': () => commands.pause(),
      '[data-retry]': () => commands.retry(),
      '[data-reset]': () => commands.resetAfterAsking(),
      '[data-power-off]': () => commands.powerOff(),
    };
    root.addEventListener(
      'click',
      (event) => {
        if (!(event.target instanceof Element)) return;
        if (event.target.closest('[data-machine-menu]')) {
          this.#setOpen(!this.#isOpen);
          return;
        }
        for (const [selector, act] of Object.entries(acts)) {
          if (!event.target.closest(selector)) continue;
          this.#setOpen(false);
          act().catch((error: unknown) => notify(error instanceof Error ? error.message : String(error)));
          return;
        }
        // The whole dark terminal is a start button, as a click on a switched-off screen would be.
        if (event.target.closest('[data-cover="off"]')) void commands.start();
      },
      { signal },
    );
    root.addEventListener('keydown', (event) => this.#key(event), { signal });
    document.addEventListener(
      'pointerdown',
      (event) => {
        if (
          this.#isOpen &&
          event.target instanceof Node &&
          !this.#menu?.parentElement?.contains(event.target)
        )
          this.#setOpen(false);
      },
      { signal },
    );
  }

  get #isOpen(): boolean {
    return this.#menu !== null && !this.#menu.hidden;
  }

  #key(event: KeyboardEvent): void {
    if (!this.#isOpen || event.key !== 'Escape') return;
    this.#setOpen(false);
    this.#toggle?.focus();
  }

  #setOpen(open: boolean): void {
    if (this.#menu) this.#menu.hidden = !open;
    this.#toggle?.setAttribute('aria-expanded', String(open));
  }
}
