import { describe, expect, it } from 'vitest';
import type { Bytes } from './files.ts';
import { MachineStore } from './machine-store.ts';
import { MemoryFiles } from './memory-files.ts';
import { ModelMachine, pictureOfLoaded, take, unitOf } from './testing/model.ts';
import type { Contents } from './contents.ts';

const KEY = 'ubuntu-16.04-flask';

async function claimed(files: MemoryFiles, key = KEY): Promise<MachineStore> {
  const store = await MachineStore.open(files, key);
  await store.claim();
  return store;
}

async function picture(files: MemoryFiles, key = KEY): Promise<string | null> {
  const machine = await (await MachineStore.open(files, key)).load();
  return machine && pictureOfLoaded(machine);
}

function contents(pages: Contents['pages'] = new Map(), about: string | null = null): Contents {
  return { about, head: new Uint8Array([1]), extra: new Uint8Array(), pages, blocks: new Map() };
}

/** The leaves of the files of a kind. */
async function leaves(files: MemoryFiles, kind: string): Promise<string[]> {
  return (await files.list()).filter((name) => name.startsWith(`${KEY}/${kind}-`)).sort();
}

function sameBytes(one: unknown, other: Uint8Array): boolean {
  return one instanceof Uint8Array && Buffer.compare(one, other) === 0;
}

async function flip(files: MemoryFiles, name: string, at: number): Promise<void> {
  const bytes = await files.read(name);
  if (!bytes) throw new Error(`no file ${name}`);
  const place = at < 0 ? bytes.length + at : at;
  bytes[place] = (bytes[place] ?? 0) ^ 0x10;
  await files.write(name, bytes);
}

describe('a machine that is saved', () => {
  it.each([1, 2, 3, 4, 5])('comes back as it was, whatever its history (%i)', async (seed) => {
    const files = new MemoryFiles();
    const model = new ModelMachine(seed);
    let store = await claimed(files);
    for (let step = 0; step < 45; step++) {
      model.run(model.random.pick([0, 5, 40, 150]));
      const whole = model.random.chance(8);
      const { number } = await store.save(whole ? model.whole() : model.changes(), {
        kind: whole ? 'whole' : 'changes',
      });
      expect(store.latest()?.number).toBe(number);
      model.saved();
      if (!model.random.chance(20)) continue;
      // The page is loaded anew.
      store = await claimed(files);
      const machine = await store.load();
      if (!machine) throw new Error('nothing was saved');
      expect(await pictureOfLoaded(machine)).toBe(model.picture());
      model.become(await take(machine));
    }
    expect(await picture(files)).toBe(model.picture());
  });

  it('is none before the first save', async () => {
    const store = await claimed(new MemoryFiles());
    expect(store.latest()).toBeNull();
    expect(await store.load()).toBeNull();
  });

  it('says about itself what it was given, without a segment being read', async () => {
    const files = new MemoryFiles();
    const store = await claimed(files);
    await store.save(contents(new Map([[7, unitOf(7)]]), 'after the second chapter'), { kind: 'whole' });
    const reads: string[] = [];
    const watched = Object.assign(Object.create(files) as MemoryFiles, {
      list: () => files.list(),
      read: (name: string): Promise<Bytes | null> => {
        reads.push(name);
        return files.read(name);
      },
    });
    const latest = (await MachineStore.open(watched, KEY)).latest();
    expect(latest).toMatchObject({ about: 'after the second chapter', number: 1, epoch: 1, pages: 1 });
    expect(reads.every((name) => name.includes('/manifest-'))).toBe(true);
  });

  it('is whole when an object that has loaded nothing saves changes', async () => {
    const files = new MemoryFiles();
    await (await claimed(files)).save(contents(new Map([[1, unitOf(1)]])), { kind: 'whole' });
    await (await claimed(files)).save(contents(new Map([[2, unitOf(2)]])), { kind: 'changes' });
    const machine = await (await claimed(files)).load();
    if (!machine) throw new Error('nothing was saved');
    expect([...(await take(machine)).pages.keys()]).toEqual([2]);
  });

  it('can be described anew', async () => {
    const files = new MemoryFiles();
    const store = await claimed(files);
    await store.save(contents(new Map([[1, unitOf(1)]]), 'old'), { kind: 'whole' });
    await store.describe('new');
    await store.save(contents(new Map([[2, unitOf(2)]]), 'newer'), { kind: 'changes' });
    await store.describe('newest');
    const again = await claimed(files);
    expect(again.latest()?.about).toBe('newest');
    const machine = await again.load();
    expect(machine && [...(await take(machine)).pages.keys()].sort()).toEqual([1, 2]);
  });

  it('is gone once it is removed, and can be saved again', async () => {
    const files = new MemoryFiles();
    const store = await claimed(files);
    await store.save(contents(new Map([[1, unitOf(1)]])), { kind: 'whole' });
    await (await MachineStore.open(files, KEY)).remove();
    expect(await picture(files)).toBeNull();
    await expect(store.save(contents(), { kind: 'changes' })).rejects.toMatchObject({ code: 'stale-owner' });
    const again = await claimed(files);
    await again.save(contents(), { kind: 'whole' });
    expect(await picture(files)).not.toBeNull();
  });

  it('refuses what is no page, and what has no owner, and goes on', async () => {
    const files = new MemoryFiles();
    const store = await MachineStore.open(files, KEY);
    await expect(store.save(contents(), { kind: 'whole' })).rejects.toMatchObject({ code: 'internal' });
    await store.claim();
    for (const pages of [
      new Map([[1, new Uint8Array(4095)]]),
      new Map([[-1, unitOf(1)]]),
      new Map([[0.5, 'zero' as const]]),
      new Map([[1, { base: -1 }]]),
    ]) {
      await expect(store.save(contents(pages), { kind: 'whole' })).rejects.toMatchObject({
        code: 'internal',
      });
    }
    expect((await files.list()).filter((name) => !name.includes('/claim-'))).toEqual([]);
    await store.save(contents(), { kind: 'whole' });
    await expect(MachineStore.open(files, '../other')).rejects.toMatchObject({ code: 'internal' });
  });
});

describe('files of a machine', () => {
  it('hold each content once, within a save and over saves', async () => {
    const files = new MemoryFiles();
    const store = await claimed(files);
    const pages = new Map(Array.from({ length: 500 }, (_, number) => [number, unitOf(number % 5)] as const));
    expect((await store.save(contents(pages), { kind: 'whole' })).units).toBe(5);
    const moved = new Map([[600, unitOf(3)]] as const);
    expect((await store.save(contents(moved), { kind: 'changes' })).units).toBe(0);
    const again = await claimed(files);
    await again.load();
    expect((await again.save(contents(new Map([[700, unitOf(4)]])), { kind: 'changes' })).units).toBe(0);
    expect(await picture(files)).toContain(`700 ${Buffer.from(unitOf(4)).toString('base64')}`);
  });

  it('stay below twice what is live and one save, and stay few', async () => {
    const files = new MemoryFiles();
    const store = await claimed(files);
    const live = new Map<number, Uint8Array>();
    let largest = 0;
    for (let save = 0; save < 120; save++) {
      const changes = new Map<number, Uint8Array>();
      for (let index = 0; index < (save === 0 ? 2000 : 20); index++) {
        const number = save === 0 ? index : (save * 7 + index * 31) % 2000;
        changes.set(number, unitOf(save * 10_000 + number));
      }
      for (const [number, unit] of changes) live.set(number, unit);
      const { bytes } = await store.save(contents(changes), { kind: 'changes' });
      if (save > 0) largest = Math.max(largest, bytes);
      const names = await files.list();
      const sizes = await Promise.all(names.map(async (name) => (await files.read(name))?.length ?? 0));
      // Each unit packs to a little more than half.
      const liveBytes = live.size * 2100;
      const slack = 1024 * 1024 + 200_000;
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(
        2 * liveBytes + 2 * largest + bytes + slack,
      );
      expect(names.length).toBeLessThan(60);
    }
    const machine = await (await claimed(files)).load();
    if (!machine) throw new Error('nothing was saved');
    const { pages } = await take(machine);
    expect(pages.size).toBe(live.size);
    const wrong = [...live].filter(([number, unit]) => !sameBytes(pages.get(number), unit));
    expect(wrong).toEqual([]);
  });

  it('are never written over, and the save before the last stays', async () => {
    const files = new MemoryFiles();
    const written = new Set<string>();
    const once = Object.assign(Object.create(files) as MemoryFiles, {
      list: () => files.list(),
      read: (name: string) => files.read(name),
      remove: (name: string) => files.remove(name),
      write: (name: string, bytes: Bytes): Promise<void> => {
        expect(written.has(name)).toBe(false);
        written.add(name);
        return files.write(name, bytes);
      },
    });
    const model = new ModelMachine(11);
    const store = await claimed(once);
    for (let save = 0; save < 20; save++) {
      model.run(60);
      await store.save(model.changes(), { kind: 'changes' });
      model.saved();
      expect(await leaves(files, 'manifest')).toHaveLength(Math.min(save + 1, 2));
    }
  });
});

describe('a damaged save', () => {
  /** Two saves; the pictures of both. */
  async function twoSaves(): Promise<{ files: MemoryFiles; pictures: [string, string] }> {
    const files = new MemoryFiles();
    const model = new ModelMachine(21);
    const store = await claimed(files);
    const pictures: string[] = [];
    for (let save = 0; save < 2; save++) {
      model.run(100);
      await store.save(model.changes(), { kind: 'changes' });
      model.saved();
      pictures.push(model.picture());
    }
    return { files, pictures: [pictures[0] ?? '', pictures[1] ?? ''] };
  }

  it.each([0, 4, 8, 30, 200, -1, -40])(
    'is passed over when byte %i of its manifest is another',
    async (at) => {
      const { files, pictures } = await twoSaves();
      await flip(files, (await leaves(files, 'manifest'))[1] ?? '', at);
      expect(await picture(files)).toBe(pictures[0]);
    },
  );

  it.each([0, 4, 8, 16, 60, 1000, -1])(
    'is passed over when byte %i of its segment is another',
    async (at) => {
      const { files, pictures } = await twoSaves();
      await flip(files, (await leaves(files, 'segment'))[1] ?? '', at);
      const store = await MachineStore.open(files, KEY);
      const machine = await store.load();
      expect(machine && (await pictureOfLoaded(machine))).toBe(pictures[0]);
      // What comes next builds on what was loaded, also where the machine is claimed only then.
      await store.claim();
      await store.save(contents(new Map([[999, unitOf(999)]])), { kind: 'changes' });
      const next = await (await claimed(files)).load();
      const pages = next ? (await take(next)).pages : new Map();
      expect(pages.get(999)).toEqual(unitOf(999));
    },
  );

  it('is passed over when a segment is gone', async () => {
    const { files, pictures } = await twoSaves();
    await files.remove((await leaves(files, 'segment'))[1] ?? '');
    expect(await picture(files)).toBe(pictures[0]);
  });

  it('is told when none is whole, and a whole save mends it', async () => {
    const { files } = await twoSaves();
    const store = await claimed(files);
    await store.load();
    for (const name of await leaves(files, 'segment')) await flip(files, name, 100);
    await expect((await MachineStore.open(files, KEY)).load()).rejects.toMatchObject({ code: 'damaged' });
    const model = new ModelMachine(22);
    model.run(100);
    await store.save(model.whole(), { kind: 'whole' });
    expect(await picture(files)).toBe(model.picture());
  });

  it('is left alone when a newer version of the site wrote it', async () => {
    const { files } = await twoSaves();
    const name = (await leaves(files, 'manifest'))[1] ?? '';
    const bytes = (await files.read(name)) ?? new Uint8Array();
    bytes[4] = 2;
    bytes.set(
      new Uint8Array(await crypto.subtle.digest('SHA-256', bytes.subarray(0, -32))),
      bytes.length - 32,
    );
    await files.write(name, bytes);
    const before = await files.list();
    await expect(MachineStore.open(files, KEY)).rejects.toMatchObject({ code: 'foreign' });
    expect(await files.list()).toEqual(before);
  });
});
