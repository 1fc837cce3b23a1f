/** A new chapter's file: the next number of its guide, and a step to begin with. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from './command.ts';

/** A chapter that the parser accepts as it is, and that says where to go on. */
const TEMPLATE = `---
title: 'TITLE'
summary: Say in one sentence what the reader does here.
minutes: 10
---

Say what is missing so far, and what will work at the end.

## Do the first thing

Explain the command before it is typed, or what it printed after it.

\`\`\`console
$ true
\`\`\`

<Check kind="shell" command="false" advice="Say what to type." title="Say what must be true now" />

<Summary>
- What the reader takes along.
</Summary>
`;

/** A guide that has no chapters yet. */
const GUIDE_TEMPLATE = `title: 'TITLE'
summary: Say in one or two sentences what the reader builds.
image: ubuntu-16.04
login: sammy
home: /home/sammy
source:
  title: The text that the guide follows
  author: Its author
  url: https://example.org/
`;

/**
 * Writes `content/guides/<guide>/NN-<chapter>.mdx`, and guide.yaml when the guide is new. `place` is `GUIDE/CHAPTER`.
 * Returns the paths that were written, from the project's root.
 * @throws {Failure} when the names are no slugs, or the chapter is there already.
 */
export function newChapter(place: string, contentDir: string): readonly string[] {
  const match = /^([a-z0-9]+(?:[.-][a-z0-9]+)*)\/([a-z0-9]+(?:-[a-z0-9]+)*)$/.exec(place);
  const [, guide = '', chapter = ''] = match ?? [];
  if (match === null)
    throw new Failure(
      `"${place}" must be GUIDE/CHAPTER, in lower-case words with hyphens: my-guide/first-steps`,
    );
  const folder = join(contentDir, 'guides', guide);
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.mdx')) : [];
  const same = files.find((name) => name.replace(/^\d\d-/, '') === `${chapter}.mdx`);
  if (same !== undefined)
    throw new Failure(
      `There is such a chapter already: content/guides/${guide}/${same}. Choose another name.`,
    );
  const last = Math.max(0, ...files.map((name) => Number.parseInt(name, 10) || 0));
  if (last >= 99) throw new Failure('A guide has at most 99 chapters.');
  const written: string[] = [];
  const write = (name: string, text: string, title: string): void => {
    writeFileSync(join(folder, name), text.replace('TITLE', title), { flag: 'wx' });
    written.push(`content/guides/${guide}/${name}`);
  };
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(folder, 'guide.yaml'))) write('guide.yaml', GUIDE_TEMPLATE, inWords(guide));
  const number = String(last + 1).padStart(2, '0');
  write(`${number}-${chapter}.mdx`, TEMPLATE, inWords(chapter));
  return written;
}

/** `first-steps` → `First steps`. */
function inWords(slug: string): string {
  const words = slug.replaceAll('-', ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
