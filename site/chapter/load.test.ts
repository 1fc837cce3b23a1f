import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadGuide, loadGuides } from './load.ts';

const GUIDE_YAML = `title: Demo
summary: A guide for tests.
image: demo
login: sammy
home: /home/sammy
source:
  title: S
  author: A
  url: https://example.org/
  licence: CC0
  date: '2020-01-01'
`;
const CHAPTER = '---\ntitle: T\nsummary: S.\nminutes: 1\n---\n\n<Summary>\n- Done.\n</Summary>\n';

let contentDir = '';

function write(path: string, text: string): void {
  mkdirSync(join(contentDir, 'guides', path, '..'), { recursive: true });
  writeFileSync(join(contentDir, 'guides', path), text);
}

beforeEach(() => {
  contentDir = mkdtempSync(join(tmpdir(), 'typealong-content-'));
});
afterEach(() => rmSync(contentDir, { recursive: true }));

describe('loadGuide', () => {
  it('reads the header and the chapters in order', () => {
    write('demo/guide.yaml', GUIDE_YAML);
    write('demo/02-b.mdx', CHAPTER);
    write('demo/01-a.mdx', CHAPTER);
    write('demo/facts.steps', '');
    const guide = loadGuide('demo', contentDir);
    expect(guide).toMatchObject({
      slug: 'demo',
      title: 'Demo',
      placeholders: {},
      deviations: [],
      source: { author: 'A' },
    });
    expect(guide.chapters.map(({ number, slug, file }) => [number, slug, file])).toEqual([
      [1, 'a', 'content/guides/demo/01-a.mdx'],
      [2, 'b', 'content/guides/demo/02-b.mdx'],
    ]);
  });

  it('wants each outcome proved by a check, and each next guide to be one', () => {
    const checked = CHAPTER.replace(
      '<Summary>',
      '## Step\n\n```console\n$ true\n```\n\n<Check kind="shell" command="true" advice="a" title="It works" />\n\n<Summary>',
    );
    write('demo/01-a.mdx', checked);
    write('other/guide.yaml', GUIDE_YAML);
    const outcomes = (chapter: string, check: string): string =>
      `outcomes:\n  - text: Do it\n    chapter: ${chapter}\n    check: ${check}\n`;
    write(
      'demo/guide.yaml',
      `${GUIDE_YAML}${outcomes('a', 'It works')}next:\n  - guide: other\n    reason: R\n`,
    );
    expect(loadGuide('demo', contentDir).outcomes).toHaveLength(1);
    write('demo/guide.yaml', `${GUIDE_YAML}${outcomes('b', 'It works')}`);
    expect(() => loadGuide('demo', contentDir)).toThrow(
      'guide.yaml:14: outcomes: no chapter "b"; known are a',
    );
    write('demo/guide.yaml', `${GUIDE_YAML}${outcomes('a', 'It does not')}`);
    expect(() => loadGuide('demo', contentDir)).toThrow('guide.yaml:15: outcomes: no check "It does not"');
    write('demo/guide.yaml', `${GUIDE_YAML}next:\n  - guide: demo\n    reason: R\n`);
    expect(() => loadGuide('demo', contentDir)).toThrow(
      'guide.yaml:13: next: no other guide "demo"; known are other',
    );
  });

  it('puts guides in their order, those without one last', () => {
    for (const slug of ['a', 'b', 'c']) write(`${slug}/01-a.mdx`, CHAPTER);
    write('a/guide.yaml', GUIDE_YAML);
    write('b/guide.yaml', `${GUIDE_YAML}\norder: 2\n`);
    write('c/guide.yaml', `${GUIDE_YAML}\norder: 1\n`);
    expect(loadGuides(contentDir).map(({ slug }) => slug)).toEqual(['c', 'b', 'a']);
  });

  it('names a guide that there is not', () => {
    expect(() => loadGuide('nothing', contentDir)).toThrow(
      'There is no guide "nothing": content/guides/nothing/guide.yaml does not exist.',
    );
  });

  it.each([
    [
      'an unknown key',
      `${GUIDE_YAML}colour: red\n`,
      'content/guides/demo/guide.yaml:12: colour: unknown key; known are title, summary, image',
    ],
    ['an unknown key further in', `${GUIDE_YAML}  year: 2020\n`, 'guide.yaml:12: source.year: unknown key'],
    ['a missing key', GUIDE_YAML.replace('image: demo\n', ''), 'guide.yaml:1: image: missing'],
    [
      'a missing key further in',
      GUIDE_YAML.replace(/ {2}author: .*\n/, ''),
      'guide.yaml:6: source.author: missing',
    ],
    [
      'a home that is no absolute path',
      GUIDE_YAML.replace('/home/sammy', 'home'),
      'guide.yaml:5: home: an absolute path',
    ],
    [
      'a deviation without a reason',
      `${GUIDE_YAML}deviations:\n  - original: x\n    instead: null\n`,
      'deviations.0.reason: missing',
    ],
    ['no YAML', 'title: "Demo', 'guide.yaml:1: yaml: '],
    ['nothing', '', 'guide.yaml'],
  ])('reports %s in guide.yaml', (_what, yaml, message) => {
    write('demo/guide.yaml', yaml);
    expect(() => loadGuide('demo', contentDir)).toThrow(message);
  });

  it('reports a gap in the numbers of chapters', () => {
    write('demo/guide.yaml', GUIDE_YAML);
    write('demo/01-a.mdx', CHAPTER);
    write('demo/03-c.mdx', CHAPTER);
    expect(() => loadGuide('demo', contentDir)).toThrow(
      'content/guides/demo/03-c.mdx:1: file name: chapters are numbered without a gap: this is number 2',
    );
  });
});

describe('loadGuides', () => {
  it('reports the mistakes of all files at once', () => {
    write('a/guide.yaml', GUIDE_YAML);
    write('a/01-a.mdx', CHAPTER.replace('title: T\n', ''));
    write('a/02-b.mdx', CHAPTER.replace('minutes: 1\n', ''));
    write('b/guide.yaml', GUIDE_YAML.replace('title: Demo\n', ''));
    expect(() => loadGuides(contentDir)).toThrow(
      /a\/01-a\.mdx:\d: title[^]*a\/02-b\.mdx:\d: minutes[^]*b\/guide\.yaml:1: title/,
    );
  });

  it('finds the Ubuntu 16.04 guide of the project, with something to do and to check in every chapter', () => {
    const guide = loadGuides().find(({ slug }) => slug === 'ubuntu-16.04-flask');
    expect(guide?.login).toBe('sammy');
    expect(guide?.chapters.length).toBeGreaterThanOrEqual(6);
    for (const chapter of guide?.chapters ?? []) {
      expect(chapter.steps.flatMap(({ actions }) => actions).length, chapter.file).toBeGreaterThan(0);
      expect(chapter.steps.flatMap(({ checks }) => checks).length, chapter.file).toBeGreaterThan(0);
    }
  });
});
