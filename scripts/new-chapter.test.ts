import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadGuide } from '../site/chapter/load.ts';
import { newChapter } from './new-chapter.ts';

let contentDir = '';
beforeEach(() => {
  contentDir = mkdtempSync(join(tmpdir(), 'typealong-new-'));
});
afterEach(() => rmSync(contentDir, { recursive: true }));

describe('newChapter', () => {
  it('begins a guide that the parser accepts, and goes on with it', () => {
    expect(newChapter('my-guide/first-steps', contentDir)).toEqual([
      'content/guides/my-guide/guide.yaml',
      'content/guides/my-guide/01-first-steps.mdx',
    ]);
    expect(newChapter('my-guide/second', contentDir)).toEqual(['content/guides/my-guide/02-second.mdx']);
    const guide = loadGuide('my-guide', contentDir);
    expect(guide.chapters.map(({ number, title }) => [number, title])).toEqual([
      [1, 'First steps'],
      [2, 'Second'],
    ]);
    expect(guide.chapters[0]?.steps[0]?.checks).toHaveLength(1);
  });

  it('numbers behind the last, and takes a number for a name', () => {
    newChapter('my-guide/first', contentDir);
    writeFileSync(join(contentDir, 'guides/my-guide/03-later.mdx'), '');
    expect(newChapter('my-guide/404', contentDir)).toEqual(['content/guides/my-guide/04-404.mdx']);
    expect(readFileSync(join(contentDir, 'guides/my-guide/04-404.mdx'), 'utf8')).toContain("title: '404'");
  });

  it('overwrites nothing', () => {
    const [, path = ''] = newChapter('my-guide/first', contentDir);
    const file = join(contentDir, path.replace('content/', ''));
    writeFileSync(file, 'mine');
    expect(() => newChapter('my-guide/first', contentDir)).toThrow('There is such a chapter already');
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  it.each(['first', 'My-Guide/first', 'a/b/c', '../a/b', 'a/', ''])('refuses %j', (place) => {
    expect(() => newChapter(place, contentDir)).toThrow('must be GUIDE/CHAPTER');
  });
});
