/**
 * Every chapter on a machine in Node, from its own snapshot: its checks fail before it, its commands print what it
 * shows, its checks pass after it, and still pass when a reader does it all a second time.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { loadGuides } from '../../site/chapter/load.ts';
import type { Chapter, Guide } from '../../site/chapter/model.ts';
import type { LocalSandbox } from '../../site/sandbox/local.ts';
import { createNodeSandbox, imageUrl } from '../node-sandbox.ts';
import { playChapter } from './engine.ts';
import { NodeDriver } from './node-driver.ts';

const sandboxDir = process.env['TYPEALONG_SANDBOX'];
if (sandboxDir === undefined) throw new Error('TYPEALONG_SANDBOX is not set: run this with npm test.');

/** A chapter of installations, twice, on a busy machine. */
const CHAPTER_TIMEOUT_MS = 600_000;

for (const guide of loadGuides()) {
  describe(guide.slug, () => {
    let sandbox: LocalSandbox | undefined;

    afterEach(async () => {
      await sandbox?.powerOff();
    });

    async function openChapter(chapter: Chapter, ofGuide: Guide): Promise<NodeDriver> {
      sandbox = createNodeSandbox();
      await sandbox.start({
        imageUrl: imageUrl(sandboxDir ?? '', ofGuide.image),
        snapshot: `${ofGuide.slug}/${chapter.slug}`,
      });
      return NodeDriver.open(sandbox, ofGuide);
    }

    for (const chapter of guide.chapters) {
      it(
        `${chapter.slug}: checks fail before, pass after, and pass after a second time`,
        async () => {
          const driver = await openChapter(chapter, guide);
          const first = await playChapter(chapter, driver, { checksFailAtStart: true });
          const again = await playChapter(chapter, driver, { again: true });
          expect(again.checksPassed).toBe(first.checksPassed);
          driver.close();
        },
        CHAPTER_TIMEOUT_MS,
      );
    }
  });
}
