/** The part of a guide in which the reader builds what the tests at its end break. */
import type { Guide } from '../site/chapter/model.ts';

/** The last chapter of a guide, which builds all of it once more, in other places. */
const REBUILDING = 'today';

/** A guide up to where its own server is complete. */
export interface BuiltGuide {
  /** Without the chapter that builds it again. */
  readonly guide: Guide;
  /** The snapshot that is taken there, without the guide's slug. */
  readonly snapshot: string;
}

/** Where the server of a guide is complete: at the start of the chapter that rebuilds it, else at the guide's end. */
export function builtGuide(guide: Guide): BuiltGuide {
  const at = guide.chapters.findIndex(({ slug }) => slug === REBUILDING);
  return at < 0
    ? { guide, snapshot: 'end' }
    : { guide: { ...guide, chapters: guide.chapters.slice(0, at) }, snapshot: REBUILDING };
}
