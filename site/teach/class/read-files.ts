/** Reads many hand-ins, some at a time: while one waits for the browser to read it, another is worked on. */
import { sayWhy, type GivenFile, type Refusal } from '../../evidence/submissions.ts';
import type { Catalog } from '../catalog.ts';
import { readStudentFile, type StudentFile } from './read-file.ts';

const AT_ONCE = 8;

export interface ReadFiles {
  readonly files: readonly StudentFile[];
  /** What each of `files` was read from. */
  readonly contents: readonly Blob[];
  readonly refused: readonly Refusal[];
}

/** Never rejects. `onProgress` is told how many are done. The order is that of what is given. */
export async function readStudentFiles(
  given: readonly GivenFile[],
  catalog: Catalog,
  onProgress: (done: number) => void,
): Promise<ReadFiles> {
  const outcomes: (StudentFile | Refusal)[] = [];
  let next = 0;
  let done = 0;
  const reader = async (): Promise<void> => {
    for (let index = next++; index < given.length; index = next++) {
      const file = given[index];
      if (!file) return;
      outcomes[index] = await readStudentFile(file, catalog, Date.now()).catch((error: unknown) => ({
        path: file.path,
        problem: sayWhy(error),
      }));
      onProgress(++done);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, reader));
  const read = outcomes.flatMap((outcome, index) => {
    const content = given[index]?.content;
    return 'problem' in outcome || !content ? [] : [{ file: outcome, content }];
  });
  return {
    files: read.map(({ file }) => file),
    contents: read.map(({ content }) => content),
    refused: outcomes.flatMap((outcome) => ('problem' in outcome ? [outcome] : [])),
  };
}
