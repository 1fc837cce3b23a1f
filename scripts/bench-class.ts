/**
 * How long the class page's worker takes for a large class, in Node: `node scripts/bench-class.ts`. 500 students with 60
 * checks each. Nothing is measured in a browser.
 */
import { performance } from 'node:perf_hooks';
import { submissionsIn, type GivenFile } from '../site/evidence/submissions.ts';
import type { Assignment } from '../site/teach/assignment.ts';
import type { Catalog } from '../site/teach/catalog.ts';
import { classOf } from '../site/teach/class/model.ts';
import { readStudentFiles } from '../site/teach/class/read-files.ts';
import { makeHandIn, newBrowser, Work } from '../site/teach/testing/hand-in.ts';

const STUDENTS = 500;
const CHAPTERS = 6;
const CHECKS = 10;
const START = Date.UTC(2026, 10, 1);

const slug = (chapter: number): string => `chapter-${chapter}`;
const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);

const catalog: Catalog = {
  guides: [
    {
      ...{ slug: 'flask', title: 'Flask', prerequisites: [], outcomes: [] },
      chapters: numbers(CHAPTERS).map((number) => ({
        ...{ slug: slug(number), number, title: `Chapter ${number}`, minutes: 30, url: '', print: number },
        steps: [{ id: 'step', title: 'Step', checks: CHECKS }],
        checks: numbers(CHECKS).map((check) => ({
          id: `check-${number}-${check}`,
          title: `${check}`,
          print: check,
        })),
      })),
    },
  ],
};
const assignment: Assignment = {
  ...{ id: 1, revision: 0, title: 'Bench', note: '', identity: 'Name', points: { per: 'check', each: 1 } },
  due: { minute: START / 60_000 + 2000, zone: 'UTC' },
  help: { hints: true, run: true, compare: true },
  chapters: numbers(CHAPTERS).map((number) => ({
    ...{ guide: 'flask', chapter: slug(number), print: number },
    checks: numbers(CHECKS),
  })),
};

/** Each check fails twice; three commands are typed for it. */
function workOf(student: number): Work {
  const work = new Work(START + student, student * 100);
  for (const number of numbers(CHAPTERS)) {
    work
      .go(slug(number))
      .reload()
      .add({ kind: 'opened', step: 'step' })
      .add({ kind: 'machine', what: 'started' });
    for (const check of numbers(CHECKS)) {
      const id = `check-${number}-${check}`;
      for (const part of numbers(3))
        work
          .pass(20_000)
          .add({ kind: 'command', by: 'typed', action: `c${part}`, text: `sudo command ${part}` });
      work
        .pass(1000)
        .check(id, 'fail', 'socket-missing')
        .pass(1000)
        .check(id, 'fail')
        .pass(1000)
        .check(id, 'pass');
    }
  }
  return work;
}

const files: GivenFile[] = [];
let events = 0;
let bytes = 0;
for (const student of numbers(STUDENTS)) {
  const work = workOf(student);
  const file = await makeHandIn({
    ...{ browser: await newBrowser(), assignment, catalog, student: `Student ${student}` },
    ...{ work: { flask: work }, madeAtMs: work.at },
  });
  events += work.events.length;
  bytes += file.length;
  files.push({ path: `${student}.typealong`, content: new Blob([file]) });
}

const start = performance.now();
const found = await submissionsIn(files);
const read = await readStudentFiles(found.files, catalog, () => {});
const middle = performance.now();
const model = classOf(read.files, read.refused, catalog, null);
const end = performance.now();
const copied = structuredClone(model);
const last = performance.now();
const accused = copied.students.filter(({ findings }) => findings.length > 0).length;
const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`;
console.log(
  [
    `${copied.students.length} students, ${CHAPTERS * CHECKS} checks, ${events} events, ${(bytes / 1e6).toFixed(1)} MB; ${accused} noticed`,
    `read and verified: ${seconds(middle - start)}; model: ${seconds(end - middle)}; copied to another thread: ${seconds(last - end)}`,
  ].join('\n'),
);
