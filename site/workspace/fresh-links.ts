/**
 * xterm looks for links when the pointer comes to another cell, and remembers what it found in a line until the pointer
 * leaves that line. It does not look again when the line's text is another by then: a link that is printed where the
 * pointer has been would do nothing. So after new output, the pointer's next move or press first looks like a
 * short visit to a line beside it.
 */
import type { Terminal } from '@xterm/xterm';

export function keepLinksFresh(
  terminal: Terminal,
  host: HTMLElement,
  lineHeight: () => number,
  signal: AbortSignal,
): void {
  let isStale = false;
  const written = terminal.onWriteParsed(() => (isStale = true));
  signal.addEventListener('abort', () => written.dispose());
  const look = (event: MouseEvent): void => {
    // Programs that follow the pointer must not see it jump, nor must a selection that is being drawn.
    const isFollowed = terminal.modes.mouseTrackingMode !== 'none';
    const isDrawing = event.type === 'mousemove' && event.buttons !== 0;
    if (!isStale || !event.isTrusted || isFollowed || isDrawing || !event.target) return;
    isStale = false;
    const { clientX, clientY } = event;
    const beside = clientY - lineHeight() > host.getBoundingClientRect().top ? -lineHeight() : lineHeight();
    for (const y of [clientY + beside, clientY])
      event.target.dispatchEvent(new MouseEvent('mousemove', { clientX, clientY: y, bubbles: true }));
  };
  host.addEventListener('mousemove', look, { signal, capture: true });
  host.addEventListener('mousedown', look, { signal, capture: true });
}
