/** Between a machine and the store in which it is saved. */
import type { SaveFiles } from '../saves/files.ts';
import { SaveError } from '../saves/save-error.ts';
import { setAside } from '../saves/copies.ts';
import { MachineStore } from '../saves/machine-store.ts';
import type { BlockContent, PageContent } from '../saves/contents.ts';
import type { PoweredMachine, SavedMachine } from './powered-machine.ts';
import {
  decodeRest,
  encodeRest,
  readAbout,
  type SavedAbout,
  type SaveReport,
  type SaveRequest,
} from './saved.ts';
import { SandboxError } from './types.ts';

export class SavedMachines {
  readonly #openFiles: () => Promise<SaveFiles>;
  #files: Promise<SaveFiles> | null = null;
  /** Where the machine that is on is saved. */
  #own: { readonly machine: PoweredMachine; readonly store: MachineStore } | null = null;
  /** Settled when the last save is over: one at a time. */
  #last: Promise<unknown> = Promise.resolve();
  #report: SaveReport | null = null;
  /** What was set aside, until a save says so. */
  #setAside: SavedAbout | null = null;

  /** `openFiles`: where they are kept. */
  constructor(openFiles: () => Promise<SaveFiles>) {
    this.#openFiles = openFiles;
  }

  /**
   * Reads a saved machine, of which `machine` is the continuation: its saves are from now on the difference. Rejects with
   * {@link SandboxError}.
   */
  async load(guide: string, machine: PoweredMachine): Promise<SavedMachine> {
    return inWords(async () => {
      const store = await MachineStore.open(await this.#filesOf(), guide);
      await store.claim();
      const loaded = await store.load();
      const about = readAbout(loaded?.about);
      if (!loaded || !about) throw notSaved();
      const rest = decodeRest(loaded.extra);
      if (!rest) throw notSaved();
      const { connections, origin } = rest;
      const pages: [number, Exclude<PageContent, 'base'>][] = [];
      const blocks: [number, Exclude<BlockContent, 'image'>][] = [];
      await loaded.restore({
        page: (number, content) => pages.push([number, content]),
        block: (number, content) => blocks.push([number, content]),
      });
      this.#own = { machine, store };
      return { about, origin, head: loaded.head, pages, blocks, connections };
    });
  }

  /** What came of the last save; `null` before the first. */
  get report(): SaveReport | null {
    return this.#report;
  }

  /** As `Sandbox.save`. */
  save(
    machine: PoweredMachine,
    request: SaveRequest,
    view: () => Promise<string>,
  ): Promise<SaveReport | null> {
    const saved = this.#last.then(() => inWords(() => this.#save(machine, request, view)));
    this.#last = saved.catch(() => {});
    return saved;
  }

  async #save(
    machine: PoweredMachine,
    { guide, chapter }: SaveRequest,
    view: () => Promise<string>,
  ): Promise<SaveReport | null> {
    const begin = performance.now();
    const store = await this.#storeOf(machine, guide);
    const checkpoint = await machine.checkpoint();
    if (!checkpoint) return null;
    const { head, kind, pages, blocks, connections, stillMs } = checkpoint;
    // What the page shows of this instant: asked for before anything else can happen.
    const shown = view();
    const savedAtMs = Date.now();
    try {
      const { about: own, origin } = machine.began;
      const about = { ...own, guide, chapter, savedAtMs };
      const extra = encodeRest({ origin, connections, view: await shown });
      const { bytes } = await store.save({ about, head, extra, pages, blocks }, { kind });
      this.#report = {
        ...{ savedAtMs, bytes, stillMs, tookMs: performance.now() - begin },
        ...{ pages: pages.size, blocks: blocks.size, setAside: this.#setAside?.chapter ?? null },
      };
      this.#setAside = null;
      return this.#report;
    } catch (error) {
      machine.forgetCheckpoint();
      throw error;
    }
  }

  async #storeOf(machine: PoweredMachine, guide: string): Promise<MachineStore> {
    if (this.#own?.machine === machine && this.#own.store.key === guide) return this.#own.store;
    const files = await this.#filesOf();
    // What ends with the page is no save.
    if (files.floor === 'none') throw new SaveError('not-allowed');
    const store = await MachineStore.open(files, guide);
    // What was saved before is not simply lost: it can be taken back.
    this.#setAside = readAbout(await setAside(files, guide)) ?? this.#setAside;
    await store.claim();
    this.#own = { machine, store };
    machine.forgetCheckpoint();
    return store;
  }

  #filesOf(): Promise<SaveFiles> {
    this.#files ??= this.#openFiles();
    return this.#files;
  }
}

async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SaveError)) throw error;
    throw new SandboxError({ code: CODES[error.code], message: error.message }, { cause: error });
  }
}

const CODES = {
  full: 'storage-full',
  'not-allowed': 'no-storage',
  lost: 'no-storage',
  'stale-owner': 'other-tab',
  damaged: 'not-saved',
  foreign: 'not-saved',
  'too-many': 'storage-full',
  internal: 'internal',
} as const;

function notSaved(): SandboxError {
  return new SandboxError({
    code: 'not-saved',
    message: 'What is saved here was not saved by this site, so it was not opened. Start the machine anew.',
  });
}
