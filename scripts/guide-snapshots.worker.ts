/** A thread that plays one guide, from the base snapshot, and takes a snapshot after each chapter. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadGuide } from '../site/chapter/load.ts';
import type { Chapter, Guide } from '../site/chapter/model.ts';
import type { ImageManifest } from '../site/sandbox/image.ts';
import { isExpected } from './command.ts';
import { createNodeSandbox, imageUrl } from './node-sandbox.ts';
import { playGuide } from './replay/engine.ts';
import { NodeDriver } from './replay/node-driver.ts';
import { ReplayError } from './replay/replay-error.ts';
import { describeMismatch } from './replay/shown-output.ts';
import { secondsOfCommands } from './replay/timing-table.ts';
import { captureQuietly, SnapshotWriter } from './snapshot-writer.ts';
import { StoreWriter } from './store.ts';

/** What the thread is given. */
export interface GuideWork {
  /** Directory that is served as `/sandbox/`; the image's base snapshot is in it. */
  readonly directory: string;
  readonly image: ImageManifest;
  /** The image's disk, uncompressed. */
  readonly diskPath: string;
  /** See {@link StoreWriter}. */
  readonly pool: string;
  /** Slug. */
  readonly guide: string;
  /** State of the base snapshot. */
  readonly base: Uint8Array;
  /** Disk chunks that are read when the machine boots. */
  readonly bootChunks: readonly number[];
}

/** Snapshots of one or more guides, and how long the guides' commands took. */
export interface MadeSnapshots {
  readonly names: readonly string[];
  /** As `TimingsManifest` has them. */
  readonly seconds: Readonly<Record<string, number>>;
}

/** What it says. */
export type GuideMessage =
  | { readonly kind: 'progress'; readonly what: string; readonly fraction: number }
  | { readonly kind: 'done'; readonly made: MadeSnapshots }
  /** The guide does not play as written. */
  | { readonly kind: 'failed'; readonly message: string };

const say = (message: GuideMessage): void => parentPort?.postMessage(message);

try {
  say({ kind: 'done', made: await makeGuideSnapshots(workerData as GuideWork) });
} catch (error) {
  if (!isExpected(error)) throw error;
  say({ kind: 'failed', message: error.message });
}

async function makeGuideSnapshots(work: GuideWork): Promise<MadeSnapshots> {
  const guide = loadGuide(work.guide);
  const store = new StoreWriter(work.directory, work.pool);
  const snapshots = new SnapshotWriter({ ...work, store });
  const sandbox = createNodeSandbox();
  await sandbox.start({ imageUrl: imageUrl(work.directory, work.image.name), snapshot: 'base' });
  const driver = await NodeDriver.open(sandbox, guide);

  const names = startNames(guide);
  const [first = 'end'] = names;
  // A snapshot waits until it is known what the chapter after it reads. The first is the base itself.
  let waiting = { name: first, body: await snapshots.bodyOfBase() };
  const { timings } = await playGuide(guide, driver, {
    checks: 'skip',
    // They take as long as a chapter, and what runs afterwards is what ran before.
    reboots: 'skip',
    // What a chapter shows changes no snapshot, and is not in the build's key: the tests fail of it, not the build.
    onMismatch: (place, mismatch) => {
      console.warn(`\n${new ReplayError(place, describeMismatch(mismatch), '').message}`);
    },
    onProgress: ({ chapter, action }) => {
      const command = action?.kind === 'command' ? `: ${action.command}` : '';
      say({
        kind: 'progress',
        what: `playing ${chapter.title}${command}`,
        fraction: (chapter.number - 1) / guide.chapters.length,
      });
    },
    afterChapter: async (chapter) => {
      const capture = await captureQuietly(sandbox);
      const read = reboots(chapter) ? [...capture.touchedChunks, ...work.bootChunks] : capture.touchedChunks;
      await snapshots.write(waiting.name, waiting.body, [...new Set(read)]);
      waiting = { name: names[chapter.number] ?? 'end', body: await snapshots.describe(capture) };
    },
  });
  await snapshots.write(waiting.name, waiting.body, []);
  driver.close();
  await sandbox.powerOff();
  // The end is for tests; no reader starts there.
  return { names: names.slice(0, -1), seconds: secondsOfCommands(timings) };
}

/** Whether the reader restarts the machine in this chapter. */
function reboots({ steps }: Chapter): boolean {
  return steps.some(({ actions }) => actions.some((action) => action.kind === 'command' && action.reboots));
}

/** Names of a guide's snapshots in order: the start of each chapter, and the end. */
function startNames({ slug, chapters }: Guide): string[] {
  return [...chapters.map((chapter) => `${slug}/${chapter.slug}`), `${slug}/end`];
}
