/** For tests: a machine as plain maps, to compare a store with. */
import { Random } from '../../fuzz/fuzz.ts';
import {
  type BlockContent,
  type Contents,
  type ContentSink,
  type JsonValue,
  type PageContent,
  UNIT_BYTES,
} from '../contents.ts';
import { type LoadedMachine } from '../loaded-machine.ts';

/** Few, so that random ones meet. */
const PAGES = 300;
const BLOCKS = 120;
/** Contents that come again and again. */
const COMMON = 24;

/** A machine's contents, as text that is compared at once. */
export type Picture = string;

export class ModelMachine {
  readonly random: Random;
  readonly #pages = new Map<number, Exclude<PageContent, 'base'>>();
  readonly #blocks = new Map<number, Exclude<BlockContent, 'image'>>();
  readonly #changedPages = new Set<number>();
  readonly #changedBlocks = new Set<number>();
  #about: JsonValue = null;
  #head = new Uint8Array();
  #extra = new Uint8Array();

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  /** The machine runs: up to `most` pages and blocks change, and always its head. */
  run(most: number): void {
    const { random } = this;
    for (let count = random.below(most + 1); count > 0; count--) {
      if (random.chance(70)) this.#changePage(random.below(PAGES));
      else this.#changeBlock(random.below(BLOCKS));
    }
    this.#about = { title: `machine ${random.below(1000)}`, chapter: random.below(9) };
    this.#head = random.bytes(random.below(3000)) as Uint8Array<ArrayBuffer>;
    this.#extra = random.bytes(random.below(300)) as Uint8Array<ArrayBuffer>;
  }

  /** What changed since {@link saved}; some that did not as well, as a caller that is not sure may say. */
  changes(): Contents {
    const pages = new Map<number, PageContent>();
    for (const number of this.#changedPages) pages.set(number, this.#pages.get(number) ?? 'base');
    const blocks = new Map<number, BlockContent>();
    for (const number of this.#changedBlocks) blocks.set(number, this.#blocks.get(number) ?? 'image');
    const unsure = this.random.below(PAGES);
    pages.set(unsure, this.#pages.get(unsure) ?? 'base');
    return { about: this.#about, head: this.#head, extra: this.#extra, pages, blocks };
  }

  whole(): Contents {
    return {
      about: this.#about,
      head: this.#head,
      extra: this.#extra,
      pages: new Map(this.#pages),
      blocks: new Map(this.#blocks),
    };
  }

  /** A save has succeeded. */
  saved(): void {
    this.#changedPages.clear();
    this.#changedBlocks.clear();
  }

  picture(): Picture {
    return pictureOf(this.#about, this.#head, this.#extra, this.#pages, this.#blocks);
  }

  /** Puts a loaded machine in place of this one, as a page that opens does. */
  become(taken: Taken): void {
    replaceAll(this.#pages, taken.pages);
    replaceAll(this.#blocks, taken.blocks);
    this.saved();
  }

  #changePage(number: number): void {
    this.#changedPages.add(number);
    const kind = this.random.below(10);
    if (kind === 0) this.#pages.delete(number);
    else if (kind === 1) this.#pages.set(number, 'zero');
    else if (kind === 2) this.#pages.set(number, { base: this.random.below(PAGES) });
    else this.#pages.set(number, this.#unit());
  }

  #changeBlock(number: number): void {
    this.#changedBlocks.add(number);
    const kind = this.random.below(8);
    if (kind === 0) this.#blocks.delete(number);
    else if (kind === 1) this.#blocks.set(number, 'zero');
    else this.#blocks.set(number, this.#unit());
  }

  #unit(): Uint8Array {
    return this.random.chance(30)
      ? unitOf(this.random.below(COMMON))
      : unitOf(COMMON + this.random.below(2 ** 30));
  }
}

/** A page or block, other for each number: half of it repeats, half does not. */
export function unitOf(number: number): Uint8Array<ArrayBuffer> {
  const unit = new Uint8Array(UNIT_BYTES).fill(number & 0xff);
  const words = new Uint32Array(unit.buffer, 0, UNIT_BYTES / 8);
  let state = number + 1;
  for (let index = 0; index < words.length; index++) {
    state = (Math.imul(state, 0x9e37_79b1) + 0x7f4a_7c15) | 0;
    words[index] = state ^ (state >>> 15);
  }
  return unit;
}

/** What a sink has been given. */
export interface Taken {
  readonly pages: Map<number, Exclude<PageContent, 'base'>>;
  readonly blocks: Map<number, Exclude<BlockContent, 'image'>>;
}

export async function take(machine: LoadedMachine): Promise<Taken> {
  const taken: Taken = { pages: new Map(), blocks: new Map() };
  const once = (table: ReadonlyMap<number, unknown>, number: number): void => {
    if (table.has(number)) throw new Error(`${number} comes twice`);
  };
  const sink: ContentSink = {
    page: (number, content) => {
      once(taken.pages, number);
      taken.pages.set(number, content);
    },
    block: (number, content) => {
      once(taken.blocks, number);
      taken.blocks.set(number, content);
    },
  };
  await machine.restore(sink);
  return taken;
}

export async function pictureOfLoaded(machine: LoadedMachine): Promise<Picture> {
  const { pages, blocks } = await take(machine);
  return pictureOf(machine.about, machine.head, machine.extra, pages, blocks);
}

function pictureOf(
  about: JsonValue,
  head: Uint8Array,
  extra: Uint8Array,
  pages: ReadonlyMap<number, PageContent>,
  blocks: ReadonlyMap<number, BlockContent>,
): Picture {
  const describe = (content: PageContent | BlockContent): string =>
    content instanceof Uint8Array
      ? Buffer.from(content).toString('base64')
      : typeof content === 'string'
        ? content
        : `base ${content.base}`;
  const lines = (table: ReadonlyMap<number, PageContent | BlockContent>): string[] =>
    [...table]
      .sort(([one], [other]) => one - other)
      .map(([number, content]) => `${number} ${describe(content)}`);
  return [
    JSON.stringify(about),
    Buffer.from(head).toString('base64'),
    Buffer.from(extra).toString('base64'),
    'pages',
    ...lines(pages),
    'blocks',
    ...lines(blocks),
  ].join('\n');
}

function replaceAll<T>(target: Map<number, T>, source: ReadonlyMap<number, T>): void {
  target.clear();
  for (const [number, content] of source) target.set(number, content);
}
