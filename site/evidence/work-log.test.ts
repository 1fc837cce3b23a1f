import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { expect, it, vi } from 'vitest';
import { firstLink, headOf } from './chain.ts';
import type { CastPiece } from './cast-recorder.ts';
import type { WorkEvent } from './events.ts';
import { sign } from './key.ts';
import { MOST_EVENTS } from './format.ts';
import { MOST_CAST_LETTERS, WorkLog } from './work-log.ts';

function events(count: number, visit = '00000001'): WorkEvent[] {
  return Array.from({ length: count }, (_, up) => ({
    ...{ at: 1_800_000_000_000 + up, up, visit, chapter: 'one' },
    ...{ kind: 'opened', step: `step-${up}` },
  }));
}

it('what was written is there when it is opened again, and the chain begins with the key', async () => {
  const factory = new IDBFactory();
  const log = await WorkLog.open(factory, 'log');
  const [a, b, c] = events(3) as [WorkEvent, WorkEvent, WorkEvent];
  await log.append('g', [a, b]);
  await log.append('g', [c]);
  await log.append('h', [a]);
  const { id } = await log.signingKey();
  log.close();
  const again = await WorkLog.open(factory, 'log');
  expect((await again.signingKey()).id).toBe(id);
  const before = firstLink('g', id);
  expect(await again.read('g')).toEqual({ dropped: 0, before, events: [a, b, c] });
  expect(await again.read('none')).toEqual({ dropped: 0, before: firstLink('none', id), events: [] });
  expect([...(await again.guides())]).toEqual([
    ['g', 3],
    ['h', 1],
  ]);
});

it('two tabs that write at once make one whole chain', async () => {
  const factory = new IDBFactory();
  const tabs = [await WorkLog.open(factory, 'log'), await WorkLog.open(factory, 'log')] as const;
  const own = tabs.map((_, index) => events(40, `0000000${index}`));
  await Promise.all(
    tabs.map(async (tab, index) => {
      for (const event of own[index] ?? []) await tab.append('g', [event]);
    }),
  );
  // There is one key, although both have asked for it at once.
  const ids = await Promise.all(tabs.map(async (tab) => (await tab.signingKey()).id));
  expect(ids[0]).toBe(ids[1]);
  const chain = await tabs[0].read('g');
  expect(chain.events).toHaveLength(80);
  for (const [index, mine] of own.entries())
    expect(chain.events.filter(({ visit }) => visit === `0000000${index}`)).toEqual(mine);
  // The next event follows on the link that a reader of the file computes.
  expect(headOf(chain)).toBe(await headKept(factory));
});

it('when there are too many, the oldest quarter makes room, and the chain goes on', async () => {
  const factory = new IDBFactory();
  const log = await WorkLog.open(factory, 'log');
  const all = events(MOST_EVENTS + 1);
  await log.append('g', all.slice(0, MOST_EVENTS));
  expect((await log.read('g')).dropped).toBe(0);
  await log.append('g', all.slice(MOST_EVENTS));
  const chain = await log.read('g');
  const room = MOST_EVENTS / 4;
  expect(chain.dropped).toBe(room);
  expect(chain.events).toEqual(all.slice(room));
  const first = firstLink('g', (await log.signingKey()).id);
  expect(chain.before).toBe(headOf({ dropped: 0, before: first, events: all.slice(0, room) }));
  expect(headOf(chain)).toBe(await headKept(factory));
});

it('a guide’s record can be deleted, and begins anew', async () => {
  const log = await WorkLog.open(new IDBFactory(), 'log');
  const [a, b] = events(2) as [WorkEvent, WorkEvent];
  await log.append('g', [a]);
  await log.append('g2', [a]);
  await log.clear('g');
  expect([...(await log.guides()).keys()]).toEqual(['g2']);
  expect((await log.read('g2')).events).toEqual([a]);
  await log.append('g', [b]);
  const { id } = await log.signingKey();
  expect(await log.read('g')).toEqual({ dropped: 0, before: firstLink('g', id), events: [b] });
});

it('the key goes with the last record, and a tab that knew the old one begins its chain with the new', async () => {
  const factory = new IDBFactory();
  const log = await WorkLog.open(factory, 'log');
  const other = await WorkLog.open(factory, 'log');
  const [a, b] = events(2) as [WorkEvent, WorkEvent];
  const old = (await log.signingKey()).id;
  await log.append('g', [a]);
  await other.append('h', [a]);
  await log.clear('g');
  expect((await other.signingKey()).id).toBe(old);
  expect(await keysKept(factory)).toBe(1);
  await log.clear('h');
  expect(await keysKept(factory)).toBe(0);
  // Both go on at once, and the other has not heard of it.
  await Promise.all([log.append('g', [a]), other.append('h', [b])]);
  expect(await keysKept(factory)).toBe(1);
  const { id } = await log.signingKey();
  expect(id).not.toBe(old);
  expect((await other.signingKey()).id).toBe(id);
  expect((await other.read('g')).before).toBe(firstLink('g', id));
  expect((await log.read('h')).before).toBe(firstLink('h', id));
});

function piece(minute: number, data: string, terminal = 1, more: Partial<CastPiece> = {}): CastPiece {
  const at = 1_800_000_000_000 + minute * 60_000;
  return {
    ...{ at, letters: data.length, sizes: { [terminal]: '80x24' }, isCut: false, ...more },
    events: [{ at, terminal, code: 'o', data }],
  };
}

it('what the terminals printed is kept by terminal, and deleted with the record', async () => {
  const log = await WorkLog.open(new IDBFactory(), 'log');
  expect(await log.casts('g')).toEqual([]);
  await log.addCast('g', piece(0, 'one', 1, { sizes: { 1: '100x30', 3: '90x20' } }));
  await log.addCast('g', piece(1, 'three', 3));
  await log.addCast('g', piece(2, 'more', 1));
  await log.addCast('h', piece(0, 'other'));
  const casts = await log.casts('g');
  expect(casts.map(({ terminal, columns, rows, isCut }) => [terminal, columns, rows, isCut])).toEqual([
    [1, 100, 30, false],
    [3, 90, 20, false],
  ]);
  expect(casts[0]?.events.map(({ data }) => data)).toEqual(['one', 'more']);
  await log.clear('g');
  expect(await log.casts('g')).toEqual([]);
  expect(await log.casts('h')).toHaveLength(1);
  await log.addCast('g', piece(0, 'anew'));
  expect((await log.casts('g'))[0]).toMatchObject({ isCut: false, events: [{ data: 'anew' }] });
});

it('when they print too much, the oldest whole minutes make room', async () => {
  const log = await WorkLog.open(new IDBFactory(), 'log');
  const part = 'x'.repeat(MOST_CAST_LETTERS / 4);
  // Two pieces in the first minute.
  for (const minute of [0, 0.5, 1, 2]) await log.addCast('g', piece(minute, part));
  expect((await log.casts('g'))[0]).toMatchObject({ isCut: false });
  await log.addCast('g', piece(3, part, 1, { sizes: { 1: '120x40' } }));
  const [cast] = await log.casts('g');
  expect(cast?.isCut).toBe(true);
  expect(cast?.events.map(({ at }) => (at - 1_800_000_000_000) / 60_000)).toEqual([1, 2, 3]);
});

it('while there is room, no piece is read to add another', async () => {
  const log = await WorkLog.open(new IDBFactory(), 'log');
  await log.addCast('g', piece(0, 'one'));
  await log.addCast('g', piece(1, 'two'));
  const get = vi.spyOn(IDBObjectStore.prototype, 'get');
  await log.addCast('g', piece(2, 'three'));
  expect(get.mock.calls).toEqual([[['g', 'ends']]]);
  get.mockRestore();
});

it('the private key signs, and cannot be taken out', async () => {
  const log = await WorkLog.open(new IDBFactory(), 'log');
  const key = await log.signingKey();
  const bytes = new TextEncoder().encode('manifest');
  const signature = await sign(key, bytes);
  expect(signature).toHaveLength(64);
  const curve = { name: 'ECDSA', namedCurve: 'P-256' };
  const publicKey = await crypto.subtle.importKey('jwk', key.publicKey, curve, true, ['verify']);
  const hash = { name: 'ECDSA', hash: 'SHA-256' };
  expect(await crypto.subtle.verify(hash, publicKey, signature, bytes)).toBe(true);
  expect(await crypto.subtle.verify(hash, publicKey, signature, bytes.slice(1))).toBe(false);
  expect(key.privateKey.extractable).toBe(false);
  await expect(crypto.subtle.exportKey('jwk', key.privateKey)).rejects.toThrow();
});

it('a database of a newer version is left alone', async () => {
  const factory = new IDBFactory();
  await new Promise((resolve) => (factory.open('log', 2).onsuccess = resolve));
  await expect(WorkLog.open(factory, 'log')).rejects.toThrow();
});

/** How many keys the database has. */
async function keysKept(factory: IDBFactory): Promise<number> {
  const keys = (await databaseOf(factory)).transaction('keys').objectStore('keys').count();
  return new Promise((resolve) => (keys.onsuccess = () => resolve(keys.result)));
}

/** The chain's last link as the database has it. */
async function headKept(factory: IDBFactory): Promise<unknown> {
  const guide = (await databaseOf(factory)).transaction('guides').objectStore('guides').get('g');
  return new Promise((resolve) => (guide.onsuccess = () => resolve((guide.result as { head: string }).head)));
}

async function databaseOf(factory: IDBFactory): Promise<IDBDatabase> {
  const request = factory.open('log');
  return new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
}
