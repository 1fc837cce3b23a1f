/** What a machine is, for the store: numbered pages of memory, numbered blocks of a disk, and bytes. */

/** Bytes of a page of memory and of a block of the disk. */
export const UNIT_BYTES = 4096;

export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** A page: its bytes, all zero, as the base has it, or as the base has its page of another number. */
export type PageContent = Uint8Array | 'zero' | 'base' | { readonly base: number };

/** A block: its bytes, all zero, or as the image has it. */
export type BlockContent = Uint8Array | 'zero' | 'image';

/** A machine at one instant, to be saved. Nothing of it may change until the save is done. */
export interface Contents {
  /** What a list of saves shows, without reading the rest; small. */
  readonly about: JsonValue;
  /** Processor and devices. */
  readonly head: Uint8Array;
  /** Whatever else the caller keeps. */
  readonly extra: Uint8Array;
  /**
   * Pages by number. Of a save of changes: those that may differ from what the last save that succeeded has. Of a
   * whole one: all that are not as the base has them.
   */
  readonly pages: ReadonlyMap<number, PageContent>;
  /** Blocks by number, likewise. */
  readonly blocks: ReadonlyMap<number, BlockContent>;
}

/** Takes a saved machine, in no order. What it is not given is as the base, or the image, has it. */
export interface ContentSink {
  /** The bytes are the sink's to keep, and not to change. */
  page(number: number, content: Exclude<PageContent, 'base'>): void;
  block(number: number, content: Exclude<BlockContent, 'image'>): void;
}
