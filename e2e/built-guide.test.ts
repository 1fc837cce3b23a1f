import { expect, it } from 'vitest';
import { loadGuides } from '../site/chapter/load.ts';
import { builtGuide } from './built-guide.ts';

it.each(loadGuides().map((guide) => [guide.slug, guide] as const))(
  '%s is built before its last chapter, which builds it again',
  (_, guide) => {
    const { guide: built, snapshot } = builtGuide(guide);
    expect(snapshot).toBe('today');
    expect(built.chapters).toEqual(guide.chapters.slice(0, -1));
  },
);

it('a guide that builds nothing twice is built at its end', () => {
  const [guide] = loadGuides();
  if (guide === undefined) throw new Error('There are no guides.');
  const once = { ...guide, chapters: guide.chapters.slice(0, -1) };
  expect(builtGuide(once)).toEqual({ guide: once, snapshot: 'end' });
});
