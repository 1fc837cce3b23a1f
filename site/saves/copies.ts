/** Copies of machines under keys of their own, and what is kept at all. */
import type { JsonValue } from './contents.ts';
import type { SaveFiles } from './files.ts';
import type { LoadedMachine } from './loaded-machine.ts';
import { MachineStore, type Saved } from './machine-store.ts';
import { keyOf, newToken } from './names.ts';
import { asSaveError, internalError, SaveError } from './save-error.ts';

/** Copies that a guide can have. */
export const MOST_COPIES = 5;
/** Between a guide's own key and what tells its copies apart. */
const SEPARATOR = '~';

/** What a guide's machine is called that another has taken the place of. */
const BEFORE = 'before';

/** A machine that is kept. */
export interface KeptMachine {
  readonly key: string;
  /** Whether it is a copy, and not a guide's own machine. */
  readonly copy: boolean;
  readonly saved: Saved;
}

/** Whether `key` is of a copy of the machine called `guide`. */
export function isCopyOf(key: string, guide: string): boolean {
  return key.startsWith(guide + SEPARATOR);
}

/** All machines that can be opened, the newest first; those of a newer version of the site are left out. */
export async function listMachines(files: SaveFiles): Promise<readonly KeptMachine[]> {
  const keys = new Set((await listed(files)).map(keyOf));
  const machines: KeptMachine[] = [];
  for (const key of keys) {
    const saved = await latestOf(files, key);
    if (saved) machines.push({ key, copy: key.includes(SEPARATOR), saved });
  }
  return machines.sort((one, other) => other.saved.time - one.saved.time);
}

/**
 * Makes a copy for the machine called `guide`: `fill` puts something into its store, which is claimed. Returns the
 * copy's key. Throws {@link SaveError}: `too-many` when the guide has {@link MOST_COPIES}; whatever it throws, nothing
 * is changed.
 */
export async function addCopy(
  files: SaveFiles,
  guide: string,
  fill: (copy: MachineStore) => Promise<unknown>,
): Promise<string> {
  const copies = (await listMachines(files)).filter(
    ({ key }) => isCopyOf(key, guide) && key !== beforeKey(guide),
  );
  if (copies.length >= MOST_COPIES) throw new SaveError('too-many');
  // At random, so that two tabs that copy at the same time make two copies.
  const key = `${guide}${SEPARATOR}${newToken()}`;
  try {
    const copy = await MachineStore.open(files, key);
    await copy.claim();
    await fill(copy);
  } catch (error) {
    await prune(files, (other) => other !== key).catch(() => undefined);
    throw error;
  }
  return key;
}

/** Copies the newest whole save of `from`: the machine called `guide`, or one set aside. Otherwise as {@link addCopy}. */
export async function makeCopy(
  files: SaveFiles,
  guide: string,
  about: JsonValue,
  from = guide,
): Promise<string> {
  return addCopy(files, guide, async (copy) => {
    const machine = await loadExisting(files, from);
    await copy.replace(about, (draft) => draft.adopt(machine));
  });
}

/** Where the machine of a guide is kept that the last fresh start has taken the place of. */
export function beforeKey(guide: string): string {
  return `${guide}${SEPARATOR}${BEFORE}`;
}

/**
 * Keeps the machine called `guide` beside the copies, since another is about to take its place. Returns what it says
 * about itself; `null` when there is none, and nothing is done.
 */
export async function setAside(files: SaveFiles, guide: string): Promise<JsonValue> {
  const saved = (await MachineStore.open(files, guide)).latest();
  if (!saved) return null;
  await copyInto(files, guide, await MachineStore.open(files, beforeKey(guide)), saved.about);
  return saved.about;
}

/**
 * Puts what was set aside in place of the machine called `guide`, and that aside. Nothing when nothing was. When it
 * rejects, both are still there, and one of them may be there twice.
 */
export async function swapWithBefore(files: SaveFiles, guide: string): Promise<void> {
  const before = await (await MachineStore.open(files, beforeKey(guide))).load();
  if (before) await takePlace(files, guide, before, before.about);
}

/**
 * Puts a copy in place of the machine called `guide`, which is set aside. Whoever saves that machine is refused from
 * then on. When it rejects, the machine is as it was; nothing is set aside for a copy that cannot be read.
 */
export async function putBack(
  files: SaveFiles,
  copy: string,
  guide: string,
  about: JsonValue,
): Promise<void> {
  await takePlace(files, guide, await loadExisting(files, copy), about);
}

async function takePlace(
  files: SaveFiles,
  guide: string,
  machine: LoadedMachine,
  about: JsonValue,
): Promise<void> {
  const target = await MachineStore.open(files, guide);
  // What was loaded stays in memory while its files give way.
  await setAside(files, guide);
  await target.claim();
  await target.replace(about, (draft) => draft.adopt(machine));
}

async function copyInto(
  files: SaveFiles,
  from: string,
  target: MachineStore,
  about: JsonValue,
): Promise<void> {
  const machine = await loadExisting(files, from);
  await target.claim();
  await target.replace(about, (draft) => draft.adopt(machine));
}

async function loadExisting(files: SaveFiles, key: string): Promise<LoadedMachine> {
  const machine = await (await MachineStore.open(files, key)).load();
  if (!machine) throw internalError(`nothing is saved as ${key}`);
  return machine;
}

/** Changes what is said about a machine that nothing saves at the moment: a copy. */
export async function describeMachine(files: SaveFiles, key: string, about: JsonValue): Promise<void> {
  const store = await MachineStore.open(files, key);
  await store.claim();
  await store.describe(about);
}

/** Removes a machine, or a copy. */
export async function removeMachine(files: SaveFiles, key: string): Promise<void> {
  await (await MachineStore.open(files, key)).remove();
}

export interface Pruned {
  readonly files: number;
  readonly keys: readonly string[];
}

/** Removes all files of keys that `keep` does not want: of guides that are gone, and of copies that broke off. */
export async function prune(files: SaveFiles, keep: (key: string) => boolean): Promise<Pruned> {
  try {
    const names = (await files.list()).filter((name) => !keep(keyOf(name)));
    // Manifests first: a machine that is half removed must not look whole.
    const manifestsFirst = [
      ...names.filter((name) => name.includes('/manifest-')),
      ...names.filter((name) => !name.includes('/manifest-')),
    ];
    for (const name of manifestsFirst) await files.remove(name);
    return { files: names.length, keys: [...new Set(names.map(keyOf))] };
  } catch (error) {
    throw asSaveError(error);
  }
}

/** Removes what is left of copies that broke off, or were removed: their keys are not used again. */
export async function removeBrokenCopies(files: SaveFiles): Promise<void> {
  const saved = new Set((await listed(files)).filter((name) => name.includes('/manifest-')).map(keyOf));
  const isReused = (key: string): boolean => !key.includes(SEPARATOR) || key.endsWith(SEPARATOR + BEFORE);
  await prune(files, (key) => saved.has(key) || isReused(key));
}

async function latestOf(files: SaveFiles, key: string): Promise<Saved | null> {
  try {
    return (await MachineStore.open(files, key)).latest();
  } catch (error) {
    // A newer version's, or no machine's at all.
    const { code } = asSaveError(error);
    if (code === 'foreign' || code === 'internal') return null;
    throw error;
  }
}

async function listed(files: SaveFiles): Promise<readonly string[]> {
  try {
    return await files.list();
  } catch (error) {
    throw asSaveError(error);
  }
}
