/** Holds a guide's machine, as a tab does in which it runs. */
import { savesRoom } from '../sandbox/saves-room.ts';
import { browserLocks, MachineLock, machineLockName, openBrowserChannel } from '../workspace/machine-lock.ts';
import { type Hold, inUse } from './machine-room.ts';

export const holdMachine: Hold = async (guide, work) => {
  let tellOver: (isSafe: boolean) => void = () => {};
  const over = new Promise<boolean>((resolve) => (tellOver = resolve));
  const lock = new MachineLock(machineLockName(savesRoom(), guide), {
    locks: browserLocks(),
    openChannel: openBrowserChannel,
    // A tab that wants the machine gets it when this is done.
    giveUp: () => over,
    // What is written from then on the store refuses.
    onLost: () => {},
    onFreed: () => {},
  });
  try {
    if (!(await lock.acquire())) throw inUse();
    return await work();
  } finally {
    tellOver(true);
    lock.close();
  }
};

/** The guides whose machines a tab has at the moment. */
export async function heldMachines(guides: readonly string[]): Promise<ReadonlySet<string>> {
  const { held = [] } = (await browserLocks()?.query()) ?? {};
  const names = new Set(held.map(({ name }) => name));
  return new Set(guides.filter((guide) => names.has(machineLockName(savesRoom(), guide))));
}
