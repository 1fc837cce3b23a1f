import { describe, expect, it } from 'vitest';
import { mutated, Random } from '../fuzz/fuzz.ts';
import { concatenate } from '../sandbox/bytes.ts';
import { type ContentHash, contentHashes } from './content-hash.ts';
import { deflate } from './deflate.ts';
import { exportMachine } from './export-machine.ts';
import type { Bytes } from './files.ts';
import { ImportedMachine, type ImportOptions } from './import-machine.ts';
import type { LoadedMachine } from './loaded-machine.ts';
import { MachineStore } from './machine-store.ts';
import { MemoryFiles } from './memory-files.ts';
import { encodeTable, type Place, storedAt } from './place-table.ts';
import type { SaveError } from './save-error.ts';
import { asSaveError } from './save-error.ts';
import { ModelMachine, pictureOfLoaded, unitOf } from './testing/model.ts';

const OPTIONS: ImportOptions = { contentVersion: 9, pages: 1000, blocks: 400 };
const nothing = async (): Promise<null> => null;

/** A machine of some saves. */
async function saved(seed: number, saves = 4): Promise<{ machine: LoadedMachine; picture: string }> {
  const store = await MachineStore.open(new MemoryFiles(), 'guide');
  await store.claim();
  const model = new ModelMachine(seed);
  for (let save = 0; save < saves; save++) {
    model.run(120);
    await store.save(model.changes(), { kind: 'changes' });
    model.saved();
  }
  const machine = await store.load();
  if (!machine) throw new Error('nothing was saved');
  return { machine, picture: model.picture() };
}

async function bytesOf(blob: Blob): Promise<Bytes> {
  return new Uint8Array(await blob.arrayBuffer());
}

/** A store that has a machine which must not be lost, and what it has now. */
async function target(): Promise<{
  store: MachineStore;
  files: MemoryFiles;
  picture: () => Promise<string>;
}> {
  const files = new MemoryFiles();
  const store = await MachineStore.open(files, 'target');
  await store.claim();
  await store.save(
    { about: 'mine', head: unitOf(1), extra: unitOf(2), pages: new Map([[5, unitOf(5)]]), blocks: new Map() },
    { kind: 'whole' },
  );
  const picture = async (): Promise<string> => {
    const machine = await (await MachineStore.open(files, 'target')).load();
    return machine ? pictureOfLoaded(machine) : 'none';
  };
  return { store, files, picture };
}

async function errorOf(work: Promise<unknown>): Promise<SaveError | null> {
  return work.then(() => null, asSaveError);
}

/** A file as someone makes it up who knows the format: any parts, and checksums that are right. */
async function madeUp(
  parts: readonly { length: number; packed: Bytes }[],
  head = [0x58534154, 1, 9],
): Promise<Blob> {
  const numbers = (...values: number[]): Bytes => new Uint8Array(Uint32Array.from(values).buffer);
  const pieces: Bytes[] = [numbers(...head)];
  const summed: Bytes[] = [numbers(...head)];
  for (const { length, packed } of parts) {
    pieces.push(numbers(length, packed.length), packed);
    summed.push(
      numbers(length, packed.length),
      new Uint8Array(await crypto.subtle.digest('SHA-256', packed)),
    );
  }
  return new Blob([...pieces, await crypto.subtle.digest('SHA-256', concatenate(summed))]);
}

async function part(bytes: Bytes, length = bytes.length): Promise<{ length: number; packed: Bytes }> {
  return { length, packed: await deflate(bytes) };
}

/** The parts of a sound file with two pages and one stored content, some of them others. */
async function parts(
  others: {
    readonly description?: object | string;
    readonly pages?: ReadonlyMap<number, Place>;
    readonly blocks?: ReadonlyMap<number, Place>;
    readonly stored?: { length: number; packed: Bytes };
  } = {},
): Promise<{ length: number; packed: Bytes }[]> {
  const pages =
    others.pages ??
    new Map([
      [1, storedAt(0, 0)],
      [2, storedAt(0, 0)],
    ] as const);
  const blocks = others.blocks ?? new Map<number, Place>();
  const description = { about: 'made up', pages: pages.size, blocks: blocks.size, named: 0, stored: 1 };
  const text =
    typeof others.description === 'string'
      ? others.description
      : JSON.stringify({ ...description, ...others.description });
  return [
    await part(new TextEncoder().encode(text)),
    await part(concatenate([encodeTable(pages), encodeTable(blocks)])),
    await part(new Uint8Array([1, 2, 3])),
    await part(new Uint8Array()),
    await part(new Uint8Array()),
    others.stored ?? (await part(unitOf(1))),
  ];
}

describe('a machine as one file', () => {
  it.each([31, 32, 33])('comes back as it was (%i)', async (seed) => {
    const { machine, picture } = await saved(seed);
    const file = await exportMachine(machine, { contentVersion: 9, known: () => false });
    const { store, picture: now } = await target();
    const imported = await ImportedMachine.open(file, OPTIONS);
    expect(imported.about).toEqual(machine.about);
    await imported.saveIn(store, nothing);
    expect(await now()).toBe(picture);
  });

  it('holds only what the guide’s snapshots have not, and needs them when it is opened', async () => {
    const { machine, picture } = await saved(34);
    const known = new Map<ContentHash, Uint8Array>();
    await machine.restore({
      page: () => undefined,
      block: (_, content) => {
        if (content instanceof Uint8Array) known.set(String(known.size), content);
      },
    });
    const contents = [...known.values()] as Bytes[];
    const byHash = new Map(
      (await contentHashes(contents)).map((hash, index) => [hash, contents[index] ?? null]),
    );
    const whole = await exportMachine(machine, { contentVersion: 9, known: () => false });
    const file = await exportMachine(machine, { contentVersion: 9, known: (hash) => byHash.has(hash) });
    expect(file.size).toBeLessThan(whole.size - byHash.size * 1500);
    const { store, picture: now } = await target();
    const before = await now();
    const imported = await ImportedMachine.open(file, OPTIONS);
    const missing = await errorOf(imported.saveIn(store, nothing));
    expect(missing).toMatchObject({
      code: 'foreign',
      message: expect.stringContaining('another release') as string,
    });
    const wrong = await errorOf(imported.saveIn(store, async () => unitOf(77)));
    expect(wrong?.code).toBe('foreign');
    expect(await now()).toBe(before);
    await imported.saveIn(store, async (hash) => byHash.get(hash) ?? null);
    expect(await now()).toBe(picture);
  });

  it('may say something else about itself', async () => {
    const { machine } = await saved(35, 1);
    const file = await exportMachine(machine, { about: 'for Anna', contentVersion: 9, known: () => false });
    const { store } = await target();
    await (await ImportedMachine.open(file, OPTIONS)).saveIn(store, nothing, 'from Anna');
    expect(store.latest()?.about).toBe('from Anna');
  });
});

describe('a file that is not one', () => {
  it('changes nothing when a byte of it is another, or is missing', async () => {
    const { machine, picture } = await saved(41, 2);
    const file = await bytesOf(await exportMachine(machine, { contentVersion: 9, known: () => false }));
    const { store, picture: now } = await target();
    const before = await now();
    const random = new Random(41);
    let refused = 0;
    for (let input = 0; input < 400; input++) {
      const bytes = mutated(random, file) as Bytes;
      const error = await errorOf(
        ImportedMachine.open(new Blob([bytes]), OPTIONS).then((machineOfFile) =>
          machineOfFile.saveIn(store, nothing),
        ),
      );
      if (error) {
        refused++;
        expect(['damaged', 'foreign']).toContain(error.code);
        expect(error.message).toMatch(/^This file .*\.$/);
        continue;
      }
      // It was left whole.
      expect(await now()).toBe(picture);
      await store.save(
        {
          about: 'mine',
          head: unitOf(1),
          extra: unitOf(2),
          pages: new Map([[5, unitOf(5)]]),
          blocks: new Map(),
        },
        { kind: 'whole' },
      );
    }
    expect(await now()).toBe(before);
    expect(refused).toBeGreaterThan(250);
  });

  it('is refused wherever it is cut off', async () => {
    const { machine } = await saved(42, 1);
    const file = await exportMachine(machine, { contentVersion: 9, known: () => false });
    for (let end = 0; end < file.size; end += Math.max(1, Math.floor(file.size / 60))) {
      const error = await errorOf(ImportedMachine.open(file.slice(0, end), OPTIONS));
      expect(error?.code).toBe(end < 4 ? 'foreign' : 'damaged');
    }
  });

  it('is refused when it is of another kind or version', async () => {
    const codeOf = async (blob: Blob): Promise<string | undefined> =>
      (await errorOf(ImportedMachine.open(blob, OPTIONS)))?.message;
    expect(await codeOf(new Blob(['a picture, or whatever it may be, of some length']))).toContain(
      'not a machine',
    );
    expect(await codeOf(await madeUp(await parts(), [0x58534154, 2, 9]))).toContain('another version');
    expect(await codeOf(await madeUp(await parts(), [0x58534154, 1, 8]))).toContain('another version');
    expect(await codeOf(await madeUp(await parts()))).toBeUndefined();
  });

  it('that cannot be read says so', async () => {
    const gone = {
      size: 1000,
      slice: () => ({ arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotFoundError')) }),
    };
    const error = await errorOf(ImportedMachine.open(gone as unknown as Blob, OPTIONS));
    expect(error).toMatchObject({
      code: 'lost',
      message: expect.stringContaining('could not read this file') as string,
    });
  });

  const zeros = new Uint8Array(8 * 1024 * 1024);
  it.each<[string, () => Promise<{ length: number; packed: Bytes }[]>]>([
    ['a page beyond the memory', () => parts({ pages: new Map([[1000, storedAt(0, 0)]]) })],
    ['a block beyond the disk', () => parts({ blocks: new Map([[400, storedAt(0, 0)]]) })],
    ['content that is not there', () => parts({ pages: new Map([[1, storedAt(0, 1)]]) })],
    ['content of another segment', () => parts({ pages: new Map([[1, storedAt(1, 0)]]) })],
    ['a page of the base beyond it', () => parts({ pages: new Map([[1, storedAt(0xfe, 1000)]]) })],
    ['a block that is as a page of the base', () => parts({ blocks: new Map([[1, storedAt(0xfe, 0)]]) })],
    ['more pages than there can be', () => parts({ description: { pages: 1001 } })],
    ['an absurd count of contents', () => parts({ description: { stored: 2 ** 40 } })],
    ['a negative count', () => parts({ description: { stored: -1 } })],
    ['a count that is no number', () => parts({ description: { named: '1' } })],
    ['another count of pages than pages', () => parts({ description: { pages: 3 } })],
    ['no JSON', () => parts({ description: '{' })],
    ['no object', () => parts({ description: 'null' })],
    ['no description', async () => []],
    ['parts missing', async () => (await parts()).slice(0, -1)],
    ['a part too many', async () => [...(await parts()), await part(unitOf(2))]],
    ['a page whose length is a lie', async () => parts({ stored: await part(zeros, 4096) })],
    ['a page that is too short', async () => parts({ stored: await part(new Uint8Array(10), 4096) })],
    [
      'a page that does not unpack',
      async () => parts({ stored: { length: 4096, packed: unitOf(3).slice(0, 99) } }),
    ],
    ['a description that unpacks to megabytes', async () => [await part(zeros, 100)]],
    ['a description that says it has megabytes', async () => [await part(zeros)]],
    [
      'a head of a gigabyte',
      async () => (await parts()).map((each, index) => (index === 2 ? { ...each, length: 2 ** 30 } : each)),
    ],
  ])('is refused that has %s', async (_, make) => {
    const { store, picture: now, files } = await target();
    const before = await now();
    const file = await madeUp(await make());
    const error = await errorOf(
      ImportedMachine.open(file, OPTIONS).then((imported) => imported.saveIn(store, nothing)),
    );
    expect(error).toMatchObject({
      code: 'damaged',
      message: expect.stringMatching(/^This file is damaged/) as string,
    });
    expect(await now()).toBe(before);
    // Nothing of it is left.
    expect(await files.list()).toHaveLength(3);
  });

  it('is refused when it is no longer what was opened', async () => {
    const bytes = await bytesOf(await madeUp(await parts()));
    let file = new Blob([bytes]);
    const changing = { size: bytes.length, slice: (start: number, end: number) => file.slice(start, end) };
    const imported = await ImportedMachine.open(changing as unknown as Blob, OPTIONS);
    const at = bytes.length - 100;
    file = new Blob([bytes.map((byte, index) => (index === at ? byte ^ 1 : byte))]);
    const { store } = await target();
    expect((await errorOf(imported.saveIn(store, nothing)))?.code).toBe('damaged');
  });
});
