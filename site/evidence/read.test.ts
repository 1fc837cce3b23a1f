/** Hostile and broken files are refused with a sentence; none is unpacked beyond its bounds. */
import { strToU8, zipSync, type Zippable } from 'fflate';
import { expect, it } from 'vitest';
import { mutated, Random } from '../fuzz/fuzz.ts';
import { ASSIGNMENT, CATALOG } from '../teach/testing/example.ts';
import { makeHandIn, newBrowser, Work, type Forgery } from '../teach/testing/hand-in.ts';
import { readHandIn } from './read.ts';
import { RefusedFile } from './refused-file.ts';
import { submissionsIn } from './submissions.ts';
import { entriesOf } from './zip.ts';

const browser = await newBrowser();

function handIn(forgery?: Forgery): Promise<Uint8Array<ArrayBuffer>> {
  const work = new Work(Date.UTC(2026, 10, 20)).add({ kind: 'opened', step: 'a' });
  return makeHandIn(
    {
      ...{ browser, assignment: ASSIGNMENT, catalog: CATALOG, student: 'Ann', work: { flask: work } },
      ...{ madeAtMs: work.at, cast: '{"version":2}\n', diffs: { '/a': '+b\n' } },
    },
    forgery,
  );
}

const whole = await handIn();

async function problemOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  try {
    await readHandIn(new Blob([bytes]));
  } catch (error) {
    if (error instanceof RefusedFile) return error.message;
    throw error;
  }
  return '';
}

const replaced = (name: string, text: string): Forgery => ({
  entries: (entries) => ({ ...entries, [name]: strToU8(text) }),
});

it('an honest file is read whole', async () => {
  const { evidence, events, entries, signature, strays, hasMachine } = await readHandIn(new Blob([whole]));
  expect(evidence.student).toBe('Ann');
  expect(events.get('flask')).toHaveLength(1);
  expect([...entries.keys()].sort()).toEqual([
    'events/flask.jsonl',
    'evidence.json',
    'files/1.diff',
    'terminal-1.cast',
  ]);
  expect([signature?.length, strays, hasMachine]).toEqual([64, 0, false]);
});

it.each([
  ['empty', new Uint8Array(), /is empty/],
  ['a web page', strToU8('\n<!doctype html><title>Sign in</title>'), /is a web page/],
  ['text', strToU8('=1+1'), /not a file that Typealong made/],
  ['another zip', zipSync({ 'a.txt': strToU8('a') }), /not a file that Typealong made/],
  ['cut at its end', whole.slice(0, -30), /damaged/],
  ['cut at its beginning', whole.slice(2), /not a file that/],
])('what is no hand-in is said to be none: %s', async (_, bytes, problem) => {
  expect(await problemOf(new Uint8Array(bytes))).toMatch(problem);
});

it.each([
  ['a newer format', replaced('evidence.json', '{"format":2}'), /newer version/],
  ['no format', replaced('evidence.json', '{}'), /is not valid/],
  ['no JSON', replaced('evidence.json', '{'), /is not valid/],
  ['deep JSON', replaced('evidence.json', '['.repeat(60_000)), /is not valid/],
  ['HTML for its manifest', replaced('manifest.json', '<p>'), /is not valid/],
  ['a key that is none', { manifest: (m) => ({ ...m, key: { ...m.key, x: '' } }) }, /is not valid/],
  ['a name without end', { evidence: (e) => ({ ...e, student: 'a'.repeat(2001) }) }, /is not valid/],
  ['a time that is none', { evidence: (e) => ({ ...e, madeAtMs: 9e15 }) }, /is not valid/],
  ['an event that is none', replaced('events/flask.jsonl', '{"kind":"opened"}\n'), /not an event: line 1/],
  ['events without end', replaced('events/flask.jsonl', '{}\n'.repeat(5001)), /more events than/],
  [
    'bytes that are no text',
    { entries: (e) => ({ ...e, 'evidence.json': new Uint8Array([0xff]) }) },
    /UTF-8/,
  ],
  ['a bomb', { entries: (e) => ({ ...e, 'terminal-1.cast': new Uint8Array(50_000_000) }) }, /far more than/],
  ['an entry too long', { entries: (e) => ({ ...e, 'terminal-1.cast': noise(8_000_001) }) }, /far more than/],
  [
    'entries too long together',
    {
      entries: (e) => ({
        ...e,
        ...Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`terminal-${n}.cast`, new Uint8Array(7_000_000)])),
      }),
    },
    /far more than/,
  ],
  [
    'too many entries',
    {
      entries: (e) => ({
        ...e,
        ...Object.fromEntries(Array.from({ length: 1001 }, (_, n) => [`${n}`, new Uint8Array()])),
      }),
    },
    /more than 1,000 entries/,
  ],
] satisfies [string, Forgery, RegExp][])('%s is refused', async (_, forgery, problem) => {
  expect(await problemOf(await handIn(forgery))).toMatch(problem);
});

/** Bytes that pack badly, so that it is the length that is refused. */
function noise(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 2654435761) >>> 13);
}

it('names that are paths elsewhere are no entries of a hand-in', async () => {
  const names = [
    '../evidence.json',
    '/evidence.json',
    'events/../a.jsonl',
    'EVIDENCE.JSON',
    'files/1.diff/',
    'C:\\a',
  ];
  const bytes = await handIn({
    entries: (entries) => ({
      ...entries,
      ...Object.fromEntries(names.map((name) => [name, new Uint8Array(1)])),
    }),
  });
  const { entries, strays } = await readHandIn(new Blob([bytes]));
  expect(entries.size).toBe(4);
  // A folder is no entry.
  expect(strays).toBe(names.length - 1);
});

/** Writes a number into each record of the zip with this signature, at this place of it. */
function patched(
  bytes: Uint8Array,
  signature: number,
  place: number,
  value: number,
): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  const view = new DataView(copy.buffer);
  for (let at = 0; at + 4 <= copy.length; at++)
    if (view.getUint32(at, true) === signature) view.setUint32(at + place, value, true);
  return copy;
}

it('sizes that are declared wrongly are caught before, and while, it is unpacked', async () => {
  const bomb = zipSync({ a: new Uint8Array(50_000_000) }, { level: 9 });
  const open = async (bytes: Uint8Array<ArrayBuffer>, most: number) => {
    const [entry] = (await entriesOf(new Blob([bytes]), 10)) ?? [];
    return entry?.open(most);
  };
  await expect(open(new Uint8Array(bomb), 1e6)).rejects.toThrow(/far more than/);
  // It declares 1,000 bytes; what follows them is not unpacked.
  await expect(open(patched(bomb, 0x02014b50, 24, 1000), 1e9)).rejects.toThrow(/far more than/);
  const small = zipSync({ a: strToU8('abc'.repeat(100)) });
  expect(await open(new Uint8Array(small), 300)).toHaveLength(300);
  await expect(open(new Uint8Array(small), 299)).rejects.toThrow(/far more than/);
  await expect(open(patched(small, 0x02014b50, 24, 301), 1000)).rejects.toThrow(/damaged/);
  await expect(open(patched(small, 0x02014b50, 16, 1), 1000)).rejects.toThrow(/damaged/);
  await expect(open(patched(small, 0x02014b50, 8, 0x80001), 1000)).rejects.toThrow(/password/);
});

it('entries that share what they unpack are refused', async () => {
  const zip = zipSync({ a: noise(5000), b: noise(5000), c: noise(5000) }, { level: 0 });
  await expect(entriesOf(new Blob([patched(zip, 0x02014b50, 20, 12_000)]), 10)).rejects.toThrow(
    /far more than/,
  );
});

it('two entries of one name are refused', async () => {
  const bytes = await handIn({
    entries: (entries) => ({ ...entries, 'files/2.diff': new Uint8Array(1) }),
  });
  const twice = Buffer.from(bytes).toString('latin1').replaceAll('files/2.diff', 'files/1.diff');
  expect(await problemOf(new Uint8Array(Buffer.from(twice, 'latin1')))).toMatch(/same name/);
});

it('whatever is done to a file, it is read or refused', async () => {
  const random = new Random(0x5eed);
  let refused = 0;
  for (let round = 0; round < 3000; round++)
    if ((await problemOf(new Uint8Array(mutated(random, whole)))) !== '') refused++;
  expect(refused).toBeGreaterThan(1000);
});

it('a zip of submissions with a bomb in it gives the others', async () => {
  const zip = zipSync({ 'a.typealong': whole, 'b.typealong': new Uint8Array(50_000_000) });
  const { files, refused } = await submissionsIn([
    { path: 'all.zip', content: new Blob([new Uint8Array(zip)]) },
  ]);
  expect(files.map(({ path }) => path)).toEqual(['all.zip/a.typealong']);
  expect(refused.map(({ problem }) => problem)).toEqual([expect.stringMatching(/far more than/)]);
});

it('all submissions of a class are found in a zip of them, one level deep', async () => {
  const submissions: Zippable = {
    'Ann A_12345_assignsubmission_file_/a.typealong': [whole, { level: 0 }],
    'Bob B_2_assignsubmission_file_/b.TYPEALONG': whole,
    'Cem C_3_assignsubmission_file_/c.zip': zipSync({ 'c.typealong': whole }),
    'Dee D_4_assignsubmission_file_/d.docx': strToU8('d'),
    'Gus G_6_assignsubmission_file_/g.typealong.zip': whole,
    'Hal H_7_assignsubmission_file_/h.bin': whole,
    'Ida I_8_assignsubmission_file_/i.zip': strToU8('PK'),
    '__MACOSX/._a.typealong': strToU8('litter'),
    'Eve E_5_assignsubmission_file_/': new Uint8Array(),
  };
  const zip = new Blob([new Uint8Array(zipSync(submissions))]);
  const { files, refused } = await submissionsIn([
    { path: 'all.zip', content: zip },
    { path: 'class/f.typealong', content: new Blob([whole]) },
    // A browser has given it another name.
    { path: 'g.zip', content: new Blob([whole]) },
    { path: 'notes.txt', content: new Blob(['hello']) },
    { path: 'class/.DS_Store', content: new Blob(['x']) },
    { path: 'broken.zip', content: new Blob([new Uint8Array(zipSync(submissions)).slice(0, -9)]) },
    { path: 'none.zip', content: new Blob([new Uint8Array(zipSync({}))]) },
  ]);
  expect(files.map(({ path }) => path)).toEqual([
    'all.zip/Ann A_12345_assignsubmission_file_/a.typealong',
    'all.zip/Bob B_2_assignsubmission_file_/b.TYPEALONG',
    'all.zip/Gus G_6_assignsubmission_file_/g.typealong.zip',
    'all.zip/Hal H_7_assignsubmission_file_/h.bin',
    'class/f.typealong',
    'g.zip',
  ]);
  for (const { content } of files) expect((await readHandIn(content)).evidence.student).toBe('Ann');
  expect(refused.map(({ path, problem }) => [path.split('/').at(-1), problem])).toEqual([
    ['c.zip', expect.stringMatching(/zip within a zip/)],
    ['d.docx', expect.stringMatching(/left out/)],
    ['i.zip', expect.stringMatching(/zip within a zip/)],
    ['notes.txt', expect.stringMatching(/left out/)],
    ['broken.zip', expect.stringMatching(/damaged/)],
    ['none.zip', expect.stringMatching(/no hand-in in it/)],
  ]);
});
