/** Fifty honest students of different kinds, the same in every run: none of them is accused of anything. */
import { expect, it } from 'vitest';
import { MOST_EVENTS } from '../../evidence/format.ts';
import { Random } from '../../fuzz/fuzz.ts';
import { ASSIGNMENT, CATALOG, READ_AT } from '../testing/example.ts';
import { makeHandIn, MINUTE, newBrowser, Work, type Ingredients } from '../testing/hand-in.ts';
import type { FindingCode } from '../../evidence/finding.ts';
import { classOf } from './model.ts';
import { readStudentFile, type StudentFile } from './read-file.ts';

const SEED = 0xc1a55;
const RUNS = 50;
const CHECKS = [
  ['one', 'a', 'a1'],
  ['one', 'a', 'a2'],
  ['one', 'b', 'b1'],
  ['two', 'c', 'c1'],
] as const;

/** Works on, from check to check, with wrong turns, breaks and help. */
function workOn(random: Random, work: Work, from = 0, to: number = CHECKS.length): Work {
  for (const [chapter, step, check] of CHECKS.slice(from, to)) {
    work.go(chapter).add({ kind: 'opened', step });
    if (random.chance(20)) work.pass(random.below(90) * MINUTE).add({ kind: 'back', afterMs: 10 * MINUTE });
    for (let turns = random.below(4); turns > 0; turns--) {
      work.pass(random.below(4 * MINUTE)).add({
        kind: 'command',
        by: random.chance(70) ? 'typed' : 'pressed',
        action: random.chance(50) ? `${step}-command` : null,
        text: random.pick(['sudo nano /etc/nginx/nginx.conf', 'ls', 'é – «»', '']),
      });
      work.add({ kind: 'file', by: random.pick(['hand', 'page'] as const), path: '/home/sammy/app.py' });
      work.check(
        check,
        random.pick(['fail', 'error'] as const),
        random.chance(50) ? 'socket-missing' : undefined,
      );
      if (random.chance(40))
        work.add({
          kind: 'help',
          what: random.pick(['hint', 'solution', 'compare'] as const),
          id: `h-${check}`,
        });
    }
    work
      .add({ kind: 'command', by: 'typed', action: `${step}-command`, text: 'sudo service nginx start' })
      .pass(random.below(2 * MINUTE))
      .check(check, 'pass');
  }
  return work;
}

/** The start of a day's work: two minutes apart, so that no two students begin at the same instant. */
function begin(random: Random, index: number, visits = 0): Work {
  const work = new Work(
    Date.UTC(2026, 10, 1, 8, index * 2, random.below(60)),
    visits + random.below(2 ** 24) * 8,
  );
  return work.add({ kind: 'opened', step: 'a' }).add({ kind: 'machine', what: 'started' }).pass(MINUTE);
}

type Run = (
  random: Random,
  index: number,
  base: Ingredients,
) => Promise<readonly Ingredients[]> | readonly Ingredients[];

const one = (base: Ingredients, work: Work, more: Partial<Ingredients> = {}): Ingredients => ({
  ...base,
  work: { flask: work },
  madeAtMs: work.at + 30_000,
  ...more,
});

/** What an honest student may have done, and the notes that this can lead to. */
const KINDS: readonly { readonly what: string; readonly notes: FindingCode[]; readonly run: Run }[] = [
  {
    what: 'done as asked, with a terminal and a file that differs',
    notes: [],
    run: (random, index, base) => [
      one(base, workOn(random, begin(random, index)), {
        now: () => ({ answer: 'pass' }),
        cast: '{"version":2,"width":80,"height":24}\n[0.1,"o","$ ls\\r\\n"]\n',
        diffs: { '/home/sammy/app.py': '-a\n+b\n' },
      }),
    ],
  },
  {
    what: 'retyped: the same steps once more, which fail in between',
    notes: [],
    run: (random, index, base) => {
      const work = workOn(random, begin(random, index));
      work.check('a1', 'fail', 'nginx-stopped');
      return [one(base, workOn(random, work))];
    },
  },
  {
    what: 'reloaded: several visits',
    notes: [],
    run: (random, index, base) => {
      const work = workOn(random, begin(random, index), 0, 2).reload().pass(random.below(1000));
      work.add({ kind: 'machine', what: 'resumed' });
      workOn(random, work, 2, 3)
        .reload()
        .pass(12 * 60 * MINUTE);
      return [one(base, workOn(random, work, 3))];
    },
  },
  {
    what: 'two tabs at once, which write into one log',
    notes: [],
    run: (random, index, base) => {
      const work = workOn(random, begin(random, index));
      const [first] = work.events;
      const second = {
        ...first,
        visit: `f${index.toString(16).padStart(7, '0')}`,
      } as (typeof work.events)[number];
      const events = work.events.flatMap((event, place) =>
        place % 2 === 0 ? [event, { ...second, at: event.at - 800, up: place * 100 }] : [event],
      );
      work.events.splice(0, work.events.length, ...events);
      return [one(base, work)];
    },
  },
  {
    what: 'handed in twice, with more work between',
    notes: [],
    run: (random, index, base) => {
      const early = workOn(random, begin(random, index), 0, 2);
      const late = new Work(0);
      late.events.push(...early.events);
      Object.assign(late, { at: early.at });
      // A new visit, after those before it.
      for (let visits = random.below(1000) + 1; visits > 0; visits--) late.reload();
      workOn(random, late.pass(60 * MINUTE), 2);
      return [one(base, early), one(base, late)];
    },
  },
  {
    what: 'the time zone changes on a journey',
    notes: [],
    run: (random, index, base) => [
      one(base, workOn(random, begin(random, index)), { zone: 'America/New_York' }),
      one(base, workOn(random, begin(random, index).pass(60 * 60 * MINUTE)), { zone: 'Asia/Kolkata' }),
    ],
  },
  {
    what: 'clocks go back for the winter during the work',
    notes: [],
    run: (random, index, base) => {
      const work = new Work(Date.UTC(2026, 9, 25, 0, 50), random.below(2 ** 31)).add({
        kind: 'opened',
        step: `s${index}`,
      });
      return [one(base, workOn(random, work), { zone: 'Europe/Berlin' })];
    },
  },
  {
    what: 'two devices',
    notes: ['name-shared'],
    run: async (random, index, base) => [
      one(base, workOn(random, begin(random, index), 0, 2)),
      one(
        { ...base, browser: await newBrowser() },
        workOn(random, begin(random, index, 2 ** 30).pass(MINUTE)),
      ),
    ],
  },
  {
    what: 'so much that the oldest events made room',
    notes: ['events-dropped'],
    run: (random, index, base) => {
      const work = begin(random, index);
      while (work.events.length <= MOST_EVENTS)
        work.pass(1000).add({ kind: 'command', by: 'typed', action: null, text: 'ls' });
      return [one(base, workOn(random, work.drop(MOST_EVENTS / 4)))];
    },
  },
  {
    what: 'so much in the file that its oldest events made room',
    notes: ['events-dropped'],
    run: (random, index, base) => {
      const work = workOn(random, begin(random, index)).drop(4);
      const noise = Array.from({ length: 150_000 }, () => String.fromCharCode(33 + random.below(90))).join(
        '',
      );
      return [one(base, work, { diffs: { '/home/sammy/app.py': noise } })];
    },
  },
  {
    what: 'the machine is reset, and rebooted',
    notes: [],
    run: (random, index, base) => {
      const work = workOn(random, begin(random, index), 0, 3).add({ kind: 'machine', what: 'reset' });
      work.go('one').check('a1', 'fail').add({ kind: 'machine', what: 'rebooted' });
      return [one(base, workOn(random, work, 2).add({ kind: 'machine', what: 'off' }))];
    },
  },
  {
    what: 'handed in halfway; a check is asked and cannot answer',
    notes: [],
    run: (random, index, base) => [
      one(base, workOn(random, begin(random, index), 0, 1 + random.below(3)), {
        now: (check) => (check === 'a1' ? { answer: 'error' } : { answer: 'fail', cause: 'nginx-stopped' }),
      }),
    ],
  },
  { what: 'nothing was done', notes: [], run: (_, __, base) => [{ ...base, work: {} }] },
  {
    what: 'the page was only opened',
    notes: [],
    run: (random, index, base) => [one(base, begin(random, index))],
  },
  {
    what: 'a chapter is worked on with what another has left on the machine',
    notes: ['passed-before-opened', 'passed-without-work'],
    run: (random, index, base) => [
      one(base, workOn(random, begin(random, index), 0, 3).go('two').check('c1', 'pass')),
    ],
  },
];

it(`of ${RUNS} honest students none is accused, and each is noticed only for what was odd`, async () => {
  const random = new Random(SEED);
  const files: StudentFile[] = [];
  const kinds = new Map<string, (typeof KINDS)[number]>();
  for (let index = 0; index < RUNS; index++) {
    const kind = KINDS[index % KINDS.length] as (typeof KINDS)[number];
    const student = `Student ${index}`;
    kinds.set(student, kind);
    const base: Ingredients = {
      ...{ browser: await newBrowser(), assignment: ASSIGNMENT, catalog: CATALOG, student, work: {} },
      madeAtMs: Date.UTC(2026, 10, 20),
    };
    for (const from of await kind.run(random, index, base))
      files.push(
        await readStudentFile(
          { path: `${index}-${files.length}.typealong`, content: new Blob([await makeHandIn(from)]) },
          CATALOG,
          READ_AT,
        ),
      );
  }
  const { students } = classOf(files, [], CATALOG, null);
  expect(students).toHaveLength(RUNS);
  expect(files.length).toBeGreaterThan(RUNS);
  const accused = students.filter(({ isForged }) => isForged);
  expect(accused.map(({ name, findings }) => [name, kinds.get(name)?.what, findings])).toEqual([]);
  for (const { name, findings } of students)
    expect(
      findings.map(({ code }) => code),
      kinds.get(name)?.what,
    ).toEqual(kinds.get(name)?.notes);
});
