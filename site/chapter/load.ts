/** Finds and reads the guides of a content folder. For Node. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ChapterError } from './error.ts';
import type { Mistake } from './error.ts';
import { checkReferences, parseGuideHeader } from './header.ts';
import type { Chapter, Guide, GuideHeader } from './model.ts';
import { parseChapter } from './parse.ts';

/** The project's own content folder, as every command sees it: they all run at the project's root. */
export const CONTENT_DIR = 'content';

/**
 * All guides of `<contentDir>/guides`, in their order. Throws one `ChapterError` with the mistakes of all files. In
 * messages and in `Chapter.file`, paths begin with `content/`.
 */
export function loadGuides(contentDir: string = CONTENT_DIR): readonly Guide[] {
  const guides = collect(slugsIn(contentDir), (slug) => loadGuide(slug, contentDir));
  return guides.toSorted(
    (a, b) => (a.order ?? Number.MAX_SAFE_INTEGER) - (b.order ?? Number.MAX_SAFE_INTEGER),
  );
}

/** One guide. Throws a `ChapterError` with the mistakes of all its files, an `Error` when there is no such guide. */
export function loadGuide(slug: string, contentDir: string = CONTENT_DIR): Guide {
  const header = loadHeader(slug, contentDir);
  const names = readdirSync(join(contentDir, 'guides', slug)).filter((name) => name.endsWith('.mdx'));
  const chapters = collect(names.toSorted(), (name): Chapter => {
    const source = readFileSync(join(contentDir, 'guides', slug, name), 'utf8');
    return parseChapter(source, shownPath(slug, name), header);
  });
  const mistakes = chapters.flatMap((chapter, index): Mistake[] => {
    if (chapter.number === index + 1) return [];
    return [
      {
        file: chapter.file,
        line: 1,
        key: 'file name',
        message: `chapters are numbered without a gap: this is number ${index + 1}`,
      },
    ];
  });
  if (mistakes.length > 0) throw new ChapterError(mistakes);
  const guide = { ...header, chapters };
  const source = readFileSync(join(contentDir, 'guides', slug, 'guide.yaml'), 'utf8');
  checkReferences(source, shownPath(slug, 'guide.yaml'), guide, slugsIn(contentDir));
  return guide;
}

/** The names of the guides' folders. */
function slugsIn(contentDir: string): readonly string[] {
  const folders = readdirSync(join(contentDir, 'guides'), { withFileTypes: true });
  return folders
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted();
}

/** What `guide.yaml` of a guide says. */
export function loadHeader(slug: string, contentDir: string = CONTENT_DIR): GuideHeader {
  const file = join(contentDir, 'guides', slug, 'guide.yaml');
  if (!existsSync(file))
    throw new Error(`There is no guide "${slug}": ${shownPath(slug, 'guide.yaml')} does not exist.`);
  return parseGuideHeader(readFileSync(file, 'utf8'), shownPath(slug, 'guide.yaml'), slug);
}

function shownPath(slug: string, name: string): string {
  return `content/guides/${slug}/${name}`;
}

/** Maps, but lets every item report its mistakes before it throws. */
function collect<Item, Result>(items: readonly Item[], read: (item: Item) => Result): Result[] {
  const mistakes: Mistake[] = [];
  const results: Result[] = [];
  for (const item of items) {
    try {
      results.push(read(item));
    } catch (problem) {
      if (!(problem instanceof ChapterError)) throw problem;
      mistakes.push(...problem.mistakes);
    }
  }
  if (mistakes.length > 0) throw new ChapterError(mistakes);
  return results;
}
