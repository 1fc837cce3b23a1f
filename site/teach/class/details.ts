/** Everything of one hand-in, for whoever wants to look at it. Read once more when it is asked for. */
import { readHandIn } from '../../evidence/read.ts';
import type { Catalog } from '../catalog.ts';
import { shownText } from '../../shown-text.ts';
import { recordingOf, type Recording } from './recording.ts';
import { whatHappened } from '../event-words.ts';
import { timeOf } from './words.ts';

export interface Details {
  /** In the order in which they were begun. */
  readonly chapters: readonly {
    readonly title: string;
    readonly events: readonly { readonly time: string; readonly words: string }[];
  }[];
  /** Files of the guide that differ; `diff` is `null` when the file is missing. */
  readonly files: readonly { readonly path: string; readonly diff: string | null }[];
  readonly terminals: readonly Recording[];
  readonly hasMachine: boolean;
}

/** UTF-16 units of a file’s differences that are shown. */
const LONGEST_DIFF = 100_000;

/** @throws {RefusedFile} when the file is none. */
export async function detailsOf(content: Blob, catalog: Catalog): Promise<Details> {
  const { events, evidence, entries, hasMachine } = await readHandIn(content);
  const decoder = new TextDecoder();
  const chapters = new Map<string, { title: string; events: { time: string; words: string }[] }>();
  for (const [guide, log] of events) {
    const found = catalog.guides.find(({ slug }) => slug === guide);
    for (const event of log) {
      const chapter = found?.chapters.find(({ slug }) => slug === event.chapter);
      const key = `${guide}/${event.chapter}`;
      const group = chapters.get(key) ?? { title: chapter?.title ?? shownText(event.chapter), events: [] };
      chapters.set(key, group);
      const titleOf = (id: string): string | undefined =>
        [...(chapter?.checks ?? []), ...(chapter?.steps ?? [])].find((one) => one.id === id)?.title;
      group.events.push({ time: timeOf(event.at), words: whatHappened(event, titleOf) });
    }
  }
  return {
    chapters: [...chapters.values()],
    files: evidence.files.map(({ path, diff }) => {
      const bytes = diff === null ? undefined : entries.get(diff);
      return {
        path: shownText(path, 200),
        diff: bytes ? visibleLines(decoder.decode(bytes).slice(0, LONGEST_DIFF)) : null,
      };
    }),
    terminals: [...entries].flatMap(([name, bytes]) =>
      name.endsWith('.cast') ? (recordingOf(decoder.decode(bytes)) ?? []) : [],
    ),
    hasMachine,
  };
}

function visibleLines(text: string): string {
  return text.replaceAll(/(?![\n\t])[\p{Cc}\p{Cf}\p{Surrogate}\u2028\u2029]/gu, '');
}
