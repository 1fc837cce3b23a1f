/** For tests: opens a file that was handed in, as the class page does, and holds it to all that it says about itself. */
import { unzipSync } from 'fflate';
import type { WorkEvent } from '../events.ts';
import type { Evidence, Manifest } from '../format.ts';
import { readHandIn } from '../read.ts';
import { verify } from '../verify.ts';

export interface Opened {
  readonly entries: Readonly<Record<string, Uint8Array<ArrayBuffer>>>;
  readonly manifest: Manifest;
  readonly evidence: Evidence;
  /** By the guide's slug. */
  readonly events: ReadonlyMap<string, readonly WorkEvent[]>;
}

/** Rejects where the file is refused, and where anything in it looks forged. */
export async function opened(bytes: Uint8Array): Promise<Opened> {
  const { manifest, evidence, events, ...handIn } = await readHandIn(new Blob([new Uint8Array(bytes)]));
  const found = await verify({ manifest, evidence, events, ...handIn });
  const forged = found.filter(({ severity }) => severity === 'forged');
  if (forged.length > 0)
    throw new Error(forged.map(({ code, sentence }) => `${code}: ${sentence}`).join('\n'));
  const entries = unzipSync(bytes) as Record<string, Uint8Array<ArrayBuffer>>;
  return { entries, manifest, evidence, events };
}
