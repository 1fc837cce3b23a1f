/**
 * The guest's four consoles. Input is queued and given in pieces that the guest has room for, since v86 drops what
 * does not fit. Output of the reader's three is collected (`console-output.ts`); the agent's comes as it is.
 */
import { ConsoleOutput } from './console-output.ts';
import type { DataListener, MarkListener } from './console-output.ts';
import { switchedOff } from './problems.ts';
import { TERMINAL_COUNT } from './types.ts';

/** Takes bytes for a console and says how many it took. */
export type ConsoleInput = (index: number, bytes: Uint8Array) => number;

export interface ConsolesEvents {
  /** Listeners have much left to deal with (`true`), or are through with most of it. The guest stands still meanwhile. */
  readonly onBacklog: (large: boolean) => void;
  /** Giving input to the guest threw: its machine is broken. */
  readonly onError: (error: unknown) => void;
}

/** Console of the agent. */
export const AGENT_CONSOLE = TERMINAL_COUNT;

/** Above the first the backlog is large, until it is below the second. Bytes. */
const LARGE_BACKLOG = 256 * 1024;
const SMALL_BACKLOG = 64 * 1024;
/** Entries of the log of a console's input and output. */
const LOG_LENGTH = 200;
/** Bytes of an entry that a report shows. */
const LOGGED_BYTES = 60;

interface Waiting {
  bytes: Uint8Array;
  readonly done: () => void;
  readonly failed: (reason: Error) => void;
}

interface InputQueue {
  readonly index: number;
  readonly waiting: Waiting[];
  timer: ReturnType<typeof setTimeout> | null;
}

/** What crossed a console, for a report on a machine that stands still. Times are of `performance.now()`. */
interface LogEntry {
  readonly atMs: number;
  readonly console: number;
  readonly direction: 'in' | 'out';
  readonly bytes: Uint8Array;
}

export class Consoles {
  readonly #outputs = Array.from(
    { length: TERMINAL_COUNT },
    () => new ConsoleOutput((bytes) => this.#countBacklog(bytes)),
  );
  readonly #inputs: readonly InputQueue[] = [0, 1, 2, AGENT_CONSOLE].map((index) => ({
    index,
    waiting: [],
    timer: null,
  }));
  readonly #agentListeners = new Set<(bytes: Uint8Array) => void>();
  #events: ConsolesEvents | null = null;
  #input: ConsoleInput | null = null;
  #backlog = 0;
  #hasLargeBacklog = false;
  #log: LogEntry[] = [];

  /** Connects a machine. */
  connect(input: ConsoleInput, events: ConsolesEvents): void {
    this.#input = input;
    this.#events = events;
    for (const queue of this.#inputs) this.#pump(queue);
  }

  /** Disconnects it. Input that waits is refused. */
  disconnect(): void {
    this.#input = null;
    this.#events = null;
    for (const output of this.#outputs) output.end();
    // Not before: what is handed on at the end is this machine's.
    this.setMarkKey(null);
    this.#backlog = 0;
    this.#hasLargeBacklog = false;
    for (const queue of this.#inputs) {
      if (queue.timer !== null) clearTimeout(queue.timer);
      queue.timer = null;
      for (const item of queue.waiting.splice(0)) item.failed(switchedOff());
    }
  }

  /** From now on only marks with this key count; `null`: all. */
  setMarkKey(key: string | null): void {
    for (const output of this.#outputs) output.setMarkKey(key);
  }

  /** Output of a console arrived. */
  receive(index: number, bytes: Uint8Array): void {
    this.#note(index, 'out', bytes);
    if (index === AGENT_CONSOLE) for (const listener of this.#agentListeners) listener(bytes);
    else this.#outputs[index]?.receive(bytes);
  }

  /** Returns an unsubscribe function. */
  onData(index: number, listener: DataListener): () => void {
    const listeners = this.#outputs[index]?.dataListeners;
    listeners?.add(listener);
    return () => listeners?.delete(listener);
  }

  /** Marks of the shell, in order with the bytes around them. Returns an unsubscribe function. */
  onMark(index: number, listener: MarkListener): () => void {
    const listeners = this.#outputs[index]?.markListeners;
    listeners?.add(listener);
    return () => listeners?.delete(listener);
  }

  /** Output of the agent's console, as it comes. Returns an unsubscribe function. */
  onAgentData(listener: (bytes: Uint8Array) => void): () => void {
    this.#agentListeners.add(listener);
    return () => this.#agentListeners.delete(listener);
  }

  /** Queues input. Resolves when the guest has taken all of it; rejects with `switched-off` when the machine goes off first. */
  write(index: number, bytes: Uint8Array): Promise<void> {
    const queue = this.#inputs[index];
    if (!this.#input || !queue) return Promise.reject(switchedOff());
    if (bytes.length === 0) return Promise.resolve();
    this.#note(index, 'in', bytes);
    return new Promise((done, failed) => {
      queue.waiting.push({ bytes, done, failed });
      this.#pump(queue);
    });
  }

  /** What crossed the consoles last, and the input that still waits. */
  diagnose(): Readonly<Record<string, unknown>> {
    return {
      waitingInputs: this.#inputs.map(({ waiting }) =>
        waiting.reduce((sum, { bytes }) => sum + bytes.length, 0),
      ),
      backlogBytes: this.#backlog,
      log: this.#log.slice(-LOG_LENGTH).map(({ bytes, ...entry }) => ({
        ...entry,
        bytes: bytes.length,
        text: new TextDecoder('latin1').decode(bytes.subarray(0, LOGGED_BYTES)),
      })),
    };
  }

  #pump(queue: InputQueue): void {
    if (queue.timer !== null || !this.#input) return;
    const item = queue.waiting[0];
    if (!item) return;
    let taken = 0;
    try {
      taken = this.#input(queue.index, item.bytes);
    } catch (error) {
      this.#events?.onError(error);
      return;
    }
    if (taken === item.bytes.length) {
      queue.waiting.shift();
      item.done();
    } else {
      item.bytes = item.bytes.subarray(taken);
    }
    if (queue.waiting.length === 0) return;
    // The guest needs a moment of running to make room again.
    queue.timer = setTimeout(
      () => {
        queue.timer = null;
        this.#pump(queue);
      },
      taken > 0 ? 1 : 4,
    );
  }

  #countBacklog(bytes: number): void {
    this.#backlog += bytes;
    const isLarge = this.#backlog > (this.#hasLargeBacklog ? SMALL_BACKLOG : LARGE_BACKLOG);
    if (isLarge === this.#hasLargeBacklog) return;
    this.#hasLargeBacklog = isLarge;
    this.#events?.onBacklog(isLarge);
  }

  #note(console: number, direction: 'in' | 'out', bytes: Uint8Array): void {
    this.#log.push({ atMs: performance.now(), console, direction, bytes });
    if (this.#log.length >= 2 * LOG_LENGTH) this.#log = this.#log.slice(-LOG_LENGTH);
  }
}
