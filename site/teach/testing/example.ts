/** For tests: a small site and an assignment of it. */
import type { Assignment } from '../assignment.ts';
import type { Catalog } from '../catalog.ts';

/** Two chapters with two steps each; the last step of the second has no checks. */
export const CATALOG: Catalog = {
  guides: [
    {
      slug: 'flask',
      title: 'Serve Flask',
      prerequisites: ['You know a shell.'],
      outcomes: [{ text: 'Install Nginx', chapter: 'one' }],
      chapters: [
        {
          slug: 'one',
          number: 1,
          title: 'One',
          minutes: 50,
          url: '/guides/flask/one/',
          print: 11,
          steps: [
            { id: 'a', title: 'A', checks: 2 },
            { id: 'b', title: 'B', checks: 1 },
          ],
          checks: [
            { id: 'a1', title: 'A1', print: 1 },
            { id: 'a2', title: 'A2', print: 2 },
            { id: 'b1', title: 'B1', print: 3 },
          ],
        },
        {
          slug: 'two',
          number: 2,
          title: 'Two',
          minutes: 20,
          url: '/guides/flask/two/',
          print: 22,
          steps: [
            { id: 'c', title: 'C', checks: 1 },
            { id: 'd', title: 'D', checks: 0 },
          ],
          checks: [{ id: 'c1', title: 'C1', print: 4 }],
        },
      ],
    },
  ],
};

/** Due on Tuesday, 1 December 2026 at 23:59 in Berlin. */
export const ASSIGNMENT: Assignment = {
  id: 7,
  revision: 0,
  title: 'Serve it',
  note: 'Work alone.',
  due: { minute: Date.UTC(2026, 11, 1, 22, 59) / 60_000, zone: 'Europe/Berlin' },
  help: { hints: false, run: true, compare: false },
  points: { per: 'check', each: 5 },
  identity: 'student number',
  chapters: [
    { guide: 'flask', chapter: 'one', print: 11, checks: [1, 2, 3] },
    { guide: 'flask', chapter: 'two', print: 22, checks: [4] },
  ],
};

/** When the files of tests are read: the last of them are made some days after the due time. */
export const READ_AT = Date.UTC(2026, 11, 20);
