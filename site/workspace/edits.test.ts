import { expect, it } from 'vitest';
import { Edits } from './edits.ts';

const PATH = '/etc/app.ini';

function agent(copy: string | null | Error) {
  return {
    readFile: async (): Promise<string | null> => {
      if (copy instanceof Error) throw copy;
      return copy;
    },
  };
}

it('a file counts when it is there and is another than before', async () => {
  for (const [before, after, hasChanged] of [
    [null, 'new', true],
    ['old', 'new', true],
    ['old', 'old', false],
    [null, null, false],
    ['old', null, false],
    [new Error('denied'), 'new', false],
  ] as const) {
    const edits = new Edits();
    edits.opened(PATH, agent(before));
    expect(await edits.hasChanged(PATH, after), `${String(before)} → ${String(after)}`).toBe(hasChanged);
  }
});

it('what the page has written meanwhile is not the editor’s, nor is what no editor was seen to open', async () => {
  const edits = new Edits();
  edits.opened(PATH, agent('old'));
  edits.forget(PATH);
  expect(await edits.hasChanged(PATH, 'new')).toBe(false);
  expect(await edits.hasChanged('/other', 'new')).toBe(false);
});
