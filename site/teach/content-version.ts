/**
 * Which version of a chapter is assigned: hashes of what the chapter asks of its reader. They tell a later release of
 * the site what has changed since. Runs when the pages are built.
 */
import { createHash } from 'node:crypto';
import type { Action, Chapter, Guide, PlacedCheck } from '../chapter/model.ts';
import type { Catalog, CatalogChapter } from './catalog.ts';

/** The catalog of these guides. `urlOf` gives the path of a chapter's page. */
export function catalogOf(
  guides: readonly Guide[],
  urlOf: (guide: Guide, chapter: Chapter) => string,
): Catalog {
  return {
    guides: guides.map((guide) => ({
      slug: guide.slug,
      title: guide.title,
      prerequisites: guide.prerequisites,
      outcomes: guide.outcomes.map(({ text, chapter }) => ({ text, chapter })),
      chapters: guide.chapters.map((chapter) => catalogChapter(chapter, urlOf(guide, chapter))),
    })),
  };
}

function catalogChapter(chapter: Chapter, url: string): CatalogChapter {
  const { slug, number, title, minutes, steps } = chapter;
  return {
    slug,
    number,
    title,
    minutes,
    url,
    print: chapterPrint(chapter),
    steps: steps.map(({ id, title, checks }) => ({ id, title, checks: checks.length })),
    checks: steps.flatMap(({ checks }) =>
      checks.map((placed) => ({ id: placed.id, title: placed.title, print: checkPrint(placed) })),
    ),
  };
}

/** 24 bits of the title, the steps, what is to be typed in them, and the checks. The prose around it does not count. */
export function chapterPrint({ title, steps }: Chapter): number {
  const asked = steps.map(({ id, actions, checks }) => [id, actions.map(typed), checks.map(looksFor)]);
  return hash([title, asked], 24);
}

/** 16 bits of the check's title and of what it looks for. */
export function checkPrint(placed: PlacedCheck): number {
  return hash(looksFor(placed), 16);
}

function looksFor({ title, check }: PlacedCheck): unknown {
  return [title, check];
}

/** What a reader sees of an action. What the parser makes of it beside that may change without the chapter. */
function typed(action: Action): readonly unknown[] {
  switch (action.kind) {
    case 'command':
      return ['command', action.command, action.terminal];
    case 'file':
      return ['file', action.path, action.content, action.place ?? null];
    case 'press':
      return ['press', action.keys, action.terminal];
    case 'visit':
      return ['visit', action.url, action.outcome];
  }
}

function hash(value: unknown, bits: 16 | 24): number {
  const digest = createHash('sha256')
    .update(JSON.stringify(inOrder(value)))
    .digest();
  return digest.readUIntBE(0, bits / 8);
}

/** The same value with the keys of its objects in order: in which order a file was read is no change. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return entries.map(([key, of]) => [key, inOrder(of)]);
}
