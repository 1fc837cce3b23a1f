/** The machine's state of now, and who wants to hear of changes. */
import { tellEach } from './listeners.ts';
import type { SandboxState } from './types.ts';

export class StateEvents {
  #state: SandboxState = { status: 'off' };
  readonly #listeners = new Set<(state: SandboxState) => void>();

  get(): SandboxState {
    return this.#state;
  }

  set(state: SandboxState): void {
    this.#state = state;
    tellEach(this.#listeners, (listener) => listener(state));
  }

  /** Calls `listener` at once and at every change. Returns an unsubscribe function. */
  subscribe(listener: (state: SandboxState) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#state);
    return () => this.#listeners.delete(listener);
  }
}
