/**
 * One machine's saves. Each save writes new segments (`segment.ts`), then a new manifest (`manifest.ts`) that names
 * them and older ones; nothing is ever written over. The newest manifest that is whole is the machine. The one before
 * it stays, with its segments, until there is another; all else is then removed.
 */
import type { Contents, JsonValue } from './contents.ts';
import { type Basis, Draft } from './draft.ts';
import type { SaveFiles } from './files.ts';
import { LoadedMachine } from './loaded-machine.ts';
import { decodeManifest, encodeManifest, type Manifest } from './manifest.ts';
import {
  checkKey,
  compareOwners,
  compareSaves,
  type FileName,
  leafName,
  newToken,
  type Owner,
  parseLeaf,
} from './names.ts';
import { asSaveError, internalError, SaveError } from './save-error.ts';
import { Segment, type SegmentInfo } from './segment.ts';
import { sideBySide } from './side-by-side.ts';

/** How often the files are listed again when another owner removes them while they are read. */
const SCANS = 8;

/** A save, without its pages and blocks. */
export interface Saved {
  readonly about: JsonValue;
  /** Goes up with every save. */
  readonly number: number;
  /** Its owner's. */
  readonly epoch: number;
  /** When it was saved: milliseconds since 1970. */
  readonly time: number;
  /** Of its segments on the disk. */
  readonly bytes: number;
  /** Pages that are not as the base has them, and blocks that are not as the image has them. */
  readonly pages: number;
  readonly blocks: number;
}

export interface SaveReport {
  readonly number: number;
  /** Written to the disk, with the manifest. */
  readonly bytes: number;
  /** Pages and blocks whose content was written: new ones, and those of segments that were rewritten. */
  readonly units: number;
}

export class MachineStore {
  readonly key: string;
  readonly #files: SaveFiles;
  #owner: Owner | null = null;
  #latest: Manifest | null = null;
  /** What this object has saved or loaded last: what changes are changes of. */
  #basis: Basis | null = null;
  /** Names of manifests that are whole, and whose segments were not. */
  readonly #damaged = new Set<string>();
  #lastNumber = 0;
  #lastSegment = 0;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(files: SaveFiles, key: string) {
    this.#files = files;
    this.key = key;
  }

  /**
   * Looks for the newest whole save of the machine called `key`. Throws {@link SaveError}: `foreign` when a newer
   * version of the site has saved it, which is left alone.
   */
  static async open(files: SaveFiles, key: string): Promise<MachineStore> {
    checkKey(key);
    const store = new MachineStore(files, key);
    await store.#inTurn(async () => {
      store.#latest = await store.#scan();
    });
    return store;
  }

  latest(): Saved | null {
    return this.#latest && savedOf(this.#latest);
  }

  /**
   * Becomes the machine's owner, durably: every earlier one is refused from now on. Returns the new epoch. Looks again
   * for the newest save, since the owner before may have saved meanwhile; {@link load} after it, then. Throws
   * {@link SaveError} `stale-owner` when this object has loaded or saved the machine, and another owner has saved since.
   */
  claim(): Promise<number> {
    return this.#inTurn(async () => {
      await this.#lookAgain();
      const owner = await this.#becomeOwner();
      await this.#lookAgain();
      return owner.epoch;
    });
  }

  /**
   * Saves the machine. Needs {@link claim}. When it rejects, the machine on the disk is this one or the one before,
   * and the next save must hold these changes too. The first save of an object that has loaded nothing is whole.
   * A whole save relies on no file from before. Throws {@link SaveError}: `stale-owner` when another owner has claimed
   * the machine; `damaged` when a file that changes rely on is not what was written: save it whole then.
   */
  save(contents: Contents, { kind }: { readonly kind: 'whole' | 'changes' }): Promise<SaveReport> {
    return this.#inTurn(async () =>
      this.#commit(contents.about, kind === 'changes' ? this.#basis : null, (draft) =>
        draft.change(contents),
      ),
    );
  }

  /** Saves another machine in place of this one; `fill` puts it into the draft, and finishes that. Otherwise as {@link save}. */
  replace(about: JsonValue, fill: (draft: Draft) => Promise<void>): Promise<SaveReport> {
    return this.#inTurn(async () => this.#commit(about, null, fill));
  }

  /** Changes what is said about the newest save. Otherwise as {@link save}. Throws `internal` when there is none. */
  describe(about: JsonValue): Promise<void> {
    return this.#inTurn(async () => {
      const latest = this.#latest;
      if (!latest) throw internalError(`nothing is saved as ${this.key}`);
      const owner = await this.#assertOwner();
      const manifest = { ...latest, owner, about, number: ++this.#lastNumber };
      await this.#writeManifest(manifest, latest, []);
      if (this.#basis?.manifest === latest) this.#basis = { ...this.#basis, manifest };
    });
  }

  /**
   * Loads the newest save whose every byte is what was written; `null` when there is none. Throws {@link SaveError}
   * `damaged` when there are saves, and none is whole.
   */
  load(): Promise<LoadedMachine | null> {
    return this.#inTurn(async () => {
      for (;;) {
        const manifest = await this.#scan();
        if (!manifest) break;
        try {
          const machine = await LoadedMachine.open(manifest, await this.#segmentsOf(manifest));
          this.#latest = manifest;
          this.#basis = { manifest, places: machine.placesByHash() };
          return machine;
        } catch (error) {
          if (asSaveError(error).code !== 'damaged') throw error;
          this.#damaged.add(manifestName(manifest));
        }
      }
      if (this.#damaged.size > 0) throw new SaveError('damaged');
      return null;
    });
  }

  /** Removes the machine. Another owner's save is refused from then on. */
  async remove(): Promise<void> {
    await this.claim();
    await this.#inTurn(async () => {
      const owner = await this.#assertOwner();
      this.#latest = null;
      this.#basis = null;
      // The claim stays: it is what turns an earlier owner away.
      const names = (await this.#list()).filter((name) => compareOwners(name, owner) <= 0);
      // The newest save goes last: when this breaks off, no older one comes back.
      const saves = names.filter(({ kind }) => kind === 'manifest').sort(compareSaves);
      for (const { leaf } of [...saves, ...names.filter(({ kind }) => kind === 'segment')])
        await this.#files.remove(this.#path(leaf));
    });
  }

  /** What else is kept with the newest save, without its pages and blocks; `null` when there is none. */
  extra(): Promise<Uint8Array | null> {
    return this.#inTurn(async () => {
      const info = this.#latest?.segments.get(this.#latest.records);
      return info ? (await this.#segment(info)).record(1) : null;
    });
  }

  async #commit(
    about: JsonValue,
    basis: Basis | null,
    fill: (draft: Draft) => Promise<void>,
  ): Promise<SaveReport> {
    const owner = await this.#assertOwner();
    const number = ++this.#lastNumber;
    const segments: string[] = [];
    const draft = new Draft(
      {
        files: this.#files,
        nextName: () => {
          const leaf = leafName('segment', owner, ++this.#lastSegment);
          segments.push(leaf);
          return this.#path(leaf);
        },
        segment: (info) => this.#segment(info),
      },
      basis,
    );
    try {
      await fill(draft);
    } catch (error) {
      await this.#undo(null, segments);
      throw error;
    }
    const manifest: Manifest = { owner, number, time: Date.now(), about, ...draft.contents };
    const bytes = await this.#writeManifest(manifest, this.#latest, segments);
    this.#basis = { manifest, places: draft.places() };
    return { number, bytes: bytes + draft.bytesWritten, units: draft.unitsWritten };
  }

  /**
   * Makes `manifest` the newest save, and removes what neither it nor `before` names. Returns its bytes on the disk.
   *
   * The owner is asked before and after: when nobody had claimed the machine after the manifest was there, whoever
   * claims it later will find this save.
   */
  async #writeManifest(
    manifest: Manifest,
    before: Manifest | null,
    newSegments: readonly string[],
  ): Promise<number> {
    const leaf = manifestName(manifest);
    const bytes = await encodeManifest(manifest);
    let begun = false;
    try {
      await this.#assertOwner();
      begun = true;
      await this.#files.write(this.#path(leaf), bytes);
      await this.#assertOwner();
    } catch (error) {
      await this.#undo(begun ? leaf : null, newSegments);
      throw error;
    }
    this.#latest = manifest;
    await this.#tidy(before ? [manifest, before] : [manifest]);
    return bytes.length;
  }

  /** Removes what a save that failed has written, as far as that can be done. */
  async #undo(manifest: string | null, segments: readonly string[]): Promise<void> {
    try {
      await this.#assertOwner();
      if (manifest !== null) {
        await this.#files.remove(this.#path(manifest));
        // An owner that has claimed the machine meanwhile may build on this save.
        await this.#assertOwner();
      }
      for (const leaf of segments) await this.#files.remove(this.#path(leaf));
    } catch {
      // The next save that succeeds removes it.
    }
  }

  /** Removes what none of these saves names, as far as that can be done. */
  async #tidy(kept: readonly Manifest[]): Promise<void> {
    try {
      const owner = await this.#assertOwner();
      const leaves = new Set(
        kept.flatMap((manifest) => [
          manifestName(manifest),
          ...[...manifest.segments.values()].map(({ name }) => name),
        ]),
      );
      const names = (await this.#list()).filter(
        (name) => !leaves.has(name.leaf) && compareOwners(name, owner) <= 0,
      );
      for (const { kind, leaf } of names) if (kind === 'manifest') await this.#files.remove(this.#path(leaf));
      // Nobody finds the removed saves from now on; an owner that has found one before has claimed the machine.
      await this.#assertOwner();
      for (const { kind, leaf } of names) if (kind === 'segment') await this.#files.remove(this.#path(leaf));
    } catch {
      // Nothing is lost but room; the next save tries again.
    }
  }

  async #becomeOwner(): Promise<Owner> {
    let names = await this.#list();
    for (;;) {
      const owner = { epoch: 1 + Math.max(0, ...names.map(({ epoch }) => epoch)), token: newToken() };
      await this.#files.write(this.#path(leafName('claim', owner)), new Uint8Array());
      names = await this.#list();
      // Of two that claim at the same time, at least one sees the other, and tries again.
      if (names.some((name) => compareOwners(name, owner) > 0)) continue;
      this.#owner = owner;
      this.#lastSegment = 0;
      const former = names.filter((name) => name.kind === 'claim' && compareOwners(name, owner) < 0);
      // They no longer count; what cannot be removed stays until the next claim.
      for (const { leaf } of former) await this.#files.remove(this.#path(leaf)).catch(() => undefined);
      return owner;
    }
  }

  /** This object's owner. Throws {@link SaveError} `stale-owner` when it is no longer the machine's. */
  async #assertOwner(): Promise<Owner> {
    const owner = this.#owner;
    if (!owner) throw internalError('a save without a claim');
    const names = await this.#list();
    // A machine that was removed has no claim of ours left.
    const claimed = names.some((name) => name.kind === 'claim' && compareOwners(name, owner) === 0);
    if (!claimed || names.some((name) => compareOwners(name, owner) > 0)) throw new SaveError('stale-owner');
    return owner;
  }

  async #lookAgain(): Promise<void> {
    const latest = await this.#scan();
    const own = this.#basis?.manifest;
    if (own && (!latest || manifestName(own) !== manifestName(latest))) throw new SaveError('stale-owner');
    this.#latest = own ?? latest;
  }

  /** The newest save whose manifest is whole and whose segments are there, as far as is known. */
  async #scan(): Promise<Manifest | null> {
    for (let scan = 0; scan < SCANS; scan++) {
      const names = await this.#list();
      this.#lastNumber = Math.max(this.#lastNumber, ...names.map(savedNumber));
      const leaves = new Set(names.map(({ leaf }) => leaf));
      let gone = false;
      const saves = names.filter(({ kind, leaf }) => kind === 'manifest' && !this.#damaged.has(leaf));
      for (const name of saves.sort((one, other) => compareSaves(other, one))) {
        const manifest = await this.#manifest(name);
        if (manifest === 'gone') gone = true;
        else if (manifest && [...manifest.segments.values()].every((segment) => leaves.has(segment.name)))
          return manifest;
      }
      // An owner has saved and tidied up meanwhile: there is a newer one.
      if (!gone) return null;
    }
    throw new SaveError('lost');
  }

  /** `null` when it is torn or damaged. */
  async #manifest(name: FileName): Promise<Manifest | 'gone' | null> {
    const bytes = await this.#files.read(this.#path(name.leaf));
    if (!bytes) return 'gone';
    try {
      const manifest = await decodeManifest(bytes);
      return manifestName(manifest) === name.leaf ? manifest : null;
    } catch (error) {
      if (asSaveError(error).code === 'damaged') return null;
      throw error;
    }
  }

  async #segmentsOf(manifest: Manifest): Promise<ReadonlyMap<number, Segment>> {
    const segments = new Map<number, Segment>();
    await sideBySide(manifest.segments, async ([slot, info]) => {
      segments.set(slot, await this.#segment(info));
    });
    return segments;
  }

  async #segment(info: SegmentInfo): Promise<Segment> {
    const bytes = await this.#files.read(this.#path(info.name));
    if (!bytes) throw new SaveError('damaged');
    return Segment.open(bytes, info);
  }

  async #list(): Promise<FileName[]> {
    const prefix = `${this.key}/`;
    return (await this.#files.list()).flatMap((name) => {
      const parsed = name.startsWith(prefix) ? parseLeaf(name.slice(prefix.length)) : null;
      return parsed ? [parsed] : [];
    });
  }

  #path(leaf: string): string {
    return `${this.key}/${leaf}`;
  }

  /** One call after the other; what fails holds up none. Rejects with {@link SaveError} only. */
  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result.catch((error: unknown) => {
      throw asSaveError(error);
    });
  }
}

function manifestName({ owner, number }: Manifest): string {
  return leafName('manifest', owner, number);
}

function savedNumber({ kind, number }: FileName): number {
  return kind === 'manifest' ? number : 0;
}

function savedOf({ about, number, owner, time, segments, pages, blocks }: Manifest): Saved {
  const bytes = [...segments.values()].reduce((sum, segment) => sum + segment.bytes, 0);
  return { about, number, epoch: owner.epoch, time, bytes, pages: pages.size, blocks: blocks.size };
}
