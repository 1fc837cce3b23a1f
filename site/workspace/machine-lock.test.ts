import { describe, expect, it, vi } from 'vitest';
import { MachineLock } from './machine-lock.ts';

/** The browser's locks, for tabs in one process. */
class FakeLocks {
  #held: { name: string; steal: (error: Error) => void } | null = null;
  #waiting: (() => void)[] = [];

  query(): Promise<{ held: { name: string }[] }> {
    return Promise.resolve({ held: this.#held ? [{ name: this.#held.name }] : [] });
  }

  async request(
    name: string,
    { ifAvailable, steal, signal }: LockOptions,
    callback: (lock: { name: string } | null) => Promise<void> | void,
  ): Promise<void> {
    if (this.#held && ifAvailable) {
      await callback(null);
      return;
    }
    if (this.#held && steal) this.#held.steal(new DOMException('stolen', 'AbortError'));
    else if (this.#held) {
      await new Promise<void>((resolve, reject) => {
        this.#waiting.push(resolve);
        signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
      });
    }
    await new Promise<void>((resolve, reject) => {
      const held = { name, steal: reject };
      this.#held = held;
      void Promise.resolve(callback({ name })).then(() => {
        if (this.#held === held) this.#held = null;
        this.#waiting.shift()?.();
        resolve();
      });
    });
  }
}

/** Channels of one name hear each other. */
function makeChannels() {
  const listeners = new Set<{ owner: object; listener: (event: { data: unknown }) => void }>();
  return () => {
    const owner = {};
    return {
      addEventListener: (_: string, listener: (event: { data: unknown }) => void) =>
        listeners.add({ owner, listener }),
      postMessage: (data: unknown) => {
        for (const each of [...listeners]) if (each.owner !== owner) each.listener({ data });
      },
      close: () => {
        for (const each of listeners) if (each.owner === owner) listeners.delete(each);
      },
    };
  };
}

function makeTabs({ giveUp = () => Promise.resolve(true), isFrozen = false } = {}) {
  const locks = new FakeLocks();
  const open = isFrozen ? () => null : makeChannels();
  const told: string[] = [];
  const tab = (name: string): MachineLock =>
    new MachineLock('machine', {
      locks: locks as unknown as LockManager,
      openChannel: () => open() as unknown as BroadcastChannel | null,
      giveUp,
      onLost: (asked) => told.push(`${name} lost ${asked ? 'asked' : 'by force'}`),
      onFreed: () => told.push(`${name} hears that it is free`),
      patienceMs: 20,
    });
  return { first: tab('first'), second: tab('second'), told };
}

describe('MachineLock', () => {
  it('is had by one tab', async () => {
    const { first, second, told } = makeTabs();
    expect([await first.acquire(), await second.acquire()]).toEqual([true, false]);
    expect([await first.isElsewhere(), await second.isElsewhere()]).toEqual([false, true]);
    first.release();
    await vi.waitFor(() => expect(told).toEqual(['second hears that it is free']));
    expect(await second.acquire()).toBe(true);
  });

  it('is not taken for another tab’s while the page before is just going', async () => {
    const { first, second } = makeTabs();
    await first.acquire();
    setTimeout(() => first.release(), 50);
    expect(await second.acquire()).toBe(true);
  });

  it('is given up by a tab that is asked, once that has saved', async () => {
    const order: string[] = [];
    const { first, second, told } = makeTabs({
      giveUp: async () => {
        // Longer than a tab that is awake may take to answer.
        await new Promise((resolve) => setTimeout(resolve, 60));
        order.push('saved');
        return true;
      },
    });
    await first.acquire();
    expect(await second.takeOver()).toBe('taken');
    order.push('taken');
    expect(order).toEqual(['saved', 'taken']);
    expect(told).toEqual(['first lost asked']);
    expect([first.isOwn, second.isOwn]).toEqual([false, true]);
  });

  it('stays with a tab that cannot save', async () => {
    const { first, second, told } = makeTabs({ giveUp: () => Promise.resolve(false) });
    await first.acquire();
    expect(await second.takeOver()).toBe('refused');
    expect([first.isOwn, second.isOwn]).toEqual([true, false]);
    expect(told).toEqual([]);
  });

  it('is taken from a tab that does not answer', async () => {
    const { first, second, told } = makeTabs({ isFrozen: true });
    await first.acquire();
    expect(await second.takeOver()).toBe('taken');
    await vi.waitFor(() => expect(told).toEqual(['first lost by force']));
    expect([first.isOwn, second.isOwn]).toEqual([false, true]);
  });

  it('is everybody’s where the browser has no locks', async () => {
    const alone = new MachineLock('machine', {
      locks: null,
      openChannel: () => null,
      giveUp: () => Promise.resolve(true),
      onLost: () => {},
      onFreed: () => {},
    });
    expect(await alone.acquire()).toBe(true);
    expect(await alone.isElsewhere()).toBe(false);
  });
});
