import { expect, test } from 'vitest';
import { loadGuides } from '../chapter/load.ts';
import type { Chapter, Step } from '../chapter/model.ts';
import { LIMITS } from './assignment.ts';
import type { Assignment } from './assignment.ts';
import { catalogOf, chapterPrint, checkPrint } from './content-version.ts';
import { writeLink } from './link.ts';
import { ASSIGNMENT } from './testing/example.ts';

const guides = loadGuides();
const [chapter] = guides[0]?.chapters ?? [];
if (!chapter) throw new Error('There is no chapter.');

/** The chapter with another first step. */
function withStep(change: (step: Step) => Step): Chapter {
  const [first, ...rest] = chapter?.steps ?? [];
  if (!chapter || !first) throw new Error('There is no step.');
  return { ...chapter, steps: [change(first), ...rest] };
}

test('where a line stands in the file is no change, nor is how long the chapter takes', () => {
  const moved = withStep((step) => ({
    ...step,
    actions: step.actions.map((action) => ({ ...action, line: action.line + 1 })),
    checks: step.checks.map((check) => ({ ...check, line: check.line + 1 })),
  }));
  expect(chapterPrint({ ...moved, minutes: 99, summary: 'Another' })).toBe(chapterPrint(chapter));
});

test('another command is a change, another check changes its own hash too', () => {
  const typed = withStep((step) => ({
    ...step,
    actions: step.actions.map((action) =>
      action.kind === 'command' ? { ...action, command: `${action.command} -y` } : action,
    ),
  }));
  expect(chapterPrint(typed)).not.toBe(chapterPrint(chapter));
  const [check] = chapter.steps.flatMap(({ checks }) => checks);
  if (!check) throw new Error('There is no check.');
  expect(checkPrint({ ...check, check: { ...check.check, name: 'other' } as typeof check.check })).not.toBe(
    checkPrint(check),
  );
  const stricter = withStep((step) => ({ ...step, checks: step.checks.slice(1) }));
  expect(chapterPrint(stricter)).not.toBe(chapterPrint(chapter));
});

test('all chapters of this site fit into one link', () => {
  const { guides: found } = catalogOf(guides, () => '/');
  const chapters = found.flatMap(({ slug, chapters: all }) =>
    all.map((one) => ({
      guide: slug,
      chapter: one.slug,
      print: one.print,
      checks: one.checks.map(({ print }) => print),
    })),
  );
  expect(chapters.length).toBeGreaterThan(20);
  const course: Assignment = { ...ASSIGNMENT, chapters };
  expect(`https://typealong.example/learn/assignment/#${writeLink(course)}`.length).toBeLessThanOrEqual(
    LIMITS.link,
  );
});
