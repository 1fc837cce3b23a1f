/** The schemas of `guide.yaml` and of a chapter's front matter. */
import { z } from 'zod';
import { LINKS } from '../checks/links.ts';
import { MistakeList } from './error.ts';
import type { Report } from './error.ts';
import type { Guide, GuideHeader } from './model.ts';
import { conform, readYaml } from './yaml.ts';
import type { LineOf } from './yaml.ts';

const text = z.string().trim().min(1, 'must not be empty');

const guideSchema = z.strictObject({
  title: text,
  /** One or two sentences for lists and search. */
  summary: text,
  /** A folder of `sandbox-images/`. */
  image: text,
  login: text,
  home: z
    .string()
    .regex(/^\/\S*[^/]$/, 'an absolute path without a slash at its end, for instance /home/sammy'),
  placeholders: z.record(z.string(), z.strictObject({ value: text, reason: text })).default({}),
  deviations: z.array(z.strictObject({ original: text, instead: text.nullable(), reason: text })).default([]),
  source: z.strictObject({
    title: text,
    author: text,
    url: z.url('a web address'),
    licence: text.optional(),
    date: z.iso.date('a date like 2016-05-19, in quotes').optional(),
  }),
  system: z.strictObject({ name: text, support: text }).optional(),
  stack: z.array(text).optional(),
  level: text.optional(),
  order: z.int().positive('a whole number from 1').optional(),
  /** From the outside in. */
  chain: z
    .array(z.strictObject({ link: z.enum(LINKS, `one of ${LINKS.join(', ')}`), name: text, note: text }))
    .default([]),
  walk: z
    .strictObject({
      account: text,
      path: z
        .array(
          z.strictObject({
            name: text,
            mode: z
              .string()
              .regex(/^[ds-](?:[r-][w-][x-]){3}$/, 'permissions as ls shows them, such as drwxr-xr-x'),
            owner: text,
            group: text,
            as: z.enum(['owner', 'group', 'others'], 'owner, group or others'),
          }),
        )
        .min(1, 'no part of the path'),
    })
    .optional(),
  prerequisites: z.array(text).default([]),
  outcomes: z.array(z.strictObject({ text, chapter: text, check: text })).default([]),
  next: z.array(z.strictObject({ guide: text, reason: text })).default([]),
});

const chapterSchema = z.strictObject({
  title: text,
  summary: text,
  /** Minutes that reading and typing take. */
  minutes: z.number('a number of minutes').int('whole minutes').positive('more than none'),
});

/** A chapter's front matter. */
export type FrontMatter = z.output<typeof chapterSchema>;

/**
 * Reads `guide.yaml`. `file` is its path from the project's root, for messages; `slug` the name of its folder.
 * Throws a `ChapterError` with all its mistakes.
 */
export function parseGuideHeader(source: string, file: string, slug: string): GuideHeader {
  const mistakes = new MistakeList(file);
  const yaml = readYaml(source, 1, mistakes.report);
  const header =
    yaml &&
    conform(guideSchema, yaml.data, Object.keys(guideSchema.shape), (path, message) => {
      mistakes.report(yaml.lineOf(path), path.map(String).join('.') || 'guide.yaml', message);
    });
  mistakes.throwIfAny();
  if (!header) throw new Error(`${file}: empty`);
  return { slug, ...header };
}

/**
 * Sees that each outcome names a check of the guide, and that the guides to go on with are among `slugs`. `source` and
 * `file` as for {@link parseGuideHeader}. Throws a `ChapterError` with all that is wrong.
 */
export function checkReferences(
  source: string,
  file: string,
  { outcomes, next, chapters, slug }: Guide,
  slugs: readonly string[],
): void {
  const list = new MistakeList(file);
  const lineOf = readYaml(source, 1, list.report)?.lineOf ?? (() => 1);
  for (const [index, outcome] of outcomes.entries()) {
    const line = (key: string): number => lineOf(['outcomes', index, key]);
    const chapter = chapters.find((one) => one.slug === outcome.chapter);
    if (chapter === undefined) {
      const known = chapters.map((one) => one.slug).join(', ');
      list.report(line('chapter'), 'outcomes', `no chapter "${outcome.chapter}"; known are ${known}`);
      continue;
    }
    const titles = chapter.steps.flatMap(({ checks }) => checks.map(({ title }) => title));
    if (titles.includes(outcome.check)) continue;
    const known = titles.map((title) => `"${title}"`).join(', ');
    list.report(
      line('check'),
      'outcomes',
      `no check "${outcome.check}" in "${chapter.slug}"; known are ${known}`,
    );
  }
  for (const [index, { guide }] of next.entries()) {
    if (guide !== slug && slugs.includes(guide)) continue;
    const known = slugs.filter((one) => one !== slug).join(', ');
    list.report(lineOf(['next', index, 'guide']), 'next', `no other guide "${guide}"; known are ${known}`);
  }
  list.throwIfAny();
}

/** Front matter as the schema wants it, or `null` with its mistakes reported. */
export function readFrontMatter(data: unknown, lineOf: LineOf, report: Report): FrontMatter | null {
  return conform(chapterSchema, data ?? {}, Object.keys(chapterSchema.shape), (path, message) => {
    report(lineOf(path), path.map(String).join('.') || 'front matter', message);
  });
}
