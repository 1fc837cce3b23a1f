/** Each way to forge a hand-in that a file shows is named by its own code. */
import { expect, it } from 'vitest';
import type { FindingCode } from '../../evidence/finding.ts';
import { SEVERITIES } from '../../evidence/finding.ts';
import type { Evidence, Manifest } from '../../evidence/format.ts';
import { ASSIGNMENT, CATALOG, READ_AT } from '../testing/example.ts';
import { makeHandIn, MINUTE, newBrowser, Work, type Forgery, type Ingredients } from '../testing/hand-in.ts';
import { classOf } from './model.ts';
import { readStudentFile, type StudentFile } from './read-file.ts';

const START = Date.UTC(2026, 10, 20, 9);
const browser = await newBrowser();
const other = await newBrowser();

/** A morning’s work: two chapters, a wrong turn, a hint. */
function morning(start = START, visits = 0): Work {
  return new Work(start, visits)
    .add({ kind: 'opened', step: 'a' })
    .add({ kind: 'machine', what: 'started' })
    .pass(MINUTE)
    .add({ kind: 'command', by: 'typed', action: 'c1', text: 'sudo apt-get install nginx' })
    .pass(MINUTE)
    .check('a1', 'fail', 'socket-missing')
    .pass(MINUTE)
    .check('a1', 'pass')
    .pass(MINUTE)
    .check('a2', 'pass')
    .reload()
    .pass(MINUTE)
    .add({ kind: 'help', what: 'hint', id: 'h1' })
    .pass(MINUTE)
    .check('b1', 'pass')
    .go('two')
    .add({ kind: 'opened', step: 'c' })
    .add({ kind: 'file', by: 'hand', path: '/home/sammy/app.py' })
    .pass(MINUTE)
    .check('c1', 'fail');
}

function ingredients(more: Partial<Ingredients> = {}): Ingredients {
  const work = morning();
  return {
    ...{ browser, assignment: ASSIGNMENT, catalog: CATALOG, student: 'Ann', work: { flask: work } },
    madeAtMs: work.at + MINUTE,
    ...more,
  };
}

async function fileOf(path: string, from: Ingredients, forgery: Forgery = {}): Promise<StudentFile> {
  const bytes = await makeHandIn(from, forgery);
  return readStudentFile({ path, content: new Blob([bytes]) }, CATALOG, READ_AT);
}

/** What is noticed of a class with these files. */
function noticed(...files: StudentFile[]): FindingCode[] {
  const { students } = classOf(files, [], CATALOG, null);
  return [...new Set(students.flatMap(({ findings }) => findings.map(({ code }) => code)))].sort();
}

const tested = new Set<FindingCode>();

/** The forgery is named by these codes, and by no other. */
function forged(
  what: string,
  codes: FindingCode[],
  forgery: Forgery,
  more: () => Partial<Ingredients> = () => ({}),
): void {
  odd(what, codes, async () => [await fileOf('a.typealong', ingredients(more()), forgery)]);
}

/** Several files, or work that is odd in itself. */
function odd(what: string, codes: FindingCode[], files: () => Promise<StudentFile[]>): void {
  for (const code of codes) tested.add(code);
  it(what, async () => expect(noticed(...(await files()))).toEqual(codes.toSorted()));
}

it('what was done as it is asked has nothing to be noticed', async () => {
  expect(noticed(await fileOf('a.typealong', ingredients()))).toEqual([]);
});

function passAll(evidence: Evidence): Evidence {
  const chapters = evidence.chapters.map((chapter) => ({
    ...chapter,
    checks: chapter.checks.map((check) => ({ ...check, firstPassMs: check.firstPassMs ?? START })),
  }));
  return { ...evidence, chapters };
}

const chain = (change: (chain: Manifest['chains'][string]) => object): Forgery => ({
  manifest: (manifest) => ({
    ...manifest,
    chains: Object.fromEntries(
      Object.entries(manifest.chains).map(([guide, one]) => [guide, { ...one, ...change(one) }]),
    ),
  }),
});

forged('a verdict is edited before the file is signed', ['summary-edited'], { evidence: passAll });
forged('the minutes are edited before it is signed', ['summary-edited'], {
  evidence: (evidence) => ({
    ...evidence,
    chapters: evidence.chapters.map((one) => ({ ...one, workMs: one.workMs + 3 * MINUTE })),
  }),
});
forged('a verdict is edited in the finished file', ['entry-changed', 'summary-edited'], {
  entries: (entries) => {
    const text = new TextDecoder().decode(entries['evidence.json']);
    const edited = JSON.stringify(passAll(JSON.parse(text) as Evidence));
    return { ...entries, 'evidence.json': new TextEncoder().encode(edited) };
  },
});
forged('another name is put into the finished file', ['entry-changed'], {
  entries: (entries) => {
    const text = new TextDecoder().decode(entries['evidence.json']).replace('"Ann"', '"Bob"');
    return { ...entries, 'evidence.json': new TextEncoder().encode(text) };
  },
});
forged('an event is taken out', ['chain-broken', 'chain-count'], {
  // A command of the student's own is in no summary.
  events: (_, events) => events.filter(({ kind }) => kind !== 'machine'),
});
forged('an event is taken out, and the count made to fit', ['chain-broken'], {
  events: (_, events) => events.filter(({ kind }) => kind !== 'machine'),
  ...chain(({ count }) => ({ count: count - 1 })),
});
forged('events change places', ['chain-broken'], {
  events: (_, [a, b, ...rest]) => (a && b ? [b, a, ...rest] : []),
});
forged('an event is invented', ['chain-broken', 'chain-count', 'summary-edited'], {
  events: (_, events) => [
    ...events,
    ...events.slice(-1).map((last) => ({ ...last, result: 'pass' }) as typeof last),
  ],
});
forged('an event is changed', ['chain-broken', 'summary-edited'], {
  events: (_, events) =>
    events.map((event) =>
      event.kind === 'check' && event.check === 'c1' ? { ...event, result: 'pass' } : event,
    ),
});
forged('the beginning is cut off', ['chain-start'], {}, () => {
  const work = morning().drop(1);
  work.dropped = 0;
  return { work: { flask: work } };
});
forged('the beginning is cut off, for want of room as it says', ['chain-cut'], {}, () => ({
  work: { flask: morning().drop(1) },
}));
forged(
  'events are said to be dropped that never were',
  ['chain-cut'],
  chain(() => ({ dropped: 5 })),
);
forged(
  'the count is wrong',
  ['chain-count'],
  chain(({ count }) => ({ count: count + 1 })),
);
forged(
  'the head is another',
  ['chain-broken'],
  chain(() => ({ head: '0'.repeat(64) })),
);
forged('a chain is missing', ['chain-missing'], { manifest: (manifest) => ({ ...manifest, chains: {} }) });
forged('the events of a guide are missing', ['chain-missing', 'entry-missing', 'summary-edited'], {
  entries: ({ 'events/flask.jsonl': _, ...entries }) => entries,
});
forged('the signature is missing', ['signature-missing'], {
  entries: ({ signature: _, ...entries }) => entries,
});
forged('the signature is wrong', ['signature-wrong'], {
  entries: (entries) => ({ ...entries, signature: new Uint8Array(64) }),
});
forged('the signature is no signature', ['signature-wrong'], {
  entries: (entries) => ({ ...entries, signature: new Uint8Array(3) }),
});
forged('the manifest is edited in the finished file', ['signature-wrong', 'chain-count'], {
  entries: (entries) => {
    const text = new TextDecoder().decode(entries['manifest.json']).replace(/"count":(\d)/, '"count":9$1');
    return { ...entries, 'manifest.json': new TextEncoder().encode(text) };
  },
});
forged('the manifest names another key than the one that signed', ['signature-wrong', 'chain-start'], {
  manifest: (manifest) => ({ ...manifest, key: other.key }),
});
forged('the manifest names a key that is none', ['signature-wrong', 'chain-start'], {
  manifest: (manifest) => ({ ...manifest, key: { ...manifest.key, x: 'A'.repeat(43) } }),
});
forged(
  'the work is signed once more by another browser',
  ['chain-start'],
  { manifest: (manifest) => ({ ...manifest, key: other.key }) },
  () => ({ browser: { key: browser.key, sign: other.sign } }),
);
forged('an entry is added', ['entry-added'], {
  entries: (entries) => ({ ...entries, 'terminal-1.cast': new Uint8Array(3) }),
});
forged(
  'an entry is taken out',
  ['entry-missing'],
  { entries: ({ 'terminal-1.cast': _, ...entries }) => entries },
  () => ({ cast: '{"version":2,"width":80,"height":24}\n' }),
);
forged(
  'a terminal is edited',
  ['entry-changed'],
  { entries: (entries) => ({ ...entries, 'terminal-1.cast': new Uint8Array(3) }) },
  () => ({ cast: '{"version":2,"width":80,"height":24}\n' }),
);
forged('something else is packed into it', ['stray-entries'], {
  entries: (entries) => ({
    ...entries,
    '__MACOSX/._a': new Uint8Array(1),
    '../signature': new Uint8Array(1),
  }),
});

function work(of: Work, more: Partial<Ingredients> = {}): () => Promise<StudentFile[]> {
  return async () => [
    await fileOf('a.typealong', ingredients({ work: { flask: of }, madeAtMs: of.at + MINUTE, ...more })),
  ];
}

odd('the clock is set back while the page is open', ['clock-back'], () => {
  const own = morning().pass(MINUTE);
  own.at -= 40 * MINUTE;
  own.add({ kind: 'opened', step: 'd' });
  return work(own, { madeAtMs: START + 60 * MINUTE })();
});
odd('the clock is set back between two visits', ['clock-moved'], () => {
  const own = morning().reload();
  own.at -= 40 * MINUTE;
  own.add({ kind: 'opened', step: 'd' });
  return work(own, { madeAtMs: START + 60 * MINUTE })();
});
odd('the page’s own clock goes back', ['page-clock-back'], () => {
  const own = morning();
  own.pass(-3 * MINUTE).add({ kind: 'opened', step: 'd' });
  return work(own, { madeAtMs: START + 60 * MINUTE })();
});
odd('the last events are later than the file', ['made-before-events'], () =>
  work(morning(), { madeAtMs: START })(),
);
odd('a check passes before anything is done', ['passed-from-nothing'], () =>
  work(new Work(START).check('a1', 'fail').pass(MINUTE).check('a1', 'pass'))(),
);
odd('a check passes before its chapter is opened', ['passed-before-opened'], () =>
  work(morning().go('one').pass(MINUTE).go('three').check('x', 'pass'))(),
);
odd('checks pass on a machine on which nothing of their chapter was done', ['passed-without-work'], () =>
  work(
    new Work(START)
      .add({ kind: 'opened', step: 'a' })
      .add({ kind: 'machine', what: 'started' })
      .add({ kind: 'command', by: 'typed', action: null, text: 'ls' })
      .pass(MINUTE)
      .check('a1', 'pass'),
  )(),
);
it('who has lost the beginning of the record may have done it there', async () => {
  const own = new Work(START);
  while (own.events.length < 3000) own.add({ kind: 'opened', step: 'a' });
  const [file] = await work(own.check('a1', 'pass').drop(1))();
  expect(file?.findings.map(({ code }) => code)).not.toContain('passed-without-work');
});
odd('it is for another assignment', ['other-assignment'], async () => [
  await fileOf('a.typealong', ingredients()),
  await fileOf(
    'b.typealong',
    ingredients({ student: 'Bob', browser: other, work: { flask: morning(START + 1) } }),
  ),
  await fileOf(
    'c.typealong',
    ingredients({
      ...{ student: 'Cem', browser: await newBrowser(), work: { flask: morning(START + 2) } },
      assignment: { ...ASSIGNMENT, id: 8 },
    }),
  ),
]);
for (const [what, changed] of [
  ['an earlier version of it', { revision: 1 }],
  ['another due date in it', { due: { ...ASSIGNMENT.due, minute: ASSIGNMENT.due.minute + 60 * 24 } }],
] as const)
  odd(`it is for the assignment, but ${what}`, ['assignment-differs'], async () => [
    await fileOf('a.typealong', ingredients()),
    await fileOf(
      'b.typealong',
      ingredients({ student: 'Bob', browser: other, work: { flask: morning(START + 1) } }),
    ),
    await fileOf(
      'c.typealong',
      ingredients({
        ...{ student: 'Cem', browser: await newBrowser(), work: { flask: morning(START + 2) } },
        assignment: { ...ASSIGNMENT, ...changed },
      }),
    ),
  ]);
odd('the chapters are another version', ['content-differs'], async () => [
  await fileOf('a.typealong', ingredients({ print: 99 })),
]);
const FOLDER = 'all.zip/Ann A_1_assignsubmission_file_';
odd('a student’s key has changed', ['key-changed'], async () => [
  await fileOf(`${FOLDER}/a.typealong`, ingredients()),
  await fileOf(
    `${FOLDER}/b.typealong`,
    ingredients({ browser: other, work: { flask: morning(START + 1, 7) } }),
  ),
]);
odd(
  'two browsers hand in under one name, and no course site knows whose it is',
  ['name-shared'],
  async () => [
    await fileOf('a.typealong', ingredients()),
    await fileOf('b.typealong', ingredients({ browser: other, work: { flask: morning(START + 1, 7) } })),
  ],
);
odd('the file says that it was made in a year to come', ['made-in-future'], () =>
  work(morning(Date.UTC(2099, 0, 1)))(),
);
odd('a full record has lost its oldest events', ['events-dropped'], () => {
  const own = morning();
  while (own.events.length < 4000) own.pass(1000).add({ kind: 'machine', what: 'resumed' });
  return work(own.drop(1000), { madeAtMs: own.at })();
});
odd('two students have one browser', ['same-browser'], async () => [
  await fileOf('a.typealong', ingredients()),
  await fileOf('b.typealong', ingredients({ student: 'Bob' })),
]);
odd('two students have the same events, each with a key of their own', ['copied-events'], async () => [
  await fileOf('a.typealong', ingredients()),
  await fileOf('b.typealong', ingredients({ student: 'Bob', browser: other })),
]);
odd('two students hand in the same file', ['same-file'], async () => {
  const bytes = await makeHandIn(ingredients());
  const paths = ['Ann A_1_assignsubmission_file_/a.typealong', 'Bob B_2_assignsubmission_file_/a.typealong'];
  return Promise.all(
    paths.map((path) => readStudentFile({ path, content: new Blob([bytes]) }, CATALOG, READ_AT)),
  );
});

it('names out of a file cannot change how a sentence is read', async () => {
  const file = await fileOf('a.typealong', ingredients(), {
    manifest: (manifest) => ({
      ...manifest,
      files: { ...manifest.files, 'a\u202e\n\u0007b': '0'.repeat(64) },
    }),
  });
  expect(file.findings.map(({ sentence }) => sentence)).toEqual([
    '“a b” was removed after the file was made.',
  ]);
});

it('of copied events, nobody is accused: the files do not show who copied', async () => {
  const files = [
    await fileOf('a.typealong', ingredients()),
    await fileOf('b.typealong', ingredients({ student: 'Bob', browser: other })),
  ];
  const { students } = classOf(files, [], CATALOG, null);
  expect(students.map(({ isForged, findings }) => [isForged, findings.map(({ code }) => code)])).toEqual([
    [false, ['copied-events']],
    [false, ['copied-events']],
  ]);
});

it('every kind is tested', () => {
  expect([...tested].sort()).toEqual(Object.keys(SEVERITIES).sort());
});
