/** What the site has to assign, as the pages of this room are told of it. `content-version.ts` makes it from the guides. */

export interface Catalog {
  readonly guides: readonly CatalogGuide[];
}

export interface CatalogGuide {
  readonly slug: string;
  readonly title: string;
  readonly prerequisites: readonly string[];
  /** What a student can do afterwards; `chapter` is the slug of the chapter that proves it. */
  readonly outcomes: readonly { readonly text: string; readonly chapter: string }[];
  readonly chapters: readonly CatalogChapter[];
}

export interface CatalogChapter {
  readonly slug: string;
  readonly number: number;
  readonly title: string;
  readonly minutes: number;
  /** Path of its page, with the base. */
  readonly url: string;
  /** Hash of what it asks for, 24 bits. */
  readonly print: number;
  /** In the order of the text. `checks` is how many each has. */
  readonly steps: readonly { readonly id: string; readonly title: string; readonly checks: number }[];
  readonly checks: readonly CatalogCheck[];
}

export interface CatalogCheck {
  /** Names it in its chapter. */
  readonly id: string;
  readonly title: string;
  /** Hash of its title and of what it looks for, 16 bits. */
  readonly print: number;
}

/** A chapter by its slugs, and its guide; `null` when the site has none. */
export function findChapter(
  catalog: Catalog,
  { guide, chapter }: { readonly guide: string; readonly chapter: string },
): { readonly guide: CatalogGuide; readonly chapter: CatalogChapter } | null {
  const foundGuide = catalog.guides.find(({ slug }) => slug === guide);
  const found = foundGuide?.chapters.find(({ slug }) => slug === chapter);
  return foundGuide && found ? { guide: foundGuide, chapter: found } : null;
}

/** Reads the catalog out of a page. Our own build wrote it, so its shape is not examined again. */
export function readCatalog(root: ParentNode): Catalog {
  const script = root.querySelector('script[data-catalog]');
  if (!script?.textContent)
    throw new Error('This page has no list of guides: script[data-catalog] is missing.');
  return JSON.parse(script.textContent) as Catalog;
}
