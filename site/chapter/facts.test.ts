/**
 * Holds the chapters against the facts of their source: every command, file and visit stands in a guide's
 * chapters, in the order of `facts.steps`, or its guide says under `deviations` what it does instead.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CONTENT_DIR, loadGuides } from './load.ts';
import type { Guide } from './model.ts';

/** A line of `facts.steps`, or of the chapters in the same form: `$ command`, `> path` with its lines, `@ url`. */
type Fact = string;

function readFacts(text: string): Fact[] {
  const facts: Fact[] = [];
  let file: string[] | null = null;
  for (const line of text.split('\n')) {
    if (file) {
      if (line === '<') {
        facts.push(file.join('\n'));
        file = null;
      } else if (line.trim() !== '') file.push(line);
    } else if (line.startsWith('> ')) file = [line];
    else if (line.startsWith('$ ')) facts.push(line);
    else if (line.startsWith('@ ')) facts.push(pageFact(line.slice(2)));
    else if (line !== '' && !line.startsWith('#')) throw new Error(`facts.steps: no fact: ${line}`);
  }
  return facts;
}

/** What a guide's chapters do, in the same form. A file counts with every listing, so the last one is among them. */
function factsOf(guide: Guide): Fact[] {
  const actions = guide.chapters.flatMap((chapter) => chapter.steps.flatMap((step) => step.actions));
  return actions.flatMap((action): Fact[] => {
    if (action.kind === 'command') return [`$ ${action.command}`];
    if (action.kind === 'visit') return [pageFact(action.url)];
    if (action.kind === 'press') return [];
    return [
      [`> ${action.shownPath}`, ...action.content.split('\n').filter((line) => line.trim() !== '')].join(
        '\n',
      ),
    ];
  });
}

function pageFact(url: string): Fact {
  return `@ ${url.replace(/\/$/, '')}`;
}

/** The facts as this guide takes them: placeholders filled in, deviating lines replaced or left out. */
function adapt(facts: readonly Fact[], guide: Guide): Fact[] {
  return facts.flatMap((fact) => {
    let adapted: string | null = fact;
    for (const { original, instead } of guide.deviations) {
      if (!adapted?.includes(original)) continue;
      adapted = instead === null ? null : adapted.replace(original, instead);
    }
    if (adapted === null) return [];
    return Object.entries(guide.placeholders).reduce(
      (text, [name, { value }]) => text.replaceAll(name, value),
      adapted,
    );
  });
}

/** The facts that are not found in the order in which they stand. */
function missing(facts: readonly Fact[], done: readonly Fact[]): Fact[] {
  let from = 0;
  return facts.filter((fact) => {
    const index = done.indexOf(fact, from);
    if (index === -1) return true;
    from = index + 1;
    return false;
  });
}

describe.each(loadGuides().map((guide) => [guide.slug, guide] as const))('%s', (slug, guide) => {
  const path = join(CONTENT_DIR, 'guides', slug, 'facts.steps');

  it.runIf(existsSync(path))('does all that its source does, in its order', () => {
    const facts = adapt(readFacts(readFileSync(path, 'utf8')), guide);
    expect(facts.length).toBeGreaterThan(5);
    expect(missing(facts, factsOf(guide))).toEqual([]);
  });

  it('names only deviations that its source has', () => {
    if (!existsSync(path)) return;
    const text = readFileSync(path, 'utf8');
    for (const { original } of guide.deviations) expect(text).toContain(original);
  });
});

describe('the comparison', () => {
  it('notices what is missing or in the wrong order', () => {
    expect(missing(['$ a', '$ b'], ['$ a', '$ x', '$ b'])).toEqual([]);
    expect(missing(['$ a', '$ b'], ['$ b', '$ a'])).toEqual(['$ b']);
    expect(missing(['$ a', '$ a'], ['$ a'])).toEqual(['$ a']);
  });
  it('reads commands, files and pages', () => {
    expect(readFacts('# x\n$ ls\n> ~/a\nb\n\nc\n<\n@ http://a:80/\n')).toEqual([
      '$ ls',
      '> ~/a\nb\nc',
      '@ http://a:80',
    ]);
  });
});
