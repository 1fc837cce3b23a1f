/** What a start needs: manifests first, then everything else at once, counted in bytes. The memory may come last. */
import type { ChunkStore } from './chunk-store.ts';
import type { ImageLoader } from './image-loader.ts';
import type { ImageManifest, StoredFile } from './image.ts';
import type { SavedOrigin } from './saved.ts';
import type { Stalls } from './stalls.ts';
import { type MachineState, openState, type SavedMemory, savedState } from './state.ts';

/** v86's program and its firmware. */
export interface Firmware {
  readonly wasm: Uint8Array;
  readonly bios: Uint8Array;
  readonly vgaBios: Uint8Array;
}

export interface StartParts {
  readonly image: ImageManifest;
  readonly firmware: Firmware;
  readonly from:
    /** `state` is still on its way: a machine can be made meanwhile. */
    | {
        readonly kind: 'snapshot';
        readonly origin: SavedOrigin;
        readonly state: Promise<MachineState>;
      }
    | { readonly kind: 'kernel'; readonly kernel: Uint8Array };
}

export interface PartsSource {
  readonly loader: ImageLoader;
  readonly store: ChunkStore;
  readonly stalls: Stalls;
  /** Called with the files before any of them is fetched; whoever must wait is kept waiting. */
  readonly mayFetch: (files: readonly StoredFile[]) => Promise<void>;
  /** Bytes as they cross the network. */
  readonly onProgress: (loadedBytes: number, totalBytes: number) => void;
}

/**
 * Fetches all parts; resolves while the memory is still on its way. `snapshot` is the name of one, or `null` for a real
 * boot. `saved`: a machine that began there, and goes on as it was saved.
 */
export async function fetchParts(
  source: PartsSource,
  snapshot: string | null,
  saved: Promise<SavedMemory & { readonly origin: SavedOrigin }> | null = null,
): Promise<StartParts> {
  const { loader, store, stalls, mayFetch, onProgress } = source;
  const coming = stalls.wait(() => loader.image());
  const manifest = (name: string) => stalls.wait(() => loader.snapshot(coming, name));
  const [image, memory, wanted] = await Promise.all([
    coming,
    saved,
    snapshot === null || saved ? null : manifest(snapshot),
  ]);
  const base = wanted?.base ? (await manifest(wanted.base)).state : null;
  // What later saves are a difference from: a difference from nothing itself.
  const whole = memory?.origin.base ?? base ?? wanted?.state ?? null;
  const isWhole = whole === wanted?.state;
  const files = [
    image.wasm,
    image.bios,
    image.vgaBios,
    ...(whole ? [whole] : []),
    ...(wanted && !isWhole ? [wanted.state] : []),
    ...(snapshot === null ? [image.kernel] : []),
  ];
  await mayFetch(files);
  const totalBytes = files.reduce((sum, file) => sum + file.transferBytes, 0);
  let loadedBytes = 0;
  onProgress(0, totalBytes);
  const read = (file: StoredFile): Promise<Uint8Array> => {
    // By chunk, since a chunk that failed comes again from its first byte.
    const counted = file.chunks.map(() => 0);
    return stalls.wait((progress) =>
      store.getFile(file, (index, received) => {
        progress();
        loadedBytes += received - (counted[index] ?? 0);
        counted[index] = received;
        onProgress(Math.min(totalBytes, loadedBytes), totalBytes);
      }),
    );
  };
  const readState = async (): Promise<MachineState> => {
    const before = whole && read(whole);
    if (memory) return savedState(memory, await before, image.memoryBytes);
    if (!wanted) throw new Error('neither a snapshot nor a saved machine');
    if (isWhole) return openState((await before) ?? new Uint8Array(), null);
    const [own, other] = await Promise.all([read(wanted.state), before]);
    return openState(own, other);
  };
  const origin = async (): Promise<StartParts['from']> => {
    if (!memory && !wanted) return { kind: 'kernel', kernel: await read(image.kernel) };
    const state = readState();
    // Whoever makes the machine hears of it.
    state.catch(() => {});
    const changes = memory?.origin ?? wanted;
    const { diskChanges = {}, prefetch = [] } = changes ?? {};
    return { kind: 'snapshot', origin: { base: whole, diskChanges, prefetch }, state };
  };
  const [wasm, bios, vgaBios, from] = await Promise.all([
    read(image.wasm),
    read(image.bios),
    read(image.vgaBios),
    origin(),
  ]);
  return { image, firmware: { wasm, bios, vgaBios }, from };
}
