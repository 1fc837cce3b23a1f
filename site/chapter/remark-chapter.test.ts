import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unified } from '@astrojs/markdown-remark';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChapterError } from './error.ts';
import { CONTENT_DIR, loadGuides } from './load.ts';
import { remarkChapter } from './remark-chapter.ts';

const GUIDE_YAML = `
title: Demo
summary: A guide for tests.
image: demo
login: sammy
home: /home/sammy
source: { title: S, author: A, url: 'https://example.org/', licence: CC0, date: '2020-01-01' }
`;

const CHAPTER = `
Before.

## Why

Text.

## Do it

\`\`\`console exit=0
$ nano ~/a.ini
\`\`\`

\`\`\`ini title="~/a.ini"
[a]
\`\`\`

\`\`\`ini title="~/a.ini"
[a]
x = 1
y = 2

z = 3
\`\`\`

<Hint title="Lost?">
\`\`\`console
$ pwd
\`\`\`
</Hint>

\`\`\`console until="ready"
$ serve
\`\`\`

Press <Press keys="q" />, then look.

<Visit url="http://flask.example/" />

<Check kind="port" port={80} title="Open" />

<Summary>
- Done.
</Summary>
`;

let contentDir = '';

beforeAll(() => {
  contentDir = mkdtempSync(join(tmpdir(), 'typealong-content-'));
  mkdirSync(join(contentDir, 'guides/demo'), { recursive: true });
  writeFileSync(join(contentDir, 'guides/demo/guide.yaml'), GUIDE_YAML);
});

afterAll(() => rmSync(contentDir, { recursive: true }));

/** What Astro makes of a chapter: the JavaScript of its page. */
async function render(text: string, path: string, folder = contentDir): Promise<string> {
  const processor = unified({ remarkPlugins: [[remarkChapter, { contentDir: folder }]] });
  const renderer = await processor.createMdxRenderer?.(
    { syntaxHighlight: false },
    { optimize: false, srcDir: new URL('file:///site/') },
  );
  if (!renderer) throw new Error('the processor renders no MDX');
  const { code } = await renderer.process(text, path, { title: 'Try' });
  return code;
}

describe('the rendered page', () => {
  it('has a section for each heading; those of steps say so', async () => {
    const code = await render(CHAPTER, join(contentDir, 'guides/demo/01-try.mdx'));
    expect(code).toContain('"data-section": "why"');
    expect(code).toContain('"data-step": "do-it"');
    expect(code).not.toContain('"data-step": "why"');
    expect(code).toMatch(/_components\.h2, \{\s+id: "do-it"/);
    expect(code.indexOf('Before.')).toBeLessThan(code.indexOf('"data-section"'));
  });

  it('has the ids of actions and checks, and the growth of files', async () => {
    const code = await render(CHAPTER, join(contentDir, 'guides/demo/01-try.mdx'));
    const metas = [...code.matchAll(/metastring: "((?:[^"\\]|\\.)*)"/g)].map((match) =>
      match[1]?.replaceAll('\\"', '"'),
    );
    expect(metas).toEqual([
      'exit=0 actions="do-it/1"',
      'title="~/a.ini" actions="do-it/2"',
      'title="~/a.ini" actions="do-it/3" ins={2-3,5}',
      'aside',
      'until="ready" actions="do-it/4"',
    ]);
    expect(code).toMatch(/Press, \{\s+keys: "q",\s+actionId: "do-it\/5"/);
    expect(code).toMatch(/Visit, \{\s+url: "http:\/\/flask\.example\/",\s+actionId: "do-it\/6"/);
    expect(code).toMatch(/checkId: "do-it\/check-1"/);
  });

  it('is left alone when it is no chapter', async () => {
    const code = await render('## Do it\n\n```console\n$ ls\n```', join(contentDir, 'about.mdx'));
    expect(code).not.toContain('actions');
    expect(code).not.toContain('data-section');
  });

  it('is not made when the chapter has mistakes', async () => {
    const rendering = render('## Do it\n\n```console\nls\n```', join(contentDir, 'guides/demo/01-try.mdx'));
    await expect(rendering).rejects.toThrow(ChapterError);
    await expect(rendering).rejects.toThrow('content/guides/demo/01-try.mdx:4: console: output before');
  });

  it('holds every action and check of every real chapter', async () => {
    for (const guide of loadGuides()) {
      for (const chapter of guide.chapters) {
        // Astro hands over the text with blanks in place of the front matter.
        const text = readFileSync(chapter.file, 'utf8').replace(/^---\n[^]*?\n---\n/, (matter) =>
          matter.replaceAll(/[^\n]/g, ' '),
        );
        const code = await render(text, chapter.file, CONTENT_DIR);
        for (const step of chapter.steps) {
          expect(code).toContain(`"data-step": "${step.id}"`);
          for (const { id } of step.actions) expect(code, chapter.file).toContain(id);
          for (const { id } of step.checks) expect(code, chapter.file).toContain(`checkId: "${id}"`);
        }
      }
    }
  });
});
