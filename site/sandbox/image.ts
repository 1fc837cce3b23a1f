/**
 * What the build of an image leaves behind, and what the machine reads: `image.json` and a store of chunks.
 *
 * ```
 * sandbox/<image>/image.json           this file's `ImageManifest`
 * sandbox/<image>/snapshots/<name>.json  `SnapshotManifest`, slashes in names become `--`
 * sandbox/<image>/internet.json        `InternetManifest`
 * sandbox/<image>/about.json           `AboutManifest`
 * sandbox/<image>/timings.json         `TimingsManifest`
 * sandbox/chunks/ab/abcdef….zst        one zstd frame a chunk, named by the SHA-256 of what it holds
 * ```
 */

/** Path of a snapshot's manifest below its image's folder. */
export function snapshotPath(name: string): string {
  return `snapshots/${snapshotFileName(name)}.json`;
}

/** A snapshot's name as one part of a path. */
export function snapshotFileName(name: string): string {
  return name.replaceAll('/', '--');
}

/** SHA-256 of a chunk's uncompressed bytes, lower-case hexadecimal, 64 characters. */
export type ChunkHash = string;

/** A run of bytes kept as chunks: a kernel, a snapshot's memory, a package. */
export interface StoredFile {
  readonly sizeBytes: number;
  /** In order. Their sizes are the store's affair (a state's are larger than a package's). */
  readonly chunks: readonly ChunkHash[];
  /** Bytes of all its chunks as they cross the network. */
  readonly transferBytes: number;
}

/** Size of a chunk of the disk: 256 KiB. */
export const CHUNK_BYTES = 256 * 1024;

export interface DiskManifest {
  readonly sizeBytes: number;
  /** One entry per `CHUNK_BYTES` of disk; `null` is all zero bytes. */
  readonly chunks: readonly (ChunkHash | null)[];
}

export interface ImageManifest {
  /** Version of this format. */
  readonly format: 1;
  readonly name: string;
  /** Hash of everything that went into the image. */
  readonly recipe: string;
  /** npm version of v86 that made the snapshots: a state fits no other. */
  readonly v86Version: string;
  readonly memoryBytes: number;
  readonly kernelCommandLine: string;
  /** v86's WebAssembly of that version. */
  readonly wasm: StoredFile;
  readonly kernel: StoredFile;
  readonly bios: StoredFile;
  readonly vgaBios: StoredFile;
  readonly disk: DiskManifest;
  /** Names of the snapshots that readers start from, `base` first, then `guide/chapter`. */
  readonly snapshots: readonly string[];
}

/** Memory and disk of one instant. They are restored together or not at all. */
export interface SnapshotManifest {
  readonly format: 1;
  readonly name: string;
  /** Must equal the image's; a snapshot of another image or v86 is never restored. */
  readonly recipe: string;
  readonly v86Version: string;
  /** The snapshot that `state` is a difference from, or `null` when it is whole. */
  readonly base: string | null;
  /** The state, in the encoding of `site/sandbox/state.ts`. */
  readonly state: StoredFile;
  /** Chunks of the disk that differ from the image's, by index. */
  readonly diskChanges: Readonly<Record<string, ChunkHash | null>>;
  /**
   * What each of the reader's terminals shows when its shell draws its prompt anew, as text with control sequences: a
   * picture of the prompt until the machine is there. Empty for a terminal without a prompt.
   */
  readonly screens: readonly string[];
  /** Disk chunks that the first commands read, in the order in which to fetch them after the start. */
  readonly prefetch: readonly number[];
}

/** A file of the virtual internet. */
export interface InternetFile extends StoredFile {
  /** Media type for the Content-Type header. */
  readonly type: string;
}

/** The virtual internet: host, then absolute path, then file. A path that ends in `/` is an index page. */
export interface InternetManifest {
  readonly format: 1;
  readonly hosts: Readonly<
    Record<string, { readonly description: string; readonly files: Readonly<Record<string, InternetFile>> }>
  >;
}

/**
 * How long the chapters' commands took when the snapshots were made. A rough figure: the machine ran in Node, with other
 * machines beside it, on whatever computer made the snapshots; a reader's own may take half or twice as long.
 */
export interface TimingsManifest {
  readonly format: 1;
  /** Seconds from Enter to the prompt, or to the text that shows that it is ready: `guide/chapter/<action id>`. */
  readonly commands: Readonly<Record<string, number>>;
}

/** What the "about this sandbox" page lists. */
export interface AboutManifest {
  readonly format: 1;
  readonly packages: readonly {
    readonly name: string;
    readonly version: string;
    /** `image`: installed from the start; `archive`: can be installed with apt or yum; `python-index`: with pip. */
    readonly where: 'image' | 'archive' | 'python-index';
    /** Names of its licences as its copyright file gives them, for instance `GPL-2+`. */
    readonly licences: readonly string[];
  }[];
}
