/** Two tabs with one machine: whatever order their calls have, one owns it, and no save is ever a mixture. */
import { describe, expect, it } from 'vitest';
import { Random } from '../fuzz/fuzz.ts';
import type { Contents } from './contents.ts';
import type { SaveFiles } from './files.ts';
import type { LoadedMachine } from './loaded-machine.ts';
import { MachineStore } from './machine-store.ts';
import { MemoryFiles } from './memory-files.ts';
import { SaveError } from './save-error.ts';
import { copyFiles } from './testing/copy-files.ts';
import { pictureOfLoaded, unitOf } from './testing/model.ts';
import { Turns } from './testing/turns.ts';

const KEY = 'ubuntu-13.04-flask';

/** A machine whose every part says which save it is. */
function contents(save: string): Contents {
  const stamp = [...save].reduce((sum, char) => sum * 31 + char.charCodeAt(0), 7) % 2 ** 20;
  return {
    about: save,
    head: new TextEncoder().encode(save),
    extra: new TextEncoder().encode(save),
    pages: new Map(Array.from({ length: 5 }, (_, number) => [number, unitOf(stamp * 8 + number)])),
    blocks: new Map([[0, unitOf(stamp * 8 + 7)]]),
  };
}

/** What the machine says that it is. */
function nameOf(machine: LoadedMachine | null): string {
  return typeof machine?.about === 'string' ? machine.about : 'none';
}

async function pictureOf(save: string): Promise<string> {
  const files = new MemoryFiles();
  const store = await MachineStore.open(files, KEY);
  await store.claim();
  await store.save(contents(save), { kind: 'whole' });
  const machine = await store.load();
  if (!machine) throw new Error('nothing was saved');
  return pictureOfLoaded(machine);
}

/** Which save is on the disk; throws when it is not all of one. */
async function saved(files: SaveFiles): Promise<string> {
  const machine = await (await MachineStore.open(files, KEY)).load();
  if (!machine) return 'none';
  if ((await pictureOfLoaded(machine)) !== (await pictureOf(nameOf(machine))))
    throw new Error(`a mixture, called ${nameOf(machine)}`);
  return nameOf(machine);
}

async function isStale(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return false;
  } catch (error) {
    if (error instanceof SaveError && error.code === 'stale-owner') return true;
    throw error;
  }
}

interface Event {
  readonly who: string;
  readonly what: string;
}

/** Claims the machine, and saves it some times, as long as it may. */
async function tab(who: string, files: SaveFiles, saves: number, events: Event[]): Promise<void> {
  const log = (what: string): void => void events.push({ who, what });
  const store = await MachineStore.open(files, KEY);
  if (await isStale(store.claim())) return;
  log('claimed');
  const machine = await store.load();
  log(`loaded ${nameOf(machine)}`);
  for (let save = 1; save <= saves; save++) {
    log(`begins ${who}${save}`);
    if (await isStale(store.save(contents(`${who}${save}`), { kind: 'changes' }))) {
      log('refused');
      return;
    }
    log(`saved ${who}${save}`);
  }
}

/** What the events must be, whatever their order. */
function checkEvents(events: readonly Event[], last: string): void {
  const owners: string[] = [];
  let durable = 'start';
  for (const { who, what } of events) {
    if (what === 'claimed') owners.push(who);
    const [verb, save = ''] = what.split(' ');
    if (verb === 'saved') durable = save;
    // Whoever takes the machine over finds what was saved before, or what was being saved then.
    if (verb === 'loaded' && save !== durable)
      expect(events.some((event) => event.what === `begins ${save}`)).toBe(true);
  }
  // What was last reported as saved is there, or what came after it.
  const begun = events.findLastIndex(({ what }) => what === `begins ${last}`);
  const reported = events.findLastIndex(({ what }) => what.startsWith('saved '));
  if (reported >= 0) {
    const save = events[reported]?.what.slice('saved '.length) ?? '';
    expect(save === last || begun >= events.findIndex(({ what }) => what === `begins ${save}`)).toBe(true);
  }
}

describe('two owners', () => {
  it('never make a mixture, in 60 orders of their calls, and one of them owns it', async () => {
    let looks = 0;
    let refusals = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const random = new Random(seed);
      const disk = new MemoryFiles();
      const first = await MachineStore.open(disk, KEY);
      await first.claim();
      await first.save(contents('start'), { kind: 'whole' });
      const turns = new Turns(disk);
      const events: Event[] = [];
      await turns.run(
        random,
        { a: tab('a', turns.files('a'), 3, events), b: tab('b', turns.files('b'), 3, events) },
        async () => {
          if (!random.chance(15)) return;
          looks++;
          // As a page does that opens when the browser has ended just now.
          expect(await saved(await copyFiles(disk))).not.toBe('none');
        },
      );
      const claims = (await disk.list()).filter((name) => name.includes('/claim-'));
      expect(claims).toHaveLength(1);
      const last = await saved(disk);
      checkEvents(events, last);
      refusals += events.filter(({ what }) => what === 'refused').length;
      // One of the tabs has saved all it had.
      expect(last.endsWith('3')).toBe(true);
    }
    console.log(`two owners: the disk was looked at ${looks} times, ${refusals} were refused`);
    expect(looks).toBeGreaterThan(300);
    expect(refusals).toBeGreaterThan(20);
  });

  it('are told apart: the one before is refused from the claim on, at every point of its save', async () => {
    const disk = new MemoryFiles();
    const begin = await MachineStore.open(disk, KEY);
    await begin.claim();
    await begin.save(contents('start'), { kind: 'whole' });
    let points = 0;
    let found = 0;
    for (let stopped = 0; ; stopped++) {
      const copy = await copyFiles(disk);
      let calls = 0;
      let loaded = '';
      /** The other tab claims and loads in the middle of this call. */
      const between = async (): Promise<void> => {
        if (calls++ !== stopped) return;
        const other = await MachineStore.open(copy, KEY);
        await other.claim();
        loaded = nameOf(await other.load());
        await other.save(contents(`after ${loaded}`), { kind: 'changes' });
      };
      const files: SaveFiles = {
        floor: copy.floor,
        list: async () => between().then(() => copy.list()),
        read: async (name) => between().then(() => copy.read(name)),
        write: async (name, bytes) => between().then(() => copy.write(name, bytes)),
        remove: async (name) => between().then(() => copy.remove(name)),
      };
      // Only its save is interrupted.
      const owner = await MachineStore.open(files, KEY);
      calls = Number.NEGATIVE_INFINITY;
      await owner.claim();
      await owner.load();
      calls = 0;
      const refused = await isStale(owner.save(contents('mine'), { kind: 'changes' }));
      const happened = calls > stopped;
      if (!happened) break;
      points++;
      // What is reported as saved, the other tab has found. What it found may have been refused all the same.
      expect(refused || loaded === 'mine').toBe(true);
      if (!refused) found++;
      expect(await saved(copy)).toBe(`after ${loaded}`);
      expect(await isStale(owner.save(contents('more'), { kind: 'changes' }))).toBe(true);
      expect(await saved(copy)).toBe(`after ${loaded}`);
    }
    expect(points).toBeGreaterThan(5);
    expect(found).toBeGreaterThan(0);
  });

  it('cannot claim a machine back that the other has saved since', async () => {
    const files = new MemoryFiles();
    const one = await MachineStore.open(files, KEY);
    await one.claim();
    await one.save(contents('one'), { kind: 'whole' });
    const other = await MachineStore.open(files, KEY);
    await other.claim();
    await other.load();
    await other.save(contents('other'), { kind: 'changes' });
    await expect(one.claim()).rejects.toMatchObject({ code: 'stale-owner' });
    // The attempt has not turned the other away.
    await other.save(contents('more'), { kind: 'changes' });
    expect(await saved(files)).toBe('more');
  });
});
