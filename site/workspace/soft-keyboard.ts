/**
 * Makes room when a touch screen's keyboard covers half of the page: most browsers leave the page as high as it was.
 * `data-keyboard` on the root element is there meanwhile, and `--visible-height` says how much can be seen.
 */

/** A window of less height has no room for more than a terminal, in CSS pixels. */
const LOW_PX = 520;

/** Watches until `signal` is aborted. */
export function followSoftKeyboard(signal: AbortSignal): void {
  const viewport = window.visualViewport;
  if (viewport === null) return;
  const finger = matchMedia('(pointer: coarse)');
  const root = document.documentElement;
  const show = (height: number | null): void => {
    root.toggleAttribute('data-keyboard', height !== null);
    if (height === null) root.style.removeProperty('--visible-height');
    else root.style.setProperty('--visible-height', `${height}px`);
  };
  const look = (): void => {
    const isInTerminal = (document.activeElement?.closest('tl-terminal') ?? null) !== null;
    // The reader's own zoom makes the viewport small too.
    const isUp = finger.matches && isInTerminal && viewport.height * viewport.scale < LOW_PX;
    show(isUp ? viewport.height : null);
    if (isUp) window.scrollTo(0, 0);
  };
  viewport.addEventListener('resize', look, { signal });
  document.addEventListener('focusin', look, { signal });
  document.addEventListener('focusout', look, { signal });
  finger.addEventListener('change', look, { signal });
  look();
  signal.addEventListener('abort', () => show(null), { once: true });
}
