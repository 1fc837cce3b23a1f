/** Makes what a student hands in out of the record of this browser, and tells what is in it. For `hand-in-worker.ts`. */
import type { Cast } from '../evidence/cast.ts';
import { castText } from '../evidence/cast.ts';
import type { Chain } from '../evidence/chain.ts';
import type { Evidence } from '../evidence/format.ts';
import { makeHandIn } from '../evidence/hand-in.ts';
import type { HandedIn, HandIn } from '../evidence/hand-in.ts';
import type { SigningKey } from '../evidence/key.ts';
import type { WorkLog } from '../evidence/work-log.ts';
import { recordingOf } from './class/recording.ts';
import { eventInWords } from './hand-in-words.ts';

/** What the page knows of what is handed in. */
export interface AskedHandIn extends Omit<HandIn, 'chains' | 'casts' | 'key'> {
  readonly withTerminals: boolean;
  /** For what is shown: as in `eventInWords`. */
  readonly titles: Readonly<Record<string, string>>;
}

/** What there is to hand in of some guides. */
export interface Collected {
  /** The chapters in which anything was done, as `guide/chapter`. */
  readonly begun: readonly string[];
  readonly hasTerminals: boolean;
}

/** What is in the file, to be shown. */
export interface ShownHandIn {
  readonly evidence: Evidence;
  /** All events, a line for each, and how many they are. */
  readonly events: string;
  readonly count: number;
  /** How many older events are no longer kept. */
  readonly dropped: number;
  /** The steps that were opened, as `guide/chapter/step`. */
  readonly opened: readonly string[];
  readonly terminals: readonly ShownTerminal[];
}

export interface ShownTerminal extends Pick<Cast, 'guide' | 'terminal' | 'isCut'> {
  /** Of all that is in the file, with control sequences. UTF-16 units. */
  readonly letters: number;
  /** The end of it, plain. */
  readonly text: string;
  /** Whether something of it is in the file, and not in `text`. */
  readonly isEnd: boolean;
}

/** Letters of one terminal that are shown. */
const MOST_SHOWN = 50_000;

export class HandInMaker {
  readonly #log: WorkLog;
  #key: SigningKey | null = null;
  #chains: ReadonlyMap<string, Chain> = new Map();
  #casts: readonly Cast[] = [];

  constructor(log: WorkLog) {
    this.#log = log;
  }

  /** Takes what is recorded by now: what is shown and what is saved are made of it. */
  async collect(guides: readonly string[]): Promise<Collected> {
    this.#chains = new Map(
      await Promise.all(guides.map(async (guide) => [guide, await this.#log.read(guide)] as const)),
    );
    // The one with which they begin: another tab may just have deleted the one before.
    this.#key = await this.#log.signingKey();
    this.#casts = (await Promise.all(guides.map((guide) => this.#log.casts(guide)))).flat();
    const begun = [...this.#chains].flatMap(([guide, { events }]) =>
      events.map(({ chapter }) => `${guide}/${chapter}`),
    );
    return { begun: [...new Set(begun)], hasTerminals: this.#casts.length > 0 };
  }

  async show(asked: AskedHandIn): Promise<ShownHandIn> {
    const { evidence, casts, chains } = await this.#make(asked);
    const events = [...chains].flatMap(([guide, chain]) => chain.events.map((event) => ({ guide, event })));
    return {
      evidence,
      events: events.map(({ guide, event }) => eventInWords(guide, event, asked.titles)).join('\n'),
      count: events.length,
      dropped: [...chains.values()].reduce((sum, chain) => sum + chain.dropped, 0),
      opened: events.flatMap(({ guide, event }) =>
        event.kind === 'opened' ? [`${guide}/${event.chapter}/${event.step}`] : [],
      ),
      terminals: Object.values(casts).map(shownTerminal),
    };
  }

  /** The file. */
  async save(asked: AskedHandIn): Promise<Uint8Array<ArrayBuffer>> {
    return (await this.#make(asked)).bytes;
  }

  async #make({ withTerminals, ...asked }: AskedHandIn): Promise<HandedIn> {
    if (!this.#key) throw new Error('Nothing is collected yet.');
    const handed = await makeHandIn({
      ...asked,
      ...{ chains: this.#chains, casts: withTerminals ? this.#casts : [], key: this.#key },
    });
    // What found no room is not packed again: to find that out takes longest.
    if (withTerminals) this.#casts = Object.values(handed.casts);
    return handed;
  }
}

function shownTerminal(cast: Cast): ShownTerminal {
  const { guide, terminal, isCut, events } = cast;
  const text = recordingOf(castText(cast))?.text ?? '';
  return {
    ...{ guide, terminal, isCut },
    letters: events.reduce((sum, { data }) => sum + data.length, 0),
    text: text.slice(-MOST_SHOWN),
    isEnd: text.length > MOST_SHOWN,
  };
}
