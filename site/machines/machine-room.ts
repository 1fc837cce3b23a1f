/**
 * What the page "Your machines" does to machines that are kept. Whatever rejects is a {@link SaveError} with a sentence
 * for the reader, and leaves each machine as it was; when the disk is full, one may be set aside twice.
 */
import type { SavedAbout } from '../sandbox/saved.ts';
import {
  addCopy,
  beforeKey,
  describeMachine,
  listMachines,
  makeCopy,
  putBack,
  removeBrokenCopies,
  removeMachine,
  swapWithBefore,
} from '../saves/copies.ts';
import { exportMachine } from '../saves/export-machine.ts';
import type { SaveFiles } from '../saves/files.ts';
import { ImportedMachine, type ImportOptions } from '../saves/import-machine.ts';
import { MachineStore } from '../saves/machine-store.ts';
import { SaveError } from '../saves/save-error.ts';
import type { MachineGuide, MachineImage } from './guides.ts';
import {
  imageOf,
  guideNamed,
  type KeptAbout,
  listed,
  type ListedMachine,
  named,
  readKept,
} from './kept-machine.ts';

/** The version of what a machine's file holds beside its pages and blocks: goes up with the format of either. */
const CONTENT_VERSION = 1;

const GONE = 'This machine is no longer there. Another tab may have deleted it.';
const IN_USE =
  'This guide’s machine is open in another tab, so it was left alone. Power it off there or leave the chapter, then try again.';
const NO_SUCH_GUIDE = 'This file holds a machine of a guide that this site does not have.';
const NOT_READABLE = 'This file does not say what machine it holds, so it was not opened.';
const OTHER_RELEASE =
  'This machine belongs to another release of the guide, so it cannot go on here. The site’s own machines have changed since.';
const NO_MACHINES = 'This copy of the site has no machines, so a machine cannot be opened here.';

/**
 * Does `work` while nobody else can start or save the guide's machine, and resolves with what it does; rejects with
 * {@link SaveError}, and does nothing, when another tab has it.
 */
export type Hold = <T>(guide: string, work: () => Promise<T>) => Promise<T>;

/** What cannot be done while another tab has the machine. */
export function inUse(): SaveError {
  return new SaveError('stale-owner', IN_USE);
}

export type OnProgress = (done: number) => void;

export interface MachineFile {
  readonly blob: Blob;
  readonly name: string;
}

export class MachineRoom {
  readonly #files: SaveFiles;
  readonly #guides: readonly MachineGuide[];
  readonly #hold: Hold;

  constructor(files: SaveFiles, guides: readonly MachineGuide[], hold: Hold) {
    this.#files = files;
    this.#guides = guides;
    this.#hold = hold;
  }

  /** Removes what is left of copies that broke off, or were deleted. Nobody may make one meanwhile. */
  async tidy(): Promise<void> {
    await removeBrokenCopies(this.#files);
  }

  /** All of them, the newest first. */
  async list(): Promise<readonly ListedMachine[]> {
    return (await listMachines(this.#files)).map((machine) => listed(machine, this.#guides));
  }

  /** Keeps a copy of the guide's machine, or of one that is set aside. Returns its key. */
  async keepCopy(key: string, name: string): Promise<string> {
    const { guide, about } = await this.#readable(key);
    return makeCopy(this.#files, guide, named(about, name), key);
  }

  /** Gives a copy another name. */
  async rename(key: string, name: string): Promise<void> {
    const { about } = await this.#readable(key);
    await describeMachine(this.#files, key, named(about, name));
  }

  async remove(key: string): Promise<void> {
    const { guide, role } = await this.#find(key);
    const remove = (): Promise<void> => removeMachine(this.#files, key);
    await (role === 'own' ? this.#hold(guide, remove) : remove());
  }

  /** Puts a copy, or what was set aside, in place of the guide's machine, which is set aside. */
  async putBack(key: string): Promise<void> {
    const { guide, role, about, fate } = await this.#readable(key);
    if (fate !== 'fits') throw new SaveError('foreign', OTHER_RELEASE);
    await this.#hold(guide, async () => {
      if (role !== 'before') {
        await putBack(this.#files, key, guide, named(about, null));
        return;
      }
      const hasOwn = (await MachineStore.open(this.#files, guide)).latest() !== null;
      await swapWithBefore(this.#files, guide);
      if (!hasOwn) await removeMachine(this.#files, beforeKey(guide));
    });
  }

  /** The machine as one file. `onProgress` is called with the part that is done, from 0 to 1. */
  async download(key: string, onProgress: OnProgress): Promise<MachineFile> {
    const { guide, about } = await this.#readable(key);
    const machine = await (await MachineStore.open(this.#files, key)).load();
    if (!machine) throw new SaveError('lost', GONE);
    const blob = await exportMachine(machine, {
      about: named(about, about.name ?? null),
      contentVersion: CONTENT_VERSION,
      // What the guide's machine begins with is in no save.
      known: () => false,
      onProgress,
    });
    return { blob, name: fileName(guide, about) };
  }

  /**
   * Keeps a machine from a file: as the guide's own when that has none and no tab has started one, and as a copy
   * otherwise. `onProgress` is called with the part that is done, from 0 to 1.
   */
  async upload(file: Blob, onProgress: OnProgress): Promise<ListedMachine> {
    const { machine, about, guide } = await this.#open(file);
    const fill = (store: MachineStore, name: string | null): Promise<unknown> =>
      machine.saveIn(store, () => Promise.resolve(null), named(about, name), onProgress);
    const addTo = async (): Promise<string> =>
      addCopy(this.#files, guide.slug, (copy) => fill(copy, about.name ?? 'From a file'));
    const key = await this.#hold(guide.slug, async () => {
      const store = await MachineStore.open(this.#files, guide.slug);
      if (store.latest()) return addTo();
      await store.claim();
      await fill(store, null);
      return guide.slug;
    }).catch((error: unknown) => {
      if (isInUse(error)) return addTo();
      throw error;
    });
    return this.#find(key);
  }

  async #open(file: Blob): Promise<{
    readonly machine: ImportedMachine;
    readonly about: KeptAbout;
    readonly guide: MachineGuide;
  }> {
    const all = this.#guides.flatMap(({ images }) => images);
    if (all.length === 0) throw new SaveError('foreign', NO_MACHINES);
    // Whose it is is said in it: it must be within the limits of some guide first, and then of its own.
    const largest = all.reduce(
      (limits, { pages, blocks }) => ({
        pages: Math.max(limits.pages, pages),
        blocks: Math.max(limits.blocks, blocks),
      }),
      { pages: 0, blocks: 0 },
    );
    const any = await ImportedMachine.open(file, limitsOf(largest));
    const guide = guideNamed(any.about, this.#guides);
    if (!guide) throw new SaveError('foreign', hasGuide(any.about) ? NO_SUCH_GUIDE : NOT_READABLE);
    const about = readKept(any.about, guide);
    if (!about) throw new SaveError('foreign', NOT_READABLE);
    const image = imageOf(about, guide);
    if (!image) throw new SaveError('foreign', OTHER_RELEASE);
    return { machine: await ImportedMachine.open(file, limitsOf(image)), about, guide };
  }

  async #find(key: string): Promise<ListedMachine> {
    const found = (await this.list()).find((machine) => machine.key === key);
    if (!found) throw new SaveError('lost', GONE);
    return found;
  }

  async #readable(key: string): Promise<ListedMachine & { readonly about: KeptAbout }> {
    const found = await this.#find(key);
    const { about } = found;
    if (!about) throw new SaveError('foreign');
    return { ...found, about };
  }
}

/** `ubuntu-16.04-flask-2026-11-27-1812.typealong-machine`: when it was saved, in the reader's own time. */
export function fileName(guide: string, { savedAtMs }: Pick<SavedAbout, 'savedAtMs'>): string {
  const at = new Date(savedAtMs);
  const two = (number: number): string => String(number).padStart(2, '0');
  const date = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-');
  return `${guide}-${date}-${two(at.getHours())}${two(at.getMinutes())}.typealong-machine`;
}

function limitsOf({ pages, blocks }: Pick<MachineImage, 'pages' | 'blocks'>): ImportOptions {
  return { contentVersion: CONTENT_VERSION, pages, blocks };
}

function hasGuide(about: unknown): boolean {
  return typeof about === 'object' && about !== null && 'guide' in about && typeof about.guide === 'string';
}

function isInUse(error: unknown): boolean {
  return error instanceof SaveError && error.message === IN_USE;
}
