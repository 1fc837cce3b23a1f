import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { chapterTimes, timeNote } from './command-times.ts';

test.each([
  [undefined, null],
  [0.4, null],
  [5, null],
  [5.1, 'takes about 5 s here'],
  [18, 'takes about 20 s here'],
  [57, 'takes about 55 s here'],
  [58, 'takes about 1 min here'],
  [88, 'takes about 1½ min here'],
  [124, 'takes about 2 min here'],
])('%s s: %s', (seconds, words) => {
  expect(timeNote(seconds)).toBe(words);
});

describe('chapterTimes', () => {
  const file = '/x/content/guides/ubuntu-16.04-flask/01-components.mdx';
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'typealong-times-'));
    mkdirSync(join(folder, 'ubuntu-16.04'));
    vi.stubEnv('TYPEALONG_SANDBOX', folder);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
  const write = (value: unknown): void =>
    writeFileSync(join(folder, 'ubuntu-16.04', 'timings.json'), JSON.stringify(value));

  test('an image that was not measured says nothing', () => {
    expect(chapterTimes(file).size).toBe(0);
  });

  test("a chapter gets its own commands' times", () => {
    write({
      format: 1,
      commands: {
        'ubuntu-16.04-flask/components/refresh-the-package-lists/1': 19.4,
        'ubuntu-16.04-flask/components-2/refresh-the-package-lists/1': 3,
      },
    });
    expect([...chapterTimes(file)]).toEqual([['refresh-the-package-lists/1', 19.4]]);
  });

  test('a file of another shape stops the build and says what to do', () => {
    write({ format: 2, commands: {} });
    expect(() => chapterTimes(file)).toThrow('npm run images');
  });
});
