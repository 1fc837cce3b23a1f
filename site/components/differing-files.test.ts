import { expect, it } from 'vitest';
import type { FileAction } from '../chapter/model.ts';
import { differingFiles } from './differing-files.ts';

function listing(path: string, content: string, place?: FileAction['place']): FileAction {
  const kind = 'file';
  return {
    ...{
      kind,
      id: 'a/1',
      line: 1,
      shownPath: path,
      path,
      language: 'ini',
      content,
      addedLines: [],
      asRoot: false,
    },
    ...(place && { place }),
  };
}

function chapter(...actions: FileAction[]) {
  return { steps: [{ id: 'a', title: 'A', actions, checks: [] }] };
}

function machine(files: Readonly<Record<string, string | null>>) {
  return async (path: string): Promise<string | null> => {
    const content = files[path];
    if (content === undefined) throw new Error('denied');
    return content;
  };
}

it('files that differ from all of their listings are told of, with the difference', async () => {
  const chapters = [
    chapter(
      listing('/a', 'one\n'),
      listing('/same', 'x\n'),
      listing('/gone', 'y\n'),
      listing('/denied', 'z\n'),
    ),
    chapter(listing('/a', 'one\ntwo\n'), listing('/part', 'b = 2\n', { where: 'after', anchor: 'a =' })),
  ];
  const files = { '/a': 'one\n2\n', '/same': 'x  \n\n', '/gone': null, '/part': 'a = 1\nb = 3\n' };
  const differing = await differingFiles(chapters, machine(files));
  expect(
    differing.map(({ path, diff }) => [path, diff?.split('\n').filter((line) => /^[-+](?![-+])/.test(line))]),
  ).toEqual([
    ['/a', ['-two', '+2']],
    ['/gone', undefined],
    ['/part', ['-b = 2']],
  ]);
  expect(differing[1]?.diff).toBeNull();
  // As the first listing has it: the student has not come further yet.
  expect(
    await differingFiles(
      chapters,
      machine({ ...files, '/a': 'one\n', '/gone': 'y\n', '/part': 'a = 1\nb = 2\n' }),
    ),
  ).toEqual([]);
});

it('a long difference is cut', async () => {
  const copy = Array.from({ length: 5000 }, (_, index) => `line ${index}\n`).join('');
  const [file] = await differingFiles([chapter(listing('/a', 'one\n'))], machine({ '/a': copy }));
  expect(file?.diff?.length).toBeLessThan(8100);
  expect(file?.diff).toMatch(/\n… the rest is left out\n$/);
});
