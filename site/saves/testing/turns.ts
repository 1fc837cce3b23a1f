/** For tests: several that use one disk at the same time, their calls in every order. */
import type { Random } from '../../fuzz/fuzz.ts';
import type { Bytes, SaveFiles } from '../files.ts';

interface Waiting {
  readonly who: string;
  readonly go: () => void;
}

/**
 * A disk whose every call waits for its turn. A write has two turns: after the first, half of the bytes are there, as
 * others may see them.
 */
export class Turns {
  readonly #disk: SaveFiles;
  readonly #waiting: Waiting[] = [];

  constructor(disk: SaveFiles) {
    this.#disk = disk;
  }

  files(who: string): SaveFiles {
    const turn = (): Promise<void> => new Promise((go) => this.#waiting.push({ who, go }));
    const disk = this.#disk;
    return {
      floor: disk.floor,
      list: async () => {
        await turn();
        return disk.list();
      },
      read: async (name: string) => {
        await turn();
        return disk.read(name);
      },
      write: async (name: string, bytes: Bytes) => {
        await turn();
        await disk.write(name, bytes.slice(0, bytes.length / 2));
        await turn();
        await disk.write(name, bytes);
      },
      remove: async (name: string) => {
        await turn();
        await disk.remove(name);
      },
    };
  }

  /**
   * Runs all of them to their end. Whenever each of them waits, or has ended, one is chosen; `between` looks at the
   * disk then.
   */
  async run(
    random: Random,
    players: Readonly<Record<string, Promise<unknown>>>,
    between: () => Promise<void>,
  ): Promise<void> {
    const playing = new Set(Object.keys(players));
    for (const [who, player] of Object.entries(players)) {
      const end = (): void => void playing.delete(who);
      player.then(end, end);
    }
    while (playing.size > 0) {
      if ([...playing].every((who) => this.#waiting.some((each) => each.who === who))) {
        await between();
        const [chosen] = this.#waiting.splice(random.below(this.#waiting.length), 1);
        chosen?.go();
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
