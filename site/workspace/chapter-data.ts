/** What a chapter's page tells the workspace: the chapter model and where the machine's files are. */
import type { Chapter } from '../chapter/model.ts';
import type { Check } from '../checks/model.ts';

export interface ChapterData {
  readonly guide: {
    readonly slug: string;
    readonly title: string;
    readonly login: string;
    readonly home: string;
    /** Names by which the browser pane reaches the machine: the placeholders' values, then its IP address. */
    readonly hosts: readonly string[];
  };
  readonly chapter: Chapter;
  /** What the guide's chapters up to this one want of their files. */
  readonly fileChecks: readonly Check[];
  /** Path of this page, with the base. */
  readonly url: string;
  readonly previous: ChapterLink | null;
  readonly next: ChapterLink | null;
  /** `null` when the site was built without machines. */
  readonly machine: {
    /** Path of the image's folder, with the base and a slash at its end. */
    readonly imagePath: string;
    /** The snapshot that is this chapter's start. */
    readonly snapshot: string;
    /** SHA-256 of the manifests that a start reads, by path below the image's folder. */
    readonly manifestHashes: Readonly<Record<string, string>>;
    /** What a saved machine has to be of to go on with this image, as in its `SavedAbout`. */
    readonly recipe: string;
    readonly v86Version: string;
    /** The images of earlier releases, with which machines that were saved then go on; newest first. */
    readonly earlier: readonly EarlierMachine[];
    /** What each terminal shows until the machine is there, as text with control sequences; empty for nothing. */
    readonly screens: readonly string[];
    /** What a start fetches at most, in bytes as they cross the network. */
    readonly fetchBytes: number;
  } | null;
}

/** An image of an earlier release. */
export interface EarlierMachine {
  readonly recipe: string;
  readonly v86Version: string;
  /** As in {@link ChapterData}. */
  readonly imagePath: string;
  readonly manifestHashes: Readonly<Record<string, string>>;
  /** Path of the program that runs it, with the base; `null` when this release's does. */
  readonly programPath: string | null;
}

export interface ChapterLink {
  readonly slug: string;
  readonly title: string;
  readonly url: string;
}

/**
 * Reads the data out of a chapter's page. Our own build wrote them (`site/pages/guides/[guide]/[chapter].astro`),
 * so their shape is not examined again.
 */
export function readChapterData(root: ParentNode): ChapterData {
  const script = root.querySelector('script[data-chapter-data]');
  if (!script?.textContent)
    throw new Error('This page holds no chapter: script[data-chapter-data] is missing.');
  return JSON.parse(script.textContent) as ChapterData;
}
