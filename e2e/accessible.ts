import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect } from './fixtures.ts';

/** Fails with what axe finds against the page as it is now. `rules`: axe's names of those that count; default all. */
export async function expectAccessible(page: Page, rules?: string[]): Promise<void> {
  // What the guest serves is the guest's own.
  const axe = new AxeBuilder({ page }).exclude('tl-browser-pane iframe');
  if (rules) axe.withRules(rules);
  else axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']);
  const { violations } = await axe.analyze();
  const found = violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' ')}`,
  );
  expect(found).toEqual([]);
}
