import { expect, it } from 'vitest';
import { loadGuides } from '../../site/chapter/load.ts';
import { GUIDES } from './guides.ts';
import { chosenTurns } from './chosen-turns.ts';

const slugs = Object.keys(GUIDES);
const names = (slug: string, everything: boolean) => Object.keys(chosenTurns(GUIDES, slug, everything));

it('every guide has a table', () => {
  expect(slugs).toEqual(
    loadGuides()
      .map(({ slug }) => slug)
      .sort(),
  );
  expect(() => chosenTurns(GUIDES, 'no-guide', true)).toThrow('no-guide');
});

it.each(slugs)('everything is all of %s', (slug) => {
  expect(chosenTurns(GUIDES, slug, true)).toEqual(GUIDES[slug]);
});

it.each(slugs)('a sample is a fifth of %s, or three of its turns', (slug) => {
  const [chosen, all] = [names(slug, false), names(slug, true)];
  expect(all).toEqual(expect.arrayContaining(chosen));
  expect(chosen).toHaveLength(Math.min(Math.ceil(all.length / 5), 3));
});

it('a sample is the same in every run, in whatever order the tables are', () => {
  const reversed = Object.fromEntries(
    Object.entries(GUIDES)
      .reverse()
      .map(([slug, turns]) => [slug, Object.fromEntries(Object.entries(turns).reverse())]),
  );
  for (const slug of slugs)
    expect(Object.keys(chosenTurns(reversed, slug, false)).reverse()).toEqual(names(slug, false));
  // By name, so that another way to choose is seen here.
  expect(names('centos-7-wsgi', false)).toMatchInlineSnapshot(`
    [
      "Nginx was not restarted",
      "nobody makes /run/uwsgi",
      "the unit goes to a folder that is not there",
    ]
  `);
});
