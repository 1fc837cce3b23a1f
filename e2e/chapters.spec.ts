/**
 * Plays chapters in a real browser, each from its own start: one of each guide's, or all with `--everything`. New
 * chapters are found by themselves. All were played when the snapshots were made, on a machine in Node; but only here
 * does a chapter fail of a command that prints something else than it shows.
 */
import { playChapter } from '../scripts/replay/engine.ts';
import { timingTable } from '../scripts/replay/timing-table.ts';
import { savedListing } from '../site/chapter/listing.ts';
import { loadGuides } from '../site/chapter/load.ts';
import type { Chapter, FileAction } from '../site/chapter/model.ts';
import { expect, test } from './fixtures.ts';
import { PageDriver } from './page-driver.ts';
import { EVERYTHING, sampleOf } from '../scripts/sample.ts';

const guides = loadGuides();

for (const guide of guides) {
  const sample = sampleOf(
    `${guide.slug} played`,
    guide.chapters.map(({ slug }) => slug),
    EVERYTHING ? 1 : 1 / guide.chapters.length,
  );
  for (const chapter of guide.chapters) {
    if (!sample.has(chapter.slug)) continue;
    test(`${guide.slug}/${chapter.slug}`, async ({ chapterPage }) => {
      // A command may take minutes; the reboot of a last chapter is a real one.
      test.setTimeout(900_000);
      await chapterPage.open(`${guide.slug}/${chapter.slug}`);
      await chapterPage.start();
      const typed = firstTypedFile(chapter);
      const { timings } = await playChapter(chapter, await PageDriver.open(chapterPage), {
        typesInNano: (file) => file === typed,
      });
      // For whoever reads along: never a reason to fail, as a busy machine takes longer.
      console.log(timingTable(timings, { budget: false }));
      for (const step of chapter.steps) {
        const section = chapterPage.page.locator(`[data-step="${step.id}"]`);
        if (step.checks.length > 0) await expect(section).toHaveAttribute('data-done', /.*/);
      }
    });
  }
}

test('there are chapters', () => {
  expect(guides.flatMap(({ chapters }) => chapters).length).toBeGreaterThan(5);
});

/** The first file of a chapter that an editor saves is typed key by key; the page's button writes the others. */
function firstTypedFile(chapter: Chapter): FileAction | undefined {
  for (const { actions } of chapter.steps) {
    for (const action of actions) {
      const saved = action.kind === 'command' ? savedListing(actions, action) : undefined;
      if (saved) return saved;
    }
  }
  return undefined;
}
