/**
 * `<tl-split>`: the text and the workspace side by side with a divider between them; on a narrow screen one at a
 * time with a switch. The divider's position is remembered.
 */
import { clampShare, parseShare, shareAfterKey } from './divider-position.ts';
import type { DividerRoom } from './divider-position.ts';
import { keep, readKept } from './kept.ts';
import { followSoftKeyboard } from './soft-keyboard.ts';

const KEY = 'typealong:divider';
const MIN_TEXT_PX = 320;
const MIN_WORKSPACE_PX = 400;

/** Buttons that move the divider without dragging, by the step of the key of this name. */
const BUTTONS = [
  { label: '‹', name: 'Wider workspace', hook: 'workspace', key: 'PageUp' },
  { label: '›', name: 'Wider text', hook: 'text', key: 'PageDown' },
] as const;

export class TypealongSplit extends HTMLElement {
  #listening: AbortController | null = null;
  #share = 0.5;

  connectedCallback(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const divider = this.querySelector<HTMLElement>('[role=separator]');
    if (!divider) return;
    this.#share = parseShare(readKept(KEY)) ?? 0.46;
    this.#apply(divider);
    divider.addEventListener('pointerdown', (event) => this.#drag(divider, event), { signal });
    divider.addEventListener('keydown', (event) => this.#key(divider, event), { signal });
    divider.addEventListener('dblclick', () => this.#move(divider, 0.46), { signal });
    window.addEventListener('resize', () => this.#apply(divider), { signal });
    divider.after(this.#buttons(divider, signal));
    followSoftKeyboard(signal);
    for (const button of this.querySelectorAll<HTMLElement>('[data-show]')) {
      button.addEventListener(
        'click',
        () => this.show(button.dataset['show'] === 'workspace' ? 'workspace' : 'text'),
        { signal },
      );
    }
  }

  disconnectedCallback(): void {
    this.#listening?.abort();
  }

  /** On a narrow screen, which of the two is seen. */
  show(half: 'text' | 'workspace'): void {
    this.dataset['shown'] = half;
    for (const button of this.querySelectorAll('[data-show]')) {
      button.setAttribute('aria-pressed', String(button.getAttribute('data-show') === half));
    }
    this.dispatchEvent(new CustomEvent('tl-shown'));
  }

  #buttons(divider: HTMLElement, signal: AbortSignal): HTMLElement {
    const group = document.createElement('div');
    group.className = 'divider-buttons';
    for (const { label, name, hook, key } of BUTTONS) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = label;
      button.title = name;
      button.setAttribute('aria-label', name);
      button.dataset['wider'] = hook;
      button.addEventListener('click', () => {
        const share = shareAfterKey(key, this.#share, this.#room());
        if (share !== null) this.#move(divider, share);
      });
      group.append(button);
    }
    signal.addEventListener('abort', () => group.remove(), { once: true });
    return group;
  }

  #drag(divider: HTMLElement, event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    divider.focus();
    // The pointer is captured, so that it may leave the divider (and cross the iframe) while it moves it.
    divider.setPointerCapture(event.pointerId);
    const drag = new AbortController();
    this.#listening?.signal.addEventListener('abort', () => drag.abort(), {
      once: true,
      signal: drag.signal,
    });
    const { left } = this.getBoundingClientRect();
    this.dataset['dragging'] = '';
    const end = (): void => {
      delete this.dataset['dragging'];
      drag.abort();
      keep(KEY, this.#share.toFixed(4));
    };
    divider.addEventListener(
      'pointermove',
      (move) => {
        this.#share = clampShare((move.clientX - left) / this.clientWidth, this.#room());
        this.#apply(divider);
      },
      { signal: drag.signal },
    );
    divider.addEventListener('pointerup', end, { signal: drag.signal });
    divider.addEventListener('pointercancel', end, { signal: drag.signal });
  }

  #key(divider: HTMLElement, event: KeyboardEvent): void {
    const share = shareAfterKey(event.key, this.#share, this.#room());
    if (share === null || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    this.#move(divider, share);
  }

  #move(divider: HTMLElement, share: number): void {
    this.#share = clampShare(share, this.#room());
    this.#apply(divider);
    keep(KEY, this.#share.toFixed(4));
  }

  #apply(divider: HTMLElement): void {
    const shown = clampShare(this.#share, this.#room());
    this.style.setProperty('--text-share', `${(shown * 100).toFixed(2)}%`);
    divider.setAttribute('aria-valuenow', String(Math.round(shown * 100)));
  }

  #room(): DividerRoom {
    return { widthPx: this.clientWidth, minTextPx: MIN_TEXT_PX, minWorkspacePx: MIN_WORKSPACE_PX };
  }
}

customElements.define('tl-split', TypealongSplit);
