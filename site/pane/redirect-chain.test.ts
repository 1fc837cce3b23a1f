import { expect, test } from 'vitest';
import { RedirectChain } from './redirect-chain.ts';

/** How many requests a chain of redirects may make. */
function follow(urls: (index: number) => string): number {
  const chain = new RedirectChain();
  let requests = 0;
  while (requests < 100 && chain.mayAsk('GET', urls(requests))) {
    requests += 1;
    chain.answered(true);
  }
  return requests;
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
  const chain = new RedirectChain();
  for (let times = 0; times < 5; times++) {
    expect(chain.mayAsk('POST', '/form')).toBe(true);
    chain.answered(true);
    expect(chain.mayAsk('GET', '/form')).toBe(true);
    chain.answered(false);
  }
});
