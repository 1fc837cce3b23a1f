/**
 * A kept machine as the page lists it. What a machine says about itself may come from anybody's file: only what is
 * known here is taken, as text of bounded length.
 */
import { isRecord } from '../json.ts';
import { fits, readAbout, type SavedAbout } from '../sandbox/saved.ts';
import type { JsonValue } from '../saves/contents.ts';
import { beforeKey, type KeptMachine } from '../saves/copies.ts';
import type { MachineGuide, MachineImage } from './guides.ts';

/** Characters of a copy's name. */
export const LONGEST_NAME = 60;
/** Characters of any other text. */
const LONGEST_TEXT = 200;
/** Chapters are numbered from 1; no guide has more. */
const MOST_CHAPTERS = 999;

/** `own`: the guide's machine. `before`: the one that a fresh start has set aside. */
export type Role = 'own' | 'before' | 'copy';

/**
 * Whether a machine can go on here. `other-release`: its guide's machine is another by now. `unknown`: it is of no guide
 * of this site, or says nothing about itself that can be read.
 */
export type Fate = 'fits' | 'other-release' | 'unknown';

/** What a machine says about itself; copies have a name. */
export interface KeptAbout extends SavedAbout {
  readonly name?: string;
}

export interface ListedMachine {
  readonly key: string;
  readonly guide: string;
  readonly role: Role;
  readonly fate: Fate;
  /** `null` when it cannot be read. */
  readonly about: KeptAbout | null;
  /** Where the chapter is that it was saved in; `null` when it cannot go on. */
  readonly url: string | null;
  /** On the disk. */
  readonly bytes: number;
}

export function listed({ key, copy, saved }: KeptMachine, guides: readonly MachineGuide[]): ListedMachine {
  const [slug = key] = key.split('~');
  const guide = guides.find((one) => one.slug === slug) ?? null;
  const about = guide && readKept(saved.about, guide);
  const fate = fateOf(about, guide);
  return {
    key,
    guide: slug,
    role: !copy ? 'own' : key === beforeKey(slug) ? 'before' : 'copy',
    fate,
    about,
    url: fate === 'fits' && guide && about ? chapterUrl(guide, about) : null,
    bytes: saved.bytes,
  };
}

/** What a machine of this guide says about itself; `null` when it is of another, or makes no sense. */
export function readKept(value: unknown, guide: MachineGuide, now = Date.now()): KeptAbout | null {
  const about = readAbout(value);
  if (about?.guide !== guide.slug) return null;
  const chapter = guide.chapters.find(({ slug }) => slug === about.chapter.slug);
  const { slug, number, title } = chapter ?? about.chapter;
  const isNumber = Number.isInteger(number) && number >= 1 && number <= MOST_CHAPTERS;
  if (!isNumber || !Number.isFinite(about.savedAtMs)) return null;
  const name = isRecord(value) && typeof value['name'] === 'string' ? plainText(value['name']) : '';
  return {
    guide: guide.slug,
    chapter: { slug: plainText(slug), number, title: plainText(title) },
    image: plainText(about.image),
    snapshot: plainText(about.snapshot),
    recipe: plainText(about.recipe),
    v86Version: plainText(about.v86Version),
    // No clock is right everywhere; what is to come was not saved.
    savedAtMs: Math.min(Math.max(0, about.savedAtMs), now),
    ...(name !== '' && { name: nameOf(name) }),
  };
}

/** Whose machine a file says that it is; `null` when it says nothing of the kind. */
export function guideNamed(about: JsonValue, guides: readonly MachineGuide[]): MachineGuide | null {
  const slug = isRecord(about) ? about['guide'] : null;
  return guides.find((guide) => guide.slug === slug) ?? null;
}

/** What is kept as a copy's name of what was typed, or came with a file. */
export function nameOf(text: string): string {
  return Array.from(plainText(text)).slice(0, LONGEST_NAME).join('').trim();
}

/** The same, said about a machine that has no name or another. */
export function named({ name: _, ...about }: KeptAbout, name: string | null): JsonValue {
  const kept = name === null ? '' : nameOf(name);
  return { ...about, ...(kept !== '' && { name: kept }) };
}

function fateOf(about: KeptAbout | null, guide: MachineGuide | null): Fate {
  if (!about || !guide) return 'unknown';
  return imageOf(about, guide) ? 'fits' : 'other-release';
}

/** The image of which a machine is; `null` when the site no longer has it. */
export function imageOf(about: KeptAbout, guide: MachineGuide): MachineImage | null {
  return guide.images.find((image) => fits(about, image)) ?? null;
}

/** A chapter that is gone is where the guide begins: any chapter offers the machine. */
function chapterUrl(guide: MachineGuide, { chapter }: SavedAbout): string | null {
  return (guide.chapters.find(({ slug }) => slug === chapter.slug) ?? guide.chapters[0])?.url ?? null;
}

/** Without line ends and characters that nobody sees, which could turn what stands around them. */
function plainText(text: string): string {
  return text
    .slice(0, LONGEST_TEXT)
    .replaceAll(/[\p{C}\p{Z}]+/gu, ' ')
    .trim();
}
