/**
 * The worker's side of the page "Your machines": packing takes seconds, and some browsers let only a worker write to
 * the storage in which the machine's own worker keeps it.
 */
import * as Comlink from 'comlink';
import { savesRoom } from '../sandbox/saves-room.ts';
import type { SaveFiles } from '../saves/files.ts';
import { openSaveFiles } from '../saves/open-files.ts';
import { asSaveError, type SaveErrorCode } from '../saves/save-error.ts';
import { browserLocks } from '../workspace/machine-lock.ts';
import type { MachineGuide } from './guides.ts';
import type { ListedMachine } from './kept-machine.ts';
import { holdMachine } from './hold-machine.ts';
import { MachineRoom, type OnProgress } from './machine-room.ts';

/** Errors lose their fields on the way between threads: they travel as values. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: SaveErrorCode; readonly message: string };

/** All machines, and what they are kept in. */
export interface Listing {
  readonly floor: SaveFiles['floor'];
  readonly machines: readonly ListedMachine[];
}

interface Opened {
  readonly files: SaveFiles;
  readonly room: MachineRoom;
}

let opened: Promise<Opened> | null = null;

async function outcome<T>(work: (opened: Opened) => Promise<T>): Promise<Outcome<T>> {
  try {
    if (!opened) throw new Error('the worker was not opened');
    return { ok: true, value: await work(await opened) };
  } catch (error) {
    const { code, message } = asSaveError(error);
    return { ok: false, code, message };
  }
}

/** One page at a time changes copies. */
async function change<T>(work: (room: MachineRoom) => Promise<T>): Promise<Outcome<T>> {
  return outcome(({ room }) => {
    const locks = browserLocks();
    return locks ? locks.request(`${savesRoom()} ~copies`, () => work(room)) : work(room);
  });
}

const api = {
  open(guides: readonly MachineGuide[]): void {
    opened ??= openSaveFiles(savesRoom()).then((files) => ({
      files,
      room: new MachineRoom(files, guides, holdMachine),
    }));
  },
  list: (): Promise<Outcome<Listing>> =>
    outcome(async ({ files, room }) => ({ floor: files.floor, machines: await room.list() })),
  tidy: () => change((room) => room.tidy()),
  keepCopy: (key: string, name: string) => change((room) => room.keepCopy(key, name)),
  rename: (key: string, name: string) => change((room) => room.rename(key, name)),
  remove: (key: string) => change((room) => room.remove(key)),
  putBack: (key: string) => change((room) => room.putBack(key)),
  download: (key: string, onProgress: OnProgress) => outcome(({ room }) => room.download(key, onProgress)),
  upload: (file: Blob, onProgress: OnProgress) => change((room) => room.upload(file, onProgress)),
};

export type MachinesWorkerApi = typeof api;

Comlink.expose(api);
