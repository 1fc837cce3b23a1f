import { expect, test } from 'vitest';
import { assignmentOf, draftOf, emptyDraft } from './draft.ts';
import type { Draft } from './draft.ts';
import { allZones, instantOf } from './due.ts';
import { ASSIGNMENT, CATALOG } from './testing/example.ts';

const DRAFT = draftOf(ASSIGNMENT, CATALOG);

test('an assignment goes into the form and comes out as it was', () => {
  expect(assignmentOf(DRAFT, ASSIGNMENT, CATALOG)).toEqual({ assignment: ASSIGNMENT });
});

test('what is typed is tidied', () => {
  const typed: Draft = { ...DRAFT, title: '  Serve\u0000  it ', note: 'Work alone.  \r\n\r\n' };
  expect(assignmentOf(typed, ASSIGNMENT, CATALOG)).toEqual({ assignment: ASSIGNMENT });
});

test.each([
  ['title', { title: ' ' }, 'Give the assignment a title.'],
  ['title', { title: '\u200b\u2060' }, 'Give the assignment a title.'],
  ['title', { title: 'x'.repeat(81) }, 'The title is 1 character too long.'],
  ['note', { note: 'x'.repeat(410) }, 'The note is 10 characters too long.'],
  ['identity', { identity: 'x'.repeat(50) }, 'What identifies a student is 10 characters too long.'],
  ['chapters', { chapters: [] }, 'Choose at least one chapter.'],
  ['chapters', { chapters: ['flask/gone'] }, 'Choose at least one chapter.'],
  ['date', { date: '' }, 'Enter a date and a time.'],
  ['date', { date: '2026-03-29', time: '02:30' }, 'The clocks of this time zone skip this time on that day.'],
  ['date', { date: '2150-01-01' }, 'Choose a date from 1970 to 2099.'],
  ['date', { date: '0026-12-01' }, 'Choose a date from 1970 to 2099.'],
  ['date', { date: '1969-12-31' }, 'Choose a date from 1970 to 2099.'],
  ['date', { date: '12026-12-01' }, 'Choose a date from 1970 to 2099.'],
  // In Berlin it is 1970 before it is so in UTC.
  ['date', { date: '1970-01-01', time: '00:30' }, 'Choose a date from 1970 to 2099.'],
  ['zone', { zone: 'Europe/Atlantis' }, 'Choose a time zone.'],
  ['each', { each: '' }, 'Enter a whole number from 1 to 100.'],
  ['each', { each: '1.5' }, 'Enter a whole number from 1 to 100.'],
  ['each', { each: '101' }, 'Enter a whole number from 1 to 100.'],
] as const)('%s: %j', (field, part, beginning) => {
  const made = assignmentOf({ ...DRAFT, ...part }, ASSIGNMENT, CATALOG);
  const problems = 'problems' in made ? made.problems : [];
  expect(problems).toEqual([
    { field, sentence: expect.stringMatching(new RegExp(`^${beginning}`)) as string },
  ]);
});

test('points that are not counted may be anything', () => {
  const made = assignmentOf({ ...DRAFT, per: 'none', each: 'x' }, ASSIGNMENT, CATALOG);
  expect(made).toEqual({ assignment: { ...ASSIGNMENT, points: null } });
});

test('chapters that are gone are not in the form; a zone that is not known is UTC', () => {
  const { chapters } = ASSIGNMENT;
  const old = {
    ...ASSIGNMENT,
    due: { ...ASSIGNMENT.due, zone: 'Europe/Atlantis' },
    chapters: [...chapters, { guide: 'flask', chapter: 'gone', print: 0, checks: [] }],
  };
  expect(draftOf(old, CATALOG)).toMatchObject({
    chapters: ['flask/one', 'flask/two'],
    zone: 'UTC',
    date: '2026-12-01',
    time: '22:59',
  });
});

test('an empty form lacks a title and chapters, and nothing else', () => {
  const made = assignmentOf(emptyDraft(new Date()), { id: 1, revision: 0 }, CATALOG);
  const problems = 'problems' in made ? made.problems : [];
  expect(problems.map(({ field }) => field)).toEqual(['title', 'chapters']);
});

test.each(['Asia/Kolkata', 'Asia/Calcutta', 'Europe/Kyiv', 'Europe/Kiev', 'US/Eastern', 'Etc/GMT+5'])(
  'the zone %s is offered by a form that is filled with it, whatever the browser lists',
  (zone) => {
    const filled = draftOf({ ...ASSIGNMENT, due: { ...ASSIGNMENT.due, zone } }, CATALOG);
    expect(allZones(filled.zone)).toContain(zone);
    expect(assignmentOf(filled, ASSIGNMENT, CATALOG)).toMatchObject({ assignment: { due: { zone } } });
  },
);

test('a form without a known zone has no due time', () => {
  expect(allZones('Europe/Atlantis')).not.toContain('Europe/Atlantis');
  expect(instantOf(DRAFT, '')).toBeNull();
});
