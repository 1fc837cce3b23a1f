import { describe, expect, it } from 'vitest';
import {
  beforeKey,
  describeMachine,
  isCopyOf,
  listMachines,
  makeCopy,
  MOST_COPIES,
  prune,
  putBack,
  removeMachine,
  setAside,
  swapWithBefore,
} from './copies.ts';
import { MachineStore } from './machine-store.ts';
import { MemoryFiles } from './memory-files.ts';
import { ModelMachine, pictureOfLoaded } from './testing/model.ts';

const GUIDE = 'ubuntu-16.04-flask';

async function machineOf(
  files: MemoryFiles,
  guide = GUIDE,
): Promise<{ store: MachineStore; model: ModelMachine }> {
  const store = await MachineStore.open(files, guide);
  await store.claim();
  const model = new ModelMachine(5);
  model.run(80);
  await store.save(model.whole(), { kind: 'whole' });
  model.saved();
  return { store, model };
}

async function picture(files: MemoryFiles, key: string): Promise<string> {
  const machine = await (await MachineStore.open(files, key)).load();
  return machine ? pictureOfLoaded(machine) : 'none';
}

/** Without what it says about itself. */
function contentsOf(pictured: string): string {
  return pictured.slice(pictured.indexOf('\n'));
}

describe('copies', () => {
  it('stay as they were while the machine goes on, and can be put back', async () => {
    const files = new MemoryFiles();
    const { store, model } = await machineOf(files);
    const then = contentsOf(model.picture());
    const key = await makeCopy(files, GUIDE, 'before the upgrade');
    expect(isCopyOf(key, GUIDE)).toBe(true);
    for (let save = 0; save < 5; save++) {
      model.run(80);
      await store.save(model.changes(), { kind: 'changes' });
      model.saved();
    }
    expect(contentsOf(await picture(files, key))).toBe(then);
    await putBack(files, key, GUIDE, 'put back');
    expect(contentsOf(await picture(files, GUIDE))).toBe(then);
    expect(contentsOf(await picture(files, key))).toBe(then);
    await expect(store.save(model.changes(), { kind: 'changes' })).rejects.toMatchObject({
      code: 'stale-owner',
    });
  });

  it('are listed with the machines, renamed and removed', async () => {
    const files = new MemoryFiles();
    await machineOf(files);
    const key = await makeCopy(files, GUIDE, 'one');
    await describeMachine(files, key, 'another name');
    const machines = await listMachines(files);
    expect(machines.map(({ key: name, copy }) => [name, copy]).sort()).toEqual(
      [
        [GUIDE, false],
        [key, true],
      ].sort(),
    );
    const copy = machines.find((machine) => machine.copy)?.saved;
    expect(copy).toMatchObject({ about: 'another name' });
    expect(copy?.bytes).toBeGreaterThan(1000);
    await removeMachine(files, key);
    expect((await listMachines(files)).map((machine) => machine.key)).toEqual([GUIDE]);
  });

  it('are up to five a guide', async () => {
    const files = new MemoryFiles();
    await machineOf(files);
    await machineOf(files, 'centos-7-wsgi');
    for (let copy = 0; copy < MOST_COPIES; copy++) await makeCopy(files, GUIDE, copy);
    const before = await files.list();
    await expect(makeCopy(files, GUIDE, 'one more')).rejects.toMatchObject({ code: 'too-many' });
    expect(await files.list()).toEqual(before);
    await makeCopy(files, 'centos-7-wsgi', 'of another guide');
  });

  it('of nothing are none', async () => {
    const files = new MemoryFiles();
    await expect(makeCopy(files, GUIDE, 'nothing')).rejects.toMatchObject({ code: 'internal' });
    expect(await files.list()).toEqual([]);
  });
});

describe('pruning', () => {
  it('removes what is not wanted, and nothing else', async () => {
    const files = new MemoryFiles();
    await machineOf(files);
    const copy = await makeCopy(files, GUIDE, 'copy');
    await machineOf(files, 'a-guide-that-is-gone');
    await files.write('trial/0123', new Uint8Array(3));
    const before = await picture(files, GUIDE);
    const { keys, files: count } = await prune(files, (key) => key === GUIDE || key === copy);
    expect([...keys].sort()).toEqual(['a-guide-that-is-gone', 'trial']);
    expect(count).toBe(4);
    expect(await picture(files, GUIDE)).toBe(before);
    expect((await listMachines(files)).map(({ key }) => key).sort()).toEqual([GUIDE, copy].sort());
  });
});

describe('a machine that is set aside', () => {
  it('is swapped with the one in its place, as often as one likes', async () => {
    const files = new MemoryFiles();
    const { model } = await machineOf(files);
    const old = model.picture();
    expect(await setAside(files, GUIDE)).toEqual(model.whole().about);
    const fresh = await MachineStore.open(files, GUIDE);
    await fresh.claim();
    model.run(80);
    await fresh.save(model.whole(), { kind: 'whole' });
    for (const [now, before] of [
      [model.picture(), old],
      [old, model.picture()],
      [model.picture(), old],
    ]) {
      expect(await picture(files, GUIDE)).toBe(now);
      expect(await picture(files, beforeKey(GUIDE))).toBe(before);
      await swapWithBefore(files, GUIDE);
    }
    expect(await listMachines(files)).toHaveLength(2);
  });

  it('is none where there was no machine', async () => {
    const files = new MemoryFiles();
    expect(await setAside(files, GUIDE)).toBeNull();
    await swapWithBefore(files, GUIDE);
    expect(await listMachines(files)).toEqual([]);
  });

  it('takes the place of no copy', async () => {
    const files = new MemoryFiles();
    await machineOf(files);
    await setAside(files, GUIDE);
    for (let copy = 0; copy < MOST_COPIES; copy++) await makeCopy(files, GUIDE, `copy ${copy}`);
    await expect(makeCopy(files, GUIDE, 'one more')).rejects.toMatchObject({ code: 'too-many' });
  });
});
