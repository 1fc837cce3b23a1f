/** Whatever happens to the disk, and whenever: the machine that comes back is the one that was saved, or the one before. */
import { describe, expect, it } from 'vitest';
import type { Contents } from './contents.ts';
import { makeCopy, listMachines, putBack, removeMachine } from './copies.ts';
import { exportMachine } from './export-machine.ts';
import type { SaveFiles } from './files.ts';
import { ImportedMachine } from './import-machine.ts';
import { MachineStore } from './machine-store.ts';
import { MemoryFiles } from './memory-files.ts';
import { type FaultCount, tryFaults } from './testing/fault-run.ts';
import { ModelMachine, type Picture, pictureOfLoaded } from './testing/model.ts';

const KEY = 'centos-7-wsgi';
const IMPORT = { contentVersion: 3, pages: 65_536, blocks: 65_536 };

async function picture(files: SaveFiles, key = KEY): Promise<Picture | null> {
  const machine = await (await MachineStore.open(files, key)).load();
  return machine && pictureOfLoaded(machine);
}

/** As a page does that opens. */
async function opened(files: SaveFiles, key = KEY): Promise<MachineStore> {
  const store = await MachineStore.open(files, key);
  await store.claim();
  await store.load();
  return store;
}

/** The next save then finds too many segments, and makes one of several. */
const SAVES_BEFORE_REWRITE = 31;

function changed({ pages, blocks }: Contents): number {
  return pages.size + blocks.size;
}

interface History {
  readonly disk: MemoryFiles;
  readonly before: Picture;
  readonly changes: Contents;
  readonly whole: Contents;
  readonly after: Picture;
  /** What has changed since `before` when it is `next`. */
  readonly nextChanges: Contents;
  readonly next: Picture;
}

/** A machine that was saved `saves` times, and what it does next. */
async function history(saves: number, most: number): Promise<History> {
  const disk = new MemoryFiles();
  const model = new ModelMachine(saves);
  const store = await opened(disk);
  for (let save = 0; save < saves; save++) {
    model.run(most);
    await store.save(model.changes(), { kind: 'changes' });
    model.saved();
  }
  const before = model.picture();
  model.run(most);
  const changes = model.changes();
  const whole = model.whole();
  const after = model.picture();
  model.run(most);
  const nextChanges = model.changes();
  return { disk, before, changes, whole, after, nextChanges, next: model.picture() };
}

function oneOf(found: Picture | null, before: Picture, after: Picture, succeeded: boolean): string | null {
  if (found === after) return null;
  if (succeeded) return 'a save that succeeded is not there';
  return found === before ? null : 'it is neither the save nor the one before';
}

function report(what: string, { calls, tried, succeeded, lost }: FaultCount): void {
  console.log(
    `${what}: ${calls} calls, ${tried} faults tried, ${succeeded} did no harm, ${lost.length} machines lost`,
  );
  expect(calls).toBeGreaterThan(3);
  expect(lost).toEqual([]);
}

describe('a fault of the disk', () => {
  it.each([
    ['a save', 3, 40, 'changes'],
    ['a whole save', 3, 40, 'whole'],
    ['a save that rewrites segments', SAVES_BEFORE_REWRITE, 12, 'changes'],
  ] as const)('during %s loses nothing', async (what, saves, most, kind) => {
    const { disk, before, changes, whole, after, nextChanges, next } = await history(saves, most);
    const save = kind === 'whole' ? whole : changes;
    report(
      what,
      await tryFaults({
        disk,
        begin: (files) => opened(files),
        act: async (store) => {
          const { units } = await store.save(save, { kind });
          // Some of what is written was there before.
          if (saves === SAVES_BEFORE_REWRITE) expect(units).toBeGreaterThan(changed(save));
        },
        check: async (left, succeeded) => oneOf(await picture(left), before, after, succeeded),
        goOn: async (store, files) => {
          await store.save(nextChanges, { kind: 'changes' });
          return (await picture(files)) === next ? null : 'the next save is not what comes back';
        },
      }),
    );
  });

  it('during the first save leaves none, or that one', async () => {
    const { whole, after, nextChanges } = await history(1, 40);
    report(
      'the first save',
      await tryFaults({
        disk: new MemoryFiles(),
        begin: async (files) => opened(files),
        act: (store) => store.save(whole, { kind: 'whole' }),
        check: async (left, succeeded) => {
          const found = await picture(left);
          return found === after || (found === null && !succeeded) ? null : 'it is not that save';
        },
        goOn: async (store, files) => {
          await store.save(whole, { kind: 'whole' });
          await store.save(nextChanges, { kind: 'changes' });
          return (await picture(files)) === null ? 'there is none' : null;
        },
      }),
    );
  });

  it('during a claim loses nothing, and the next claim succeeds', async () => {
    const { disk, before, whole, after } = await history(3, 40);
    report(
      'a claim',
      await tryFaults({
        disk,
        begin: (files) => MachineStore.open(files, KEY),
        act: (store) => store.claim(),
        check: async (left) => ((await picture(left)) === before ? null : 'it is another machine'),
        goOn: async (store, files) => {
          await store.claim();
          await store.save(whole, { kind: 'whole' });
          return (await picture(files)) === after ? null : 'the save is not what comes back';
        },
      }),
    );
  });

  it('during a removal leaves the machine or none', async () => {
    const { disk, before } = await history(3, 40);
    report(
      'a removal',
      await tryFaults({
        disk,
        begin: async () => null,
        act: (_, files) => removeMachine(files, KEY),
        check: async (left, succeeded) => {
          const found = await picture(left);
          return found === null || (found === before && !succeeded) ? null : 'an older machine came back';
        },
      }),
    );
  });

  it('while a copy is made leaves a whole copy or none, and the machine', async () => {
    const { disk, before } = await history(3, 40);
    const expected = await pictureWithAbout(disk, 'copy');
    report(
      'a copy',
      await tryFaults({
        disk,
        begin: async () => null,
        act: (_, files) => makeCopy(files, KEY, 'copy'),
        check: async (left, succeeded) => {
          if ((await picture(left)) !== before) return 'the machine is another';
          const copies = (await listMachines(left)).filter(({ copy }) => copy);
          if (copies.length !== 1) return copies.length === 0 && !succeeded ? null : 'copies are missing';
          return (await picture(left, copies[0]?.key)) === expected ? null : 'the copy is another machine';
        },
        goOn: async (_, files) => {
          const key = await makeCopy(files, KEY, 'copy');
          return (await picture(files, key)) === expected ? null : 'the next copy is another machine';
        },
      }),
    );
  });

  it('while a copy is put back leaves the machine or the copy', async () => {
    const { disk, changes, after } = await history(3, 40);
    const copy = await makeCopy(disk, KEY, 'copy');
    await (await opened(disk)).save(changes, { kind: 'changes' });
    const back = await pictureWithAbout(disk, 'back', copy);
    report(
      'a copy put back',
      await tryFaults({
        disk,
        begin: async () => null,
        act: (_, files) => putBack(files, copy, KEY, 'back'),
        check: async (left, succeeded) => oneOf(await picture(left), after, back, succeeded),
        goOn: async (_, files) => {
          await putBack(files, copy, KEY, 'back');
          return (await picture(files)) === back ? null : 'the next is not what comes back';
        },
      }),
    );
  });

  it('during an import leaves the machine or the imported one', async () => {
    const { disk, before } = await history(3, 40);
    const other = await history(4, 40);
    const machine = await (await MachineStore.open(other.disk, KEY)).load();
    if (!machine) throw new Error('nothing was saved');
    const file = await exportMachine(machine, { contentVersion: 3, known: () => false });
    report(
      'an import',
      await tryFaults({
        disk,
        begin: (files) => opened(files),
        act: async (store) => (await ImportedMachine.open(file, IMPORT)).saveIn(store, async () => null),
        check: async (left, succeeded) => oneOf(await picture(left), before, other.before, succeeded),
        goOn: async (store, files) => {
          await (await ImportedMachine.open(file, IMPORT)).saveIn(store, async () => null);
          return (await picture(files)) === other.before ? null : 'the next is not what comes back';
        },
      }),
    );
  });
});

/** The machine's picture, were that said about it. */
async function pictureWithAbout(files: MemoryFiles, about: string, key = KEY): Promise<Picture> {
  const own = await picture(files, key);
  return [JSON.stringify(about), ...(own ?? '').split('\n').slice(1)].join('\n');
}
