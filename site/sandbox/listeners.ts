/** Calling those who listen. */

/** Calls each listener. What one of them throws is its own fault: it is reported, and the others are called. */
export function tellEach<Listener>(listeners: Iterable<Listener>, tell: (listener: Listener) => void): void {
  for (const listener of listeners) {
    try {
      tell(listener);
    } catch (error) {
      console.error(error);
    }
  }
}
