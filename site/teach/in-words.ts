/** An assignment in sentences: for the students' page, and to paste into a course. */
import { counted } from '../counted.ts';
import { inHours } from '../in-hours.ts';
import type { Assignment, Help, Points } from './assignment.ts';
import { findChapter } from './catalog.ts';
import type { Catalog } from './catalog.ts';
import { dueInWords } from './due.ts';

const HELP_NAMES: Readonly<Record<keyof Help, string>> = {
  hints: 'hints',
  run: 'the buttons that type for you',
  compare: 'the button “Compare with the machine”',
};

/** What is hidden in the chapters of an assignment: `hints and …`; empty when nothing is. */
export function hiddenInWords(help: Help): string {
  const names = (Object.keys(HELP_NAMES) as (keyof Help)[])
    .filter((key) => !help[key])
    .map((key) => HELP_NAMES[key]);
  return new Intl.ListFormat('en-GB').format(names);
}

/** `5 points for each check`. */
export function pointsInWords({ per, each }: Points): string {
  return `${counted(each, 'point')} for each ${per}`;
}

/** Plain text for the page of a course. `link` is the whole address. */
export function courseText(assignment: Assignment, catalog: Catalog, link: string): string {
  const { title, note, due, help, points, identity } = assignment;
  const found = assignment.chapters.flatMap((assigned) => findChapter(catalog, assigned) ?? []);
  const guides = [...new Set(found.map(({ guide }) => guide))];
  const minutes = found.reduce((sum, { chapter }) => sum + chapter.minutes, 0);
  const hidden = hiddenInWords(help);
  const parts = [
    `${title}\nDue: ${dueInWords(due)}`,
    note,
    ...guides.map((guide) =>
      [
        guide.title,
        ...found
          .filter((one) => one.guide === guide)
          .map(({ chapter }) => `- Chapter ${chapter.number}: ${chapter.title}`),
      ].join('\n'),
    ),
    [
      `About ${inHours(minutes)} of work.`,
      ...(points ? [`${pointsInWords(points)}.`] : []),
      ...(hidden === '' ? [] : [`Hidden in these chapters: ${hidden}.`]),
      ...(identity === '' ? [] : [`To identify your work, you will be asked for: ${identity}.`]),
    ].join('\n'),
    `Open it here:\n${link}`,
    'There is nothing to install and no account. Your progress stays in the browser you work in.',
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}
