/**
 * The record of what was done in this browser: an IndexedDB database, with these stores.
 *
 * ```
 * guides   guide → { dropped, before, count, head }   the chain, without its events
 * events   [guide, number] → { event, link }           numbers go on over events that have made room
 * casts    [guide, number] → a piece of what the terminals printed; [guide, 'ends'] → { first, next, letters }
 * keys     'signing' → { pair, id }                     while anything is recorded
 * ```
 *
 * Several tabs may write: a transaction reads where the chain ends, makes its links there and writes them. One of them may
 * delete the key: a transaction that finds another than it began with ends, and begins anew.
 */
import { done, resultOf } from '../indexeddb.ts';
import type { Cast } from './cast.ts';
import type { CastPiece } from './cast-recorder.ts';
import { firstLink, nextLink } from './chain.ts';
import type { Chain, Link } from './chain.ts';
import type { WorkEvent } from './events.ts';
import { MOST_EVENTS } from './format.ts';
import { makeKeyPair, signingKeyOf } from './key.ts';
import type { SigningKey } from './key.ts';

/** What is kept of a guide's terminals, UTF-16 units. When there is more, the oldest minutes make room. */
export const MOST_CAST_LETTERS = 1_000_000;

/** Of the pieces of a recording: the number of the first that is left, of the next, and how long all of them are. */
interface CastEnds {
  readonly first: number;
  readonly next: number;
  readonly letters: number;
}

const MINUTE_MS = 60_000;

/** A chain without its events. */
interface ChainEnds {
  readonly dropped: number;
  readonly before: Link;
  readonly count: number;
  readonly head: Link;
}

interface KeptKey {
  readonly pair: CryptoKeyPair;
  /** `keyIdOf` of its public half, which takes longer to make than a transaction waits. */
  readonly id: string;
}

/** How often a transaction is begun anew because of another key. */
const MOST_KEYS = 5;

interface KeptEvent {
  readonly event: WorkEvent;
  /** The link that the event makes. */
  readonly link: Link;
}

export class WorkLog {
  readonly #database: IDBDatabase;
  #key: Promise<SigningKey> | null = null;

  private constructor(database: IDBDatabase) {
    this.#database = database;
    // Another tab may delete the database or make a newer one: it need not wait for this one.
    database.onversionchange = () => database.close();
  }

  /**
   * Opens the database `name`, and makes it when there is none. Rejects where the browser keeps nothing, and when a
   * newer version of the site has made it.
   */
  static async open(factory: IDBFactory, name: string): Promise<WorkLog> {
    const request = factory.open(name, 1);
    request.onupgradeneeded = () => {
      for (const store of ['guides', 'events', 'casts', 'keys']) request.result.createObjectStore(store);
    };
    return new WorkLog(await resultOf<IDBDatabase>(request));
  }

  /** The key of this browser; made when it is first asked for. It goes with the last record. */
  signingKey(): Promise<SigningKey> {
    this.#key ??= this.#openKey();
    return this.#key;
  }

  /** A transaction over these stores and that of the key, and the link with which the guide's chain begins. */
  async #begin(
    guide: string,
    stores: readonly string[],
    mode: IDBTransactionMode,
  ): Promise<{ readonly transaction: IDBTransaction; readonly first: Link }> {
    for (let tries = 0; tries < MOST_KEYS; tries++) {
      const { id } = await this.signingKey();
      const first = firstLink(guide, id);
      const transaction = this.#database.transaction([...stores, 'keys'], mode);
      const kept = await resultOf<KeptKey | undefined>(transaction.objectStore('keys').get('signing'));
      if (kept?.id === id) return { transaction, first };
      // Another tab has deleted the last record, and the key with it.
      this.#key = null;
    }
    throw new Error('The key of this browser is not kept.');
  }

  /** Adds events to a guide's chain, in their order, all or none. */
  async append(guide: string, added: readonly WorkEvent[]): Promise<void> {
    const { transaction, first } = await this.#begin(guide, ['guides', 'events'], 'readwrite');
    const [guides, events] = [transaction.objectStore('guides'), transaction.objectStore('events')];
    let { dropped, before, count, head } = (await resultOf<ChainEnds | undefined>(guides.get(guide))) ?? {
      ...{ dropped: 0, before: first, count: 0, head: first },
    };
    for (const event of added) {
      head = nextLink(head, event);
      events.put({ event, link: head } satisfies KeptEvent, [guide, dropped + count]);
      count++;
    }
    while (count > MOST_EVENTS) {
      const room = MOST_EVENTS / 4;
      const last = await resultOf<KeptEvent | undefined>(events.get([guide, dropped + room - 1]));
      if (!last) throw new Error(`The record of ${guide} lacks event ${dropped + room - 1}.`);
      events.delete(numbersOf(guide, dropped, dropped + room));
      [dropped, before, count] = [dropped + room, last.link, count - room];
    }
    guides.put({ dropped, before, count, head } satisfies ChainEnds, guide);
    await done(transaction);
  }

  /** A guide's chain as it is now; an empty one when nothing is recorded. */
  async read(guide: string): Promise<Chain> {
    const { transaction, first } = await this.#begin(guide, ['guides', 'events'], 'readonly');
    const ends = await resultOf<ChainEnds | undefined>(transaction.objectStore('guides').get(guide));
    if (!ends) return { dropped: 0, before: first, events: [] };
    const kept = await resultOf<KeptEvent[]>(transaction.objectStore('events').getAll(numbersOf(guide)));
    return { dropped: ends.dropped, before: ends.before, events: kept.map(({ event }) => event) };
  }

  /** Adds to what the terminals of a guide printed. */
  async addCast(guide: string, piece: CastPiece): Promise<void> {
    const casts = this.#database.transaction('casts', 'readwrite').objectStore('casts');
    const ends = await resultOf<CastEnds | undefined>(casts.get([guide, 'ends']));
    let { first, next, letters } = ends ?? { first: 0, next: 0, letters: 0 };
    casts.put(piece, [guide, next]);
    next++;
    letters += piece.letters;
    let minute: number | null = null;
    // Nothing is read while there is room: a piece may be long.
    while (first < next - 1 && (letters > MOST_CAST_LETTERS || minute !== null)) {
      const oldest = await resultOf<CastPiece | undefined>(casts.get([guide, first]));
      const ofMinute = Math.floor((oldest?.at ?? 0) / MINUTE_MS);
      if (letters <= MOST_CAST_LETTERS && ofMinute !== minute) break;
      casts.delete([guide, first]);
      first++;
      letters -= oldest?.letters ?? 0;
      minute = ofMinute;
    }
    casts.put({ first, next, letters }, [guide, 'ends']);
    await done(casts.transaction);
  }

  /** What is left of what the terminals of a guide printed; nothing of a terminal that printed nothing. */
  async casts(guide: string): Promise<readonly Cast[]> {
    const casts = this.#database.transaction('casts').objectStore('casts');
    const [ends, pieces] = await Promise.all([
      resultOf<CastEnds | undefined>(casts.get([guide, 'ends'])),
      resultOf<CastPiece[]>(casts.getAll(numbersOf(guide))),
    ]);
    const isCut = (ends?.first ?? 0) > 0 || pieces.some((piece) => piece.isCut);
    const events = pieces.flatMap((piece) => piece.events);
    const terminals = [...new Set(events.map(({ terminal }) => terminal))].toSorted((a, b) => a - b);
    return terminals.map((terminal) => {
      const size = pieces.find(({ sizes }) => sizes[terminal] !== undefined)?.sizes[terminal] ?? '80x24';
      const [columns = 80, rows = 24] = size.split('x').map(Number);
      const own = events.filter((event) => event.terminal === terminal);
      return {
        ...{ guide, terminal, columns, rows, isCut },
        events: own.map(({ at, code, data }) => ({ at, code, data })),
      };
    });
  }

  /** The guides of which something is recorded, and how many events are kept of each. */
  async guides(): Promise<ReadonlyMap<string, number>> {
    const guides = this.#database.transaction('guides').objectStore('guides');
    const [names, ends] = await Promise.all([
      resultOf<string[]>(guides.getAllKeys()),
      resultOf<ChainEnds[]>(guides.getAll()),
    ]);
    return new Map(names.map((name, index) => [name, ends[index]?.count ?? 0]));
  }

  /** Deletes what is recorded of a guide, and with the last of them the key. Its chain begins anew. */
  async clear(guide: string): Promise<void> {
    const transaction = this.#database.transaction(['guides', 'events', 'casts', 'keys'], 'readwrite');
    transaction.objectStore('guides').delete(guide);
    for (const store of ['events', 'casts']) transaction.objectStore(store).delete(numbersOf(guide));
    transaction.objectStore('casts').delete([guide, 'ends']);
    const left = await resultOf<number>(transaction.objectStore('guides').count());
    if (left === 0) {
      transaction.objectStore('keys').delete('signing');
      this.#key = null;
    }
    await done(transaction);
  }

  close(): void {
    this.#database.close();
  }

  async #openKey(): Promise<SigningKey> {
    const kept = await resultOf<KeptKey | undefined>(
      this.#database.transaction('keys').objectStore('keys').get('signing'),
    );
    if (kept) return signingKeyOf(kept.pair);
    const pair = await makeKeyPair();
    const made = await signingKeyOf(pair);
    const keys = this.#database.transaction('keys', 'readwrite').objectStore('keys');
    // Another tab may have made one meanwhile: there is only one.
    const other = await resultOf<KeptKey | undefined>(keys.get('signing'));
    if (!other) keys.put({ pair, id: made.id } satisfies KeptKey, 'signing');
    await done(keys.transaction);
    return other ? signingKeyOf(other.pair) : made;
  }
}

/** The keys `[name, number]` of one name, from `from` on and below `end`. */
function numbersOf(name: string, from = 0, end = Infinity): IDBKeyRange {
  return IDBKeyRange.bound([name, from], [name, end], false, true);
}
