/** What the pages are built from: the guides, their addresses in the site, and the machines that go with them. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileChecksUpTo } from '../chapter/file-checks.ts';
import { loadGuides } from '../chapter/load.ts';
import type { Chapter, Guide } from '../chapter/model.ts';
import { earlierImages, type EarlierImage } from '../integrations/earlier-releases.ts';
import { missingChromium } from '../integrations/chromium.ts';
import { pdfFile, printFolder } from '../integrations/guide-pdfs.ts';
import { sandboxFolder } from '../integrations/sandbox-files.ts';
import { snapshotPath } from '../sandbox/image.ts';
import type { AboutManifest, ImageManifest, SnapshotManifest } from '../sandbox/image.ts';
import type { MachineGuide } from '../machines/guides.ts';
import { UNIT_BYTES } from '../saves/contents.ts';
import type { ChapterData, ChapterLink } from '../workspace/chapter-data.ts';
import { catalogOf } from '../teach/content-version.ts';
import type { Catalog } from '../teach/catalog.ts';
import { withSlash } from '../with-slash.ts';

export { inHours } from '../in-hours.ts';

/** IP address of every guest (`sandbox-images/GUEST.md`). */
export const GUEST_IP = '192.168.86.100';

/** All guides. Read anew in development, where they change under us. */
export function guides(): readonly Guide[] {
  if (import.meta.env.DEV) return loadGuides();
  cached ??= loadGuides();
  return cached;
}
let cached: readonly Guide[] | null = null;

/** An address within the site, with the base: `sitePath('guides/')`. */
export function sitePath(path = ''): string {
  const base = import.meta.env.BASE_URL;
  return `${withSlash(base)}${path}`;
}

export function guidePath(guide: Guide): string {
  return sitePath(`guides/${guide.slug}/`);
}

export function chapterPath(guide: Guide, chapter: Chapter): string {
  return `${guidePath(guide)}${chapter.slug}/`;
}

/** Where a sentence is from, in a list of many: `Ubuntu 16.04, Flask: chapter 2`. */
export function placeOf(guide: Guide, chapter: Chapter): string {
  return `${guide.system?.name ?? guide.title}, ${(guide.stack ?? [])[0] ?? ''}: chapter ${chapter.number}`;
}

/** All chapters on one page, to be printed. */
export function printPath(guide: Guide): string {
  return sitePath(printFolder(guide.slug));
}

/** The same as a PDF; `null` when this build makes none. */
export function pdfPath(guide: Guide): string | null {
  return import.meta.env.PROD && missingChromium() === null ? sitePath(pdfFile(guide.slug)) : null;
}

export function aboutPath(guide: Guide): string {
  return sitePath(`sandbox-${guide.image}/`);
}

/** Minutes of all chapters, in steps of five: nobody types by the clock. */
export function totalMinutes(guide: Guide): number {
  return Math.round(guide.chapters.reduce((sum, { minutes }) => sum + minutes, 0) / 5) * 5;
}

/** What the pages for instructors and their students are told of the guides. */
export function catalog(): Catalog {
  return catalogOf(guides(), chapterPath);
}

/** What the workspace of a chapter's page is told. */
export function chapterData(guide: Guide, chapter: Chapter): ChapterData {
  const index = guide.chapters.indexOf(chapter);
  const link = (other: Chapter | undefined): ChapterLink | null =>
    other === undefined ? null : { slug: other.slug, title: other.title, url: chapterPath(guide, other) };
  return {
    guide: {
      slug: guide.slug,
      title: guide.title,
      login: guide.login,
      home: guide.home,
      hosts: hostsOf(guide),
    },
    chapter,
    fileChecks: fileChecksUpTo(guide, chapter),
    url: chapterPath(guide, chapter),
    previous: link(guide.chapters[index - 1]),
    next: link(guide.chapters[index + 1]),
    machine: machineFor(guide, chapter),
  };
}

/** The placeholders that are host names, then the IP address. */
export function hostsOf(guide: Guide): readonly string[] {
  const names = Object.values(guide.placeholders).map(({ value }) => value);
  return [...names.filter((name) => /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(name)), GUEST_IP];
}

/** What the page of saved machines knows of the guides. */
export function machineGuides(): readonly MachineGuide[] {
  return guides().map((guide) => ({
    slug: guide.slug,
    title: guide.title,
    chapters: guide.chapters.map((chapter) => ({
      slug: chapter.slug,
      number: chapter.number,
      title: chapter.title,
      url: chapterPath(guide, chapter),
    })),
    images: machineImages(guide),
  }));
}

function machineImages(guide: Guide): MachineGuide['images'] {
  const folder = sandboxFolder();
  if (folder === null) return [];
  const image = readManifest(join(folder, guide.image, 'image.json')) as ImageManifest;
  const all = [image, ...keptImages(guide, image).map(({ manifest }) => manifest)];
  return all.map(({ recipe, v86Version, memoryBytes, disk }) => ({
    ...{ recipe, v86Version },
    ...{ pages: memoryBytes / UNIT_BYTES, blocks: disk.sizeBytes / UNIT_BYTES },
  }));
}

/** Of earlier releases; in development none is served. */
function keptImages(guide: Guide, present: ImageManifest): readonly EarlierImage[] {
  return import.meta.env.PROD ? earlierImages(guide.image, present) : [];
}

/** Packages of a guide's sandbox; `null` when the site is built without machines. */
export function aboutSandbox(guide: Guide): AboutManifest | null {
  const folder = sandboxFolder();
  return folder === null ? null : (readManifest(join(folder, guide.image, 'about.json')) as AboutManifest);
}

function machineFor(guide: Guide, chapter: Chapter): ChapterData['machine'] {
  const folder = sandboxFolder();
  if (folder === null) return null;
  const image = readManifest(join(folder, guide.image, 'image.json')) as ImageManifest;
  const snapshot = snapshotName(image, guide, chapter);
  const start = readSnapshot(folder, guide.image, snapshot);
  const base = start.base === null ? null : readSnapshot(folder, guide.image, start.base);
  const files = [image.wasm, image.bios, image.vgaBios, start.state, ...(base === null ? [] : [base.state])];
  return {
    imagePath: sitePath(`sandbox/${guide.image}/`),
    snapshot,
    manifestHashes: Object.fromEntries(
      [
        'image.json',
        'internet.json',
        snapshotPath(snapshot),
        ...(start.base === null ? [] : [snapshotPath(start.base)]),
      ].map((path) => [path, sha256(join(folder, guide.image, path))]),
    ),
    recipe: image.recipe,
    v86Version: image.v86Version,
    earlier: keptImages(guide, image).map(({ manifest, folder: kept, source, program }) => ({
      ...{ recipe: manifest.recipe, v86Version: manifest.v86Version },
      imagePath: sitePath(`sandbox/${kept}/`),
      manifestHashes: Object.fromEntries(
        ['image.json', 'internet.json'].map((path) => [path, sha256(join(source, path))]),
      ),
      programPath: program === null ? null : sitePath(program),
    })),
    screens: start.screens,
    fetchBytes: files.reduce((sum, file) => sum + file.transferBytes, 0),
  };
}

/** The chapter's own snapshot; a first chapter begins with the image as it is. */
function snapshotName(image: ImageManifest, guide: Guide, chapter: Chapter): string {
  const name = `${guide.slug}/${chapter.slug}`;
  if (image.snapshots.includes(name)) return name;
  if (chapter.number === 1 && image.snapshots.includes('base')) return 'base';
  throw new Error(
    `The image ${guide.image} has no snapshot "${name}", from which ${chapter.file} starts. Run \`npm run images\` to build it.`,
  );
}

function readSnapshot(folder: string, image: string, name: string): SnapshotManifest {
  return readManifest(join(folder, image, snapshotPath(name))) as SnapshotManifest;
}

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** Our own build wrote it, so its shape is not examined again. */
function readManifest(file: string): unknown {
  if (!existsSync(file))
    throw new Error(`${file} is missing. Run \`npm run images\` to build the sandbox images.`);
  return JSON.parse(readFileSync(file, 'utf8')) as unknown;
}
