/** With which image a saved machine goes on: this release's, or the one that it was saved on. */
import { fits, type SavedAbout } from '../sandbox/saved.ts';
import type { StartOptions } from '../sandbox/types.ts';
import type { ChapterData, EarlierMachine } from './chapter-data.ts';

/** `null` when this site no longer has the files of the machine. `page`: address of the page. */
export function optionsToGoOn(
  machine: NonNullable<ChapterData['machine']>,
  about: Pick<SavedAbout, 'guide' | 'snapshot' | 'recipe' | 'v86Version'>,
  page: string,
): StartOptions | null {
  const own: EarlierMachine = { ...machine, programPath: null };
  const image = [own, ...machine.earlier].find((one) => fits(about, one));
  if (!image) return null;
  const { imagePath, manifestHashes, programPath } = image;
  return {
    imageUrl: new URL(imagePath, page).href,
    snapshot: about.snapshot,
    manifestHashes,
    saved: about.guide,
    ...(programPath !== null && { program: new URL(programPath, page).href }),
  };
}
