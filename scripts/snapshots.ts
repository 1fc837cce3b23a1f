/**
 * Makes an image's snapshots: boots it for real, takes the base, then plays each guide from there and takes the
 * machine as each chapter leaves it. A snapshot is the start of the next chapter; `guide/end` is after the last.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Guide } from '../site/chapter/model.ts';
import type { ImageManifest } from '../site/sandbox/image.ts';
import type { Capture } from '../site/sandbox/capture.ts';
import type { LocalSandbox } from '../site/sandbox/local.ts';
import { Failure } from './command.ts';
import type { GuideMessage, GuideWork, MadeSnapshots } from './guide-snapshots.worker.ts';
import { Limiter } from './limiter.ts';
import { createNodeSandbox, imageUrl } from './node-sandbox.ts';
import { optimizeOnlyV86 } from './optimize-v86.ts';
import { NodeDriver } from './replay/node-driver.ts';
import { captureQuietly, SnapshotWriter } from './snapshot-writer.ts';
import type { StoreWriter } from './store.ts';
import { resultOf } from './thread.ts';

/** What has been done and how much of all there is to do, from 0 to 1. */
export type Progress = (what: string, fraction: number) => void;

export interface SnapshotWork {
  /** Directory that is served as `/sandbox/`; the image's `image.json` and `internet.json` are in it. */
  readonly directory: string;
  readonly image: ImageManifest;
  /** The image's disk, uncompressed. */
  readonly diskPath: string;
  readonly store: StoreWriter;
  readonly guides: readonly Guide[];
  readonly onProgress: Progress;
  /** Aborted, it ends all machines; the work rejects with its reason. */
  readonly signal: AbortSignal;
}

/** A machine keeps one core busy. For all images together: they are made side by side. */
const machines = new Limiter(availableParallelism());

/** Makes them. Throws a Failure when a guide does not play as written. */
export async function makeSnapshots(work: SnapshotWork): Promise<MadeSnapshots> {
  optimizeOnlyV86();
  // Guides wait for it.
  const base = await machines.run(Infinity, () => takeBase(work));
  const progress = new Map(work.guides.map(({ slug }) => [slug, { what: 'waiting', fraction: 0 }]));
  const report = (): void => {
    const all = [...progress.values()];
    const fraction = all.reduce((sum, each) => sum + each.fraction, 0) / all.length;
    work.onProgress(all.map(({ what }) => what).join(' · '), fraction);
  };
  report();
  // Each in a thread of its own.
  const made = await Promise.all(
    work.guides.map((guide) =>
      machines.run(commandsOf(guide), () =>
        inThread(work, guide, base, (what, fraction) => {
          progress.set(guide.slug, { what, fraction });
          report();
        }),
      ),
    ),
  );
  return {
    names: ['base', ...made.flatMap(({ names }) => names)],
    seconds: Object.assign({}, ...made.map(({ seconds }) => seconds)) as MadeSnapshots['seconds'],
  };
}

/** How many commands a guide has: so long it takes. */
function commandsOf({ chapters }: Guide): number {
  const actions = chapters.flatMap(({ steps }) => steps).flatMap((step) => step.actions);
  return actions.filter(({ kind }) => kind === 'command').length;
}

/** The machine after its boot, which every other snapshot is a difference from; and what it has read until then. */
async function takeBase(work: SnapshotWork): Promise<Capture> {
  const { directory, image, store, diskPath, signal } = work;
  signal.throwIfAborted();
  const sandbox = createNodeSandbox();
  const end = (): void => void sandbox.powerOff();
  signal.addEventListener('abort', end);
  const stopListening = sandbox.onState((state) => {
    if (state.status === 'booting') work.onProgress(`booting: ${state.message}`, 0);
  });
  try {
    await sandbox.start({ imageUrl: imageUrl(directory, image.name), snapshot: null });
    await settle(sandbox);
    const [guide] = work.guides;
    if (!guide) throw new Error(`No guide uses the image ${image.name}`);
    const driver = await NodeDriver.open(sandbox, guide);
    const snapshots = new SnapshotWriter({ directory, image, store, diskPath, base: null });
    const capture = await captureQuietly(sandbox);
    await snapshots.write('base', await snapshots.describe(capture), []);
    driver.close();
    return capture;
  } finally {
    signal.removeEventListener('abort', end);
    stopListening();
    await sandbox.powerOff();
  }
}

/** Plays a guide in a thread. */
async function inThread(
  { directory, image, diskPath, store, signal }: SnapshotWork,
  guide: Guide,
  base: Capture,
  onProgress: Progress,
): Promise<MadeSnapshots> {
  signal.throwIfAborted();
  const data: GuideWork = {
    directory,
    image,
    diskPath,
    pool: store.pool,
    guide: guide.slug,
    base: base.state,
    bootChunks: base.touchedChunks,
  };
  const worker = new Worker(new URL('./guide-snapshots.worker.ts', import.meta.url), { workerData: data });
  return resultOf(worker, {
    name: `plays ${guide.slug}`,
    signal,
    take: (message: GuideMessage) => {
      if (message.kind === 'failed') throw new Failure(message.message);
      if (message.kind === 'done') return message.made;
      onProgress(message.what, message.fraction);
      return undefined;
    },
  });
}

/** Waits until systemd has started all that it starts. Throws when a unit failed. */
async function settle(sandbox: LocalSandbox): Promise<void> {
  const state = await sandbox.agent.exec(['systemctl', 'is-system-running', '--wait'], {
    timeoutMs: 120_000,
  });
  if (state.stdout.trim() === 'running') return;
  const failed = await sandbox.agent.exec(['systemctl', 'list-units', '--failed', '--no-legend', '--plain']);
  throw new Error(`The image boots into the state "${state.stdout.trim()}". Failed units:\n${failed.stdout}`);
}
