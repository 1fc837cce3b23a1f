/**
 * Makes an image's snapshots: boots it for real, takes the base, then plays each guide and takes the machine
 * as each chapter leaves it. A snapshot is the start of the next chapter; `guide/end` is after the last.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Guide } from '../site/chapter/model.ts';
import { BLOCK_BYTES } from '../site/sandbox/disk.ts';
import {
  CHUNK_BYTES,
  type ChunkHash,
  type ImageManifest,
  type SnapshotManifest,
} from '../site/sandbox/image.ts';
import type { Capture, LocalSandbox } from '../site/sandbox/local.ts';
import { encodeState } from '../site/sandbox/state.ts';
import { createNodeSandbox, imageUrl } from './node-sandbox.ts';
import { playGuide } from './replay/engine.ts';
import { NodeDriver } from './replay/node-driver.ts';
import { STATE_CHUNK_BYTES, type StoreWriter } from './store.ts';

/** What has been done and how much of all there is to do, from 0 to 1. */
export type Progress = (what: string, fraction: number) => void;

/**
 * Programs that a reader runs first. They are read into the guest's page cache again after it has been
 * emptied, so that the first commands fetch nothing.
 */
const FIRST_PROGRAMS = ['/bin/bash', '/usr/bin/ls', '/usr/bin/sudo'];

export interface SnapshotWork {
  /** Directory that is served as `/sandbox/`; the image's `image.json` and `internet.json` are in it. */
  readonly directory: string;
  readonly image: ImageManifest;
  /** The image's disk, uncompressed. */
  readonly diskPath: string;
  readonly store: StoreWriter;
  readonly guides: readonly Guide[];
  readonly onProgress: Progress;
}

/** Makes them and returns their names. Throws a ReplayError when a guide does not play as written. */
export async function makeSnapshots(work: SnapshotWork): Promise<readonly string[]> {
  const names: string[] = [];
  for (const guide of work.guides) {
    names.push(...(await new GuideSnapshots(work, guide).make()));
  }
  return ['base', ...names.filter((name) => name !== 'base')];
}

class GuideSnapshots {
  readonly #work: SnapshotWork;
  readonly #guide: Guide;
  readonly #names: string[] = [];
  #baseState: Uint8Array | null = null;
  /** The snapshot that waits for the list of what the chapter after it reads. */
  #open: Omit<SnapshotManifest, 'prefetch'>[] = [];

  constructor(work: SnapshotWork, guide: Guide) {
    this.#work = work;
    this.#guide = guide;
  }

  async make(): Promise<readonly string[]> {
    const { directory, image, guides } = this.#work;
    const sandbox = createNodeSandbox();
    const share = 1 / guides.length;
    const before = guides.indexOf(this.#guide) * share;
    const report: Progress = (what, fraction) => this.#work.onProgress(what, before + fraction * share);
    const stopListening = sandbox.onState((state) => {
      if (state.status === 'booting') report(`booting: ${state.message}`, 0);
    });
    const disk = await open(this.#work.diskPath);
    try {
      await sandbox.start({ imageUrl: imageUrl(directory, image.name), snapshot: null });
      await settle(sandbox);
      const [first, ...later] = this.#guide.chapters;
      const driver = await NodeDriver.open(sandbox, this.#guide);
      await this.#take(sandbox, disk, first ? ['base', `${this.#guide.slug}/${first.slug}`] : ['base']);
      if (first) {
        const next = new Map(
          [first, ...later].map((chapter, index) => [chapter, later[index]?.slug ?? 'end']),
        );
        await playGuide(this.#guide, driver, {
          checks: 'skip',
          onProgress: ({ chapter, action }) => {
            const done = (chapter.number - 1) / this.#guide.chapters.length;
            report(
              `playing ${chapter.title}${action?.kind === 'command' ? `: ${action.command}` : ''}`,
              done,
            );
          },
          afterChapter: async (chapter) => {
            await this.#take(sandbox, disk, [`${this.#guide.slug}/${next.get(chapter) ?? 'end'}`]);
          },
        });
      }
      await this.#close([]);
      driver.close();
    } finally {
      stopListening();
      await disk.close();
      await sandbox.powerOff();
    }
    return this.#names;
  }

  async #take(sandbox: LocalSandbox, disk: FileHandle, names: readonly string[]): Promise<void> {
    await quieten(sandbox);
    const capture = await sandbox.capture();
    await this.#close(capture.touchedChunks);
    const encoded = encodeState(capture.state, this.#baseState);
    const manifest = {
      format: 1 as const,
      recipe: this.#work.image.recipe,
      v86Version: this.#work.image.v86Version,
      base: this.#baseState ? 'base' : null,
      state: await this.#work.store.addFile(encoded, STATE_CHUNK_BYTES),
      diskChanges: await this.#diskChanges(disk, capture),
    };
    this.#baseState ??= capture.state;
    this.#open = names.map((name) => ({ ...manifest, name }));
    this.#names.push(...names);
  }

  /** Writes the snapshots that wait, now that it is known what was read after them. */
  async #close(prefetch: readonly number[]): Promise<void> {
    const folder = join(this.#work.directory, this.#work.image.name, 'snapshots');
    await mkdir(folder, { recursive: true });
    for (const manifest of this.#open) {
      const path = join(folder, `${manifest.name.replaceAll('/', '--')}.json`);
      await writeFile(path, JSON.stringify({ ...manifest, prefetch }));
    }
    this.#open = [];
  }

  async #diskChanges(disk: FileHandle, capture: Capture): Promise<Record<string, ChunkHash | null>> {
    const blocksPerChunk = CHUNK_BYTES / BLOCK_BYTES;
    const chunks = new Set([...capture.overlay.keys()].map((block) => Math.floor(block / blocksPerChunk)));
    const changes: Record<string, ChunkHash | null> = {};
    for (const index of [...chunks].sort((a, b) => a - b)) {
      const { buffer } = await disk.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, index * CHUNK_BYTES);
      for (let block = 0; block < blocksPerChunk; block++) {
        const written = capture.overlay.get(index * blocksPerChunk + block);
        if (written) buffer.set(written, block * BLOCK_BYTES);
      }
      changes[index] = await this.#work.store.addDiskChunk(buffer);
    }
    return changes;
  }
}

/** Waits until systemd has started all that it starts. Throws when a unit failed. */
async function settle(sandbox: LocalSandbox): Promise<void> {
  const state = await sandbox.agent.exec(['systemctl', 'is-system-running', '--wait'], {
    timeoutMs: 120_000,
  });
  if (state.stdout.trim() === 'running') return;
  const failed = await sandbox.agent.exec(['systemctl', 'list-units', '--failed', '--no-legend', '--plain']);
  throw new Error(`The image boots into the state "${state.stdout.trim()}". Failed units:\n${failed.stdout}`);
}

/** Everything on the disk, the page cache empty but for what a reader needs first, so that the state is small. */
async function quieten(sandbox: LocalSandbox): Promise<void> {
  await sandbox.agent.exec([
    'sh',
    '-c',
    'sync; echo 3 > /proc/sys/vm/drop_caches; echo 1 > /proc/sys/vm/compact_memory',
  ]);
  await sandbox.agent.exec([
    'sh',
    '-c',
    `for program in ${FIRST_PROGRAMS.join(' ')}; do ldd $program; cat $program; done > /dev/null; sudo -n true; ls / > /dev/null; apt-get --version > /dev/null`,
  ]);
}
