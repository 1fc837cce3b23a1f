/** Scrolling a terminal with a finger: it has no scrollable element that the browser could move. */

/** A finger that moves less has tapped. */
const SLACK_PX = 8;
/** How long the finger's last movements count as its speed, in milliseconds. */
const SPEED_MS = 100;
/** How slowly the terminal comes to rest, in milliseconds; and the speed at which it stands still, in pixels a millisecond. */
const REST_MS = 325;
const STILL = 0.05;

export interface TouchScrollEvents {
  readonly lineHeight: () => number;
  /** Positive: towards what was printed last. */
  readonly onLines: (lines: number) => void;
}

/** Turns pixels into whole lines and keeps the rest. */
export class LineScroll {
  #rest = 0;

  /** Lines for a movement of so many pixels. */
  move(px: number, lineHeight: number): number {
    if (!(lineHeight > 0)) return 0;
    this.#rest += px / lineHeight;
    const lines = Math.trunc(this.#rest);
    this.#rest -= lines;
    return lines;
  }
}

interface Point {
  readonly y: number;
  readonly at: number;
}

export class TouchScroll {
  readonly #events: TouchScrollEvents;
  #lines = new LineScroll();
  #start: Point | null = null;
  #recent: Point[] = [];
  #isScrolling = false;
  #frame: number | null = null;

  /** Listens until `signal` is aborted. */
  constructor(element: HTMLElement, events: TouchScrollEvents, signal: AbortSignal) {
    this.#events = events;
    element.addEventListener('touchstart', (event) => this.#began(event), { signal, passive: true });
    // Not passive: a finger that scrolls must neither click nor move the page.
    element.addEventListener('touchmove', (event) => this.#moved(event), { signal, passive: false });
    element.addEventListener('touchend', (event) => this.#ended(event), { signal });
    element.addEventListener('touchcancel', () => this.#forget(), { signal });
    signal.addEventListener('abort', () => this.#rest(), { once: true });
  }

  #began(event: TouchEvent): void {
    this.#rest();
    this.#forget();
    const [touch] = event.touches;
    if (event.touches.length !== 1 || !touch) return;
    this.#start = { y: touch.clientY, at: event.timeStamp };
    this.#recent = [this.#start];
    this.#lines = new LineScroll();
  }

  #moved(event: TouchEvent): void {
    const [touch] = event.touches;
    const last = this.#recent.at(-1);
    if (this.#start === null || !touch || !last) return;
    if (!this.#isScrolling && Math.abs(touch.clientY - this.#start.y) < SLACK_PX) return;
    this.#isScrolling = true;
    if (event.cancelable) event.preventDefault();
    this.#scroll(last.y - touch.clientY);
    this.#recent.push({ y: touch.clientY, at: event.timeStamp });
    this.#recent = this.#recent.filter(({ at }) => event.timeStamp - at <= SPEED_MS);
  }

  #ended(event: TouchEvent): void {
    const first = this.#recent[0];
    const last = this.#recent.at(-1);
    const wasScrolling = this.#isScrolling;
    this.#forget();
    if (!wasScrolling) return;
    if (event.cancelable) event.preventDefault();
    if (!first || !last || last.at === first.at || event.timeStamp - last.at > SPEED_MS) return;
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    this.#glide((first.y - last.y) / (last.at - first.at), performance.now());
  }

  /** Goes on by itself, slower and slower. `speed` is in pixels a millisecond. */
  #glide(speed: number, before: number): void {
    if (Math.abs(speed) < STILL) return;
    this.#frame = requestAnimationFrame((now) => {
      const elapsed = Math.max(0, now - before);
      this.#scroll(speed * elapsed);
      this.#glide(speed * Math.exp(-elapsed / REST_MS), Math.max(now, before));
    });
  }

  #scroll(px: number): void {
    const lines = this.#lines.move(px, this.#events.lineHeight());
    if (lines !== 0) this.#events.onLines(lines);
  }

  #forget(): void {
    this.#start = null;
    this.#recent = [];
    this.#isScrolling = false;
  }

  #rest(): void {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#frame = null;
  }
}
