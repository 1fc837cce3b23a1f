import { expect, test, vi } from 'vitest';
import { deflateRawSync, inflateRawSync, crc32 } from 'node:zlib';
import { fuzz, latin1, mutated } from '../fuzz/fuzz.ts';
import { problemsOf } from './assignment.ts';
import type { Assignment } from './assignment.ts';
import { readLink, writeLink } from './link.ts';
import { randomAssignment } from './testing/random-assignment.ts';

// Thousands of inputs, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const ASSIGNMENT: Assignment = {
  id: 0xdeadbeef,
  revision: 2,
  title: 'Serve a Flask application',
  note: 'Work alone.\nAsk in the forum, not by mail. Viel Erfolg – 加油 👩‍🏫',
  due: { minute: 29_937_839, zone: 'Europe/Berlin' },
  help: { hints: true, run: false, compare: true },
  points: { per: 'check', each: 5 },
  identity: 'Student number',
  chapters: [
    { guide: 'ubuntu-16.04-flask', chapter: 'components', print: 0x123456, checks: [1, 0xffff, 0] },
    { guide: 'ubuntu-16.04-flask', chapter: 'nginx', print: 0xffffff, checks: [] },
    { guide: 'centos-7-wsgi', chapter: 'nginx', print: 0, checks: [0xabcd] },
  ],
};

/** Written by the first release that had assignments. It opens for as long as the site reads version 1. */
const LINK_OF_FIRST_RELEASE =
  '1.mnqj_gu7d233smXtb1Cxfz8bqWFuUXpOo7pRblZOZJBqcWlaUqJCq45SQWZyskFhTkZCYnlmTm5_mG5xcBBXLy81L1uByBcpl5CiUZqQpp-UWluToKefklCkmVCrmJmTl6CmGZqTkKrkVp-TnpCo8aJis87VrwbNNOhQ_zJ6581ND7YX7_ar7gktKU1LwShbzS3KTUIiah0qTSvJJSXUMzPQMT3TSQ5Uxcyfm5BUDr8kqKmVnz0jPzKhh4k4G8_GJdc93y4vRMRogoo5BJGAPj__8MDP9BBMPqswA';

test('a link of the first release opens', () => {
  expect(readLink(LINK_OF_FIRST_RELEASE)).toEqual({ assignment: ASSIGNMENT });
});

test('1,000 assignments come back as they were', async () => {
  let count = 0;
  let foreign = 0;
  await fuzz('assignments', 1000, randomAssignment, (assignment) => {
    const link = writeLink(assignment);
    expect(link).toMatch(/^1\.[\w-]+$/);
    expect(readLink(`https://host.example/assignment/#${link}`)).toEqual({ assignment });
    if (/[^\0-\x7f]/.test(assignment.title + assignment.note)) foreign++;
    count++;
  });
  expect(count).toBeGreaterThanOrEqual(1000);
  // The test reaches what it is meant for.
  expect(foreign).toBeGreaterThan(500);
});

test('1,000 damaged links give a sentence, or an assignment within limits', async () => {
  const heard = new Map<string, number>();
  await fuzz(
    'links',
    1000,
    (random) => {
      const bytes = mutated(random, latin1(writeLink(randomAssignment(random))));
      return String.fromCharCode(...bytes);
    },
    (link) => {
      const { assignment, problem } = readLink(link);
      if (assignment) expect(problemsOf(assignment)).toEqual([]);
      else expect(problem).toMatch(/^This link .*\.$|^This is not the link .*\.$/);
      heard.set(problem ?? 'read', (heard.get(problem ?? 'read') ?? 0) + 1);
    },
  );
  expect(heard.size).toBeGreaterThan(2);
});

test('what is whole and no assignment gives a sentence, whatever the fields are', async () => {
  let read = 0;
  let refused = 0;
  await fuzz(
    'fields',
    1000,
    // The checksum is right, so that what is behind it is reached.
    (random) => {
      const fields = fieldsOf(writeLink(randomAssignment(random)));
      return sealed(mutated(random, fields));
    },
    (link) => {
      const { assignment, problem } = readLink(link);
      if (assignment) {
        read++;
        expect(problemsOf(assignment)).toEqual([]);
        expect(readLink(writeLink(assignment))).toEqual({ assignment });
      } else {
        refused++;
        expect(problem).toMatch(/^This link is whole, but what it holds is not an assignment\./);
      }
    },
  );
  expect(read).toBeGreaterThan(100);
  expect(refused).toBeGreaterThan(100);
});

test('a stream that unpacks to a megabyte is no assignment', () => {
  const link = sealed(new Uint8Array(1_000_000));
  expect(link.length).toBeLessThan(1500);
  expect(readLink(link).problem).toMatch(/^This link is whole/);
});

test.each([
  ['', 'This is not the link of an assignment.'],
  ['#content', 'This is not the link of an assignment.'],
  ['https://elsewhere.example/assignment/', 'This is not the link of an assignment.'],
  [`#2.${LINK_OF_FIRST_RELEASE}`, 'This link was made by a newer version of the site.'],
  [LINK_OF_FIRST_RELEASE.slice(0, -1), 'This link is damaged'],
  [LINK_OF_FIRST_RELEASE.slice(0, 5), 'This link is damaged'],
  ['1.', 'This link is damaged'],
  [`${LINK_OF_FIRST_RELEASE}.`, 'This link is damaged'],
  [`1.${'A'.repeat(1500)}`, 'This link is longer than'],
])('%j: %s', (link, beginning) => {
  const { problem = '' } = readLink(link);
  expect(problem.slice(0, beginning.length)).toBe(beginning);
});

test('a line that a mail program has broken is read', () => {
  const broken = LINK_OF_FIRST_RELEASE.replaceAll(/.{60}/g, '$&\r\n ');
  expect(readLink(`https://host.example/assignment/#${broken}`)).toEqual({ assignment: ASSIGNMENT });
});

test.each([
  ['no chapter', { chapters: [] }],
  ['no title', { title: '' }],
  ['a title that is too long', { title: 'x'.repeat(81) }],
  ['a note that is too long', { note: 'x'.repeat(401) }],
  ['half a character', { title: '\ud800' }],
  ['a control character', { title: 'a\u0007b' }],
  ['a character that turns the text around', { note: 'a\u202eb' }],
  ['points that are none', { points: { per: 'check', each: 0 } }],
  ['a time zone that is none', { due: { minute: 1, zone: 'Europe/Berlin\n' } }],
  ['a time that never comes', { due: { minute: Number.NaN, zone: 'UTC' } }],
  ['the same chapter twice', { chapters: [...ASSIGNMENT.chapters, ...ASSIGNMENT.chapters] }],
  ['a chapter that is a path', { chapters: [{ guide: '..', chapter: 'a/b', print: 0, checks: [] }] }],
] as const)('%s is not written', (_, part) => {
  expect(() => writeLink({ ...ASSIGNMENT, ...part })).toThrow(RangeError);
});

/** The fields that a link holds. */
function fieldsOf(link: string): Uint8Array {
  return inflateRawSync(Buffer.from(link.slice(8), 'base64url'));
}

/** Fields as a link with the right checksum. */
function sealed(fields: Uint8Array): string {
  const packed = deflateRawSync(fields, { level: 9 });
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(packed));
  return `1.${checksum.toString('base64url')}${Buffer.from(packed).toString('base64url')}`;
}
