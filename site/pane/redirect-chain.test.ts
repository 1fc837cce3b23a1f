import { expect, test } from 'vitest';
import { RedirectChains } from './redirect-chain.ts';

/** How many requests a chain of redirects may make. */
function follow(urls: (index: number) => string): number {
  const chains = new RedirectChains();
  for (let requests = 0; requests < 100; requests++) {
    const chain = chains.ask('GET', urls(requests));
    if (chain === null) return requests;
    chains.redirected(chain, urls(requests + 1));
  }
  return 100;
}

test('a page that redirects to itself is asked twice', () => {
  expect(follow(() => '/loop')).toBe(2);
});

test('two pages that redirect to each other are asked twice each', () => {
  expect(follow((index) => (index % 2 === 0 ? '/a' : '/b'))).toBe(4);
});

test('a chain without a circle ends as in a browser', () => {
  expect(follow((index) => `/${index}`)).toBe(20);
});

test('a form that leads back to its own page is no circle', () => {
  const chains = new RedirectChains();
  for (let times = 0; times < 5; times++) {
    const chain = chains.ask('POST', '/form');
    if (chain === null) throw new Error('The form was taken for a circle.');
    chains.redirected(chain, '/form');
    expect(chains.ask('GET', '/form')).not.toBeNull();
  }
});

test('a page that is asked for again before it has answered is no circle', () => {
  const chains = new RedirectChains();
  for (let times = 0; times < 30; times++) expect(chains.ask('GET', '/slow')).not.toBeNull();
});

test('frames that are all sent to one page are no circle, and each of them may go round in its own', () => {
  const chains = new RedirectChains();
  const frames = [1, 2, 3, 4].map((frame) => {
    const chain = chains.ask('GET', `/frame/${frame}`);
    if (chain === null) throw new Error('A frame was taken for a circle.');
    chains.redirected(chain, '/log-in');
    return chain;
  });
  expect(frames.map(() => chains.ask('GET', '/log-in'))).toEqual(frames);
  for (const chain of frames) chains.redirected(chain, '/log-in');
  expect(frames.map(() => chains.ask('GET', '/log-in'))).toEqual(frames);
  for (const chain of frames) chains.redirected(chain, '/log-in');
  expect(frames.map(() => chains.ask('GET', '/log-in'))).toEqual([null, null, null, null]);
});
