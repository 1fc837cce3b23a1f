/** Time limits of what the guest does: they count the time in which it runs. */

/** How often it is looked at whether the machine runs, milliseconds. */
const LOOK_MS = 1000;

/**
 * Does `work` once the machine has been running for so long, or up to a second later for each time that it stood still
 * meanwhile. Returns a function that cancels it.
 */
export function afterRunning(milliseconds: number, standsStill: () => boolean, work: () => void): () => void {
  let left = milliseconds;
  let timer: ReturnType<typeof setTimeout>;
  const look = (): void => {
    const runs = !standsStill();
    const step = runs ? Math.min(LOOK_MS, left) : LOOK_MS;
    timer = setTimeout(() => {
      const hasRun = runs && !standsStill();
      if (hasRun) left -= step;
      if (hasRun && left <= 0) work();
      else look();
    }, step);
  };
  look();
  return () => clearTimeout(timer);
}
