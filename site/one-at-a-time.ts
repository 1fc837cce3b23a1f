/** What is asked for again while it is under way is not begun again: both wait for the same. */
export function oneAtATime<Arguments extends readonly unknown[], Result>(
  work: (...given: Arguments) => Promise<Result>,
): (...given: Arguments) => Promise<Result> {
  let pending: Promise<Result> | null = null;
  return (...given) => {
    pending ??= work(...given).finally(() => {
      pending = null;
    });
    return pending;
  };
}
