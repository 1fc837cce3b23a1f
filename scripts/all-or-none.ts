/**
 * Does a piece of work for each item, all at once. When one fails, the signal of all is aborted; once they have ended,
 * this rejects with what failed first.
 */
export async function allOrNone<Item>(
  items: readonly Item[],
  work: (item: Item, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const ending = new AbortController();
  await Promise.all(
    items.map((item) => work(item, ending.signal).catch((error: unknown) => ending.abort(error))),
  );
  ending.signal.throwIfAborted();
}
