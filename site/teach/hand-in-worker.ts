/** Makes what a student hands in beside the page: to read a long record, to pack it and to hash it takes seconds. */
import * as Comlink from 'comlink';
import { eventsRoom } from '../evidence/events-room.ts';
import { WorkLog } from '../evidence/work-log.ts';
import { HandInMaker } from './hand-in-maker.ts';
import type { AskedHandIn, Collected, ShownHandIn } from './hand-in-maker.ts';

const maker = WorkLog.open(indexedDB, eventsRoom()).then((log) => new HandInMaker(log));
// Whoever asks for something hears of it.
maker.catch(() => {});

const api = {
  collect: async (guides: readonly string[]): Promise<Collected> => (await maker).collect(guides),
  show: async (asked: AskedHandIn): Promise<ShownHandIn> => (await maker).show(asked),
  save: async (asked: AskedHandIn): Promise<Uint8Array<ArrayBuffer>> => {
    const bytes = await (await maker).save(asked);
    return Comlink.transfer(bytes, [bytes.buffer]);
  },
};

export type HandInWorkerApi = typeof api;

Comlink.expose(api);
