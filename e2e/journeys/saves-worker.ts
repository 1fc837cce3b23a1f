/** Worker of the test of saved machines: each kind of storage, as a browser's worker has it. */
import { IndexedDbFiles } from '../../site/saves/indexeddb-files.ts';
import type { SaveFiles } from '../../site/saves/files.ts';
import { MachineStore } from '../../site/saves/machine-store.ts';
import { openSaveFiles } from '../../site/saves/open-files.ts';

export type Floor = 'opfs' | 'indexeddb';

/** What the page asks of the worker. */
export interface Order {
  readonly floor: Floor;
  readonly step: 'write' | 'read again';
}

/** What the worker found; `error` when something threw. */
export interface Found {
  readonly floor?: string;
  readonly names?: readonly string[];
  readonly sizes?: readonly (number | null)[];
  readonly page?: string;
  readonly error?: string;
}

const ROOM = 'test /saves/';
const PAGES = 2000;

async function open(floor: Floor): Promise<SaveFiles> {
  return floor === 'opfs' ? openSaveFiles(ROOM) : IndexedDbFiles.open(indexedDB, ROOM);
}

async function write(files: SaveFiles): Promise<Found> {
  await files.write('key/one', new Uint8Array(100_000).fill(1));
  await files.write('key/two', new Uint8Array(3));
  // Over what was longer.
  await files.write('key/one', new Uint8Array(10).fill(2));
  await files.remove('key/two');
  const store = await MachineStore.open(files, 'guide');
  await store.claim();
  const pages = new Map(
    Array.from({ length: PAGES }, (_, number) => [number, new Uint8Array(4096).fill(number)] as const),
  );
  const head = new Uint8Array(1000);
  await store.save({ about: 'saved', head, extra: head, pages, blocks: new Map() }, { kind: 'whole' });
  return { floor: files.floor };
}

async function readAgain(files: SaveFiles): Promise<Found> {
  const names = (await files.list()).filter((name) => name.startsWith('key/'));
  const sizes = await Promise.all(
    ['key/one', 'key/two'].map(async (name) => (await files.read(name))?.length ?? null),
  );
  const machine = await (await MachineStore.open(files, 'guide')).load();
  let page = 'none';
  await machine?.restore({
    page: (number, content) => {
      if (number === 77 && content instanceof Uint8Array) page = `${content[0] ?? ''} ${content[4095] ?? ''}`;
    },
    block: () => undefined,
  });
  return { floor: files.floor, names, sizes, page };
}

addEventListener('message', ({ data }: MessageEvent<Order>) => {
  void (async () => {
    const files = await open(data.floor);
    return data.step === 'write' ? write(files) : readAgain(files);
  })().then(
    (found) => postMessage(found),
    (error: unknown) => postMessage({ error: String(error) } satisfies Found),
  );
});
