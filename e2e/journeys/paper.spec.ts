/** The guides on paper: the page with all chapters, and the PDF that the build has made of it. No machine runs. */
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DIST } from '../../scripts/project.ts';
import { loadGuides } from '../../site/chapter/load.ts';
import { pdfFile, printFolder } from '../../site/integrations/guide-pdfs.ts';
import { missingOnPaper } from '../commands-on-paper.ts';
import { expect, test } from '../fixtures.ts';

for (const guide of loadGuides()) {
  const page = printFolder(guide.slug);
  const pdf = join(DIST, pdfFile(guide.slug));
  const commands = guide.chapters.flatMap(({ steps }) =>
    steps.flatMap(({ actions }) =>
      actions.flatMap((action) => (action.kind === 'command' ? [action.command] : [])),
    ),
  );

  test.describe(guide.slug, () => {
    test('the PDF has every command, so that it can be copied', () => {
      const text = execFileSync('pdftotext', ['-raw', pdf, '-'], { encoding: 'utf8' });
      expect(commands.length).toBeGreaterThan(0);
      expect(missingOnPaper(text, commands)).toEqual([]);
      expect(statSync(pdf).size, 'bytes of the PDF').toBeLessThan(1_000_000);
    });

    test('the page for printing has everything once, and nothing to press', async ({ page: browser }) => {
      await browser.goto(page);
      for (const { title } of guide.chapters)
        await expect(browser.locator('.paper-chapter > h2', { hasText: title })).toHaveCount(1);
      const ids = await browser.locator('[id]').evaluateAll((all) => all.map(({ id }) => id));
      expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
      const dead = await browser
        .locator('main a[href^="#"]')
        .evaluateAll((links) =>
          links
            .map((link) => decodeURIComponent((link as HTMLAnchorElement).hash.slice(1)))
            .filter((id) => document.getElementById(id) === null),
        );
      expect(dead).toEqual([]);
      await expect(browser.locator('main :is(button, script, details:not([open]))')).toHaveCount(0);
      const checks = guide.chapters.flatMap(({ steps }) => steps.flatMap((step) => step.checks)).length;
      await expect(browser.locator('main .check-line')).toHaveCount(checks);
    });

    test('the PDF is found from the guide’s page', async ({ page: browser, request }) => {
      await browser.goto(`guides/${guide.slug}/`);
      const href = await browser.getByRole('link', { name: 'as a PDF' }).getAttribute('href');
      const answer = await request.get(href ?? '');
      expect(answer.headers()['content-type']).toBe('application/pdf');
      await browser.getByRole('link', { name: 'all chapters on one page' }).click();
      await expect(browser).toHaveURL(new RegExp(`${page}$`));
      expect(await browser.getByRole('link', { name: 'PDF' }).getAttribute('href')).toBe(href);
    });
  });
}
