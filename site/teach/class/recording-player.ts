/** Plays a recording in a terminal that only draws. Loaded when somebody wants to see one. */
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { make } from '../make.ts';
import type { Recording } from './recording.ts';

const SPEEDS = [1, 2, 4, 8] as const;

export class RecordingPlayer {
  readonly element: HTMLElement;
  readonly #recording: Recording;
  readonly #terminal: Terminal;
  readonly #play = make('button', { type: 'button' }, 'Play');
  readonly #place: HTMLInputElement;
  readonly #speed = make(
    'select',
    { 'aria-label': 'Speed', autocomplete: 'off' },
    ...SPEEDS.map((speed) => make('option', { value: String(speed) }, `${speed} ×`)),
  );
  /** Frames that are drawn. */
  #drawn = 0;
  /** Seconds from the beginning. */
  #at = 0;
  #lastTick: number | null = null;

  /** Puts itself into `place`, in place of what is there, until `signal` is aborted. */
  constructor(recording: Recording, place: HTMLElement, signal: AbortSignal) {
    this.#recording = recording;
    const { columns, rows, title } = recording;
    // Its own ways to links, answers and the window are off, should a sequence for them come through.
    this.#terminal = new Terminal({
      ...{ cols: columns, rows, disableStdin: true, scrollback: 0, fontSize: 13 },
      linkHandler: { activate: () => {} },
      theme: { background: '#101216', foreground: '#d6d9df', cursor: '#d6d9df' },
    });
    this.#place = make('input', {
      ...{ type: 'range', min: '0', max: String(this.#end), step: '0.1', value: '0', autocomplete: 'off' },
      'aria-label': `Place in ${title || 'the recording'}`,
    });
    const screen = make('div', { class: 'recording-screen', 'aria-hidden': 'true' });
    this.element = make(
      'div',
      { class: 'recording' },
      screen,
      make('div', { class: 'recording-buttons' }, this.#play, this.#place, this.#speed),
    );
    this.#play.addEventListener('click', () => (this.#lastTick === null ? this.#start() : this.#stop()));
    this.#place.addEventListener('input', () => this.#goTo(Number(this.#place.value)));
    place.replaceChildren(this.element);
    this.#terminal.open(screen);
    // Nothing can be typed, so the keyboard does not stop here.
    this.#terminal.textarea?.setAttribute('tabindex', '-1');
    this.#goTo(this.#end);
    signal.addEventListener('abort', () => {
      this.#stop();
      this.#terminal.dispose();
      this.element.remove();
    });
  }

  get #end(): number {
    return this.#recording.frames.at(-1)?.at ?? 0;
  }

  #start(): void {
    if (this.#at >= this.#end) this.#goTo(0);
    this.#play.textContent = 'Pause';
    this.#lastTick = performance.now();
    requestAnimationFrame((now) => this.#tick(now));
  }

  #stop(): void {
    this.#play.textContent = 'Play';
    this.#lastTick = null;
  }

  #tick(now: number): void {
    if (this.#lastTick === null || !this.element.isConnected) return;
    const passed = Math.max(0, now - this.#lastTick) / 1000;
    this.#lastTick = now;
    this.#goTo(this.#at + passed * Number(this.#speed.value));
    if (this.#at >= this.#end) this.#stop();
    else requestAnimationFrame((next) => this.#tick(next));
  }

  #goTo(at: number): void {
    if (at < this.#at) {
      this.#terminal.reset();
      this.#drawn = 0;
    }
    this.#at = Math.min(at, this.#end);
    this.#place.value = String(this.#at);
    const next = this.#recording.frames.findIndex((frame) => frame.at > this.#at);
    const until = next < 0 ? this.#recording.frames.length : next;
    const data = this.#recording.frames.slice(this.#drawn, until).map((frame) => frame.data);
    this.#drawn = until;
    if (data.length > 0) this.#terminal.write(data.join(''));
  }
}
