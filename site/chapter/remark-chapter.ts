/**
 * A remark plugin that ties the rendered page to the chapter model: it runs the same reading over the same
 * tree as `parseChapter` and writes the ids of the model into it. The page needs no second parser: it takes
 * the model from `loadGuides()` and finds everything in the rendered text by these ids.
 *
 * Set-up: `unified({ remarkPlugins: [[remarkChapter, { contentDir }]] })`. Files outside of
 * `<contentDir>/guides/<guide>/NN-name.mdx` are left as they are. A chapter with mistakes throws a
 * `ChapterError`, so that the build stops and names the file, the line and the key.
 *
 * What it writes:
 *
 * - Sections. Every level-2 heading gets `id="<slug>"`, and it and all that follows up to the next one are
 *   wrapped in `<section data-section="<slug>" aria-labelledby="<slug>">`. If the section is a step, it also
 *   has `data-step="<step id>"` (the step's id is the slug). The text before the first one is not wrapped.
 * - `console` fences. Added to the meta: `actions="<id> <id>"`, one id for each `$ ` line, in order. The lines
 *   that begin with `$ ` are the commands, without exception; all others are what they print. The author's
 *   own keys (`until terminal exit answer alternative`) stay.
 * - File fences (`title="~/myproject/wsgi.py"`). Added: `actions="<id>"`, and `ins={3-5}` where the listing grows
 *   (expressive-code's own way to mark inserted lines; what is copied has no marks). `title` stays, so
 *   expressive-code shows the path; `before`, `after` and `replaces` stay.
 * - Fences within `<Hint>` and `<Note>` belong to a case that may not be the reader's: they are not in the
 *   model. Instead of `actions` their meta has the flag `aside` when they are `console` or have a title: such a
 *   command may have Run and Copy, it just is no part of the solution.
 * - Fences that are neither (`text`, `ini` … without a title) are left alone: pictures of output, nothing to do.
 * - JSX elements. `<Press>` and `<Visit>` get `actionId="<id>"`, `<Check>` gets `checkId="<step>/check-N"`.
 *   `<Figure>` gets `guide="<slug>"`, `<Hint>` gets `hintId="hint-…"`.
 *   `<Note kind title?>` and `<Summary>` are left alone. These seven are all the components that
 *   the page must supply: `components={{ Press, Visit, Check, Hint, Note, Summary, Figure }}`. Lower-case
 *   elements of HTML in the text: `kbd`, `abbr`, `dfn`. `<Press>` and `<Visit>` may stand inside a paragraph.
 *
 * Props: Press `keys terminal? actionId`; Visit `url expect? outcome? actionId`; Check `title kind … checkId`
 * (the rest as in `site/checks/kinds/`; take them from the model by `checkId`); Hint `title hintId`; Note
 * `kind: 'deviation' | 'warning' | 'tip'`, `title?`; Figure `name: 'request' | 'walk' | 'failures'`, `guide`.
 */
import { relative, resolve, sep } from 'node:path';
import { MistakeList } from './error.ts';
import { CONTENT_DIR, loadHeader } from './load.ts';
import { readSteps } from './read.ts';
import type { Mark } from './read.ts';
import { isJsxElement } from './tree.ts';
import type { Heading, JsxElement, Nodes, Root, RootContent } from './tree.ts';

export interface RemarkChapterOptions {
  /** The folder that holds `guides/`; default `content`. */
  readonly contentDir?: string;
}

/** The plugin; see the head of this file. */
export function remarkChapter({ contentDir = CONTENT_DIR }: RemarkChapterOptions = {}) {
  return (tree: Root, file: { readonly cwd: string; readonly path: string }): void => {
    const path = relative(resolve(contentDir), resolve(file.cwd, file.path)).split(sep);
    const [guides, slug, name] = path;
    if (path.length !== 3 || guides !== 'guides' || slug === undefined || !name?.endsWith('.mdx')) return;
    const mistakes = new MistakeList(`content/${path.join('/')}`);
    const { marks } = readSteps(tree, loadHeader(slug, contentDir), mistakes.report);
    mistakes.throwIfAny();
    for (const [node, mark] of marks) writeMark(node, mark, slug);
    tree.children = wrapSections(tree.children, marks);
  };
}

function writeMark(node: Nodes, mark: Mark, guide: string): void {
  if (node.type === 'code' && mark.kind === 'actions') {
    const added = mark.added.length > 0 ? ` ins={${rangesOf(mark.added)}}` : '';
    node.meta = `${node.meta ?? ''} actions="${mark.ids.join(' ')}"${added}`.trimStart();
  } else if (node.type === 'code' && mark.kind === 'aside') {
    node.meta = `${node.meta ?? ''} aside`.trimStart();
  } else if (isJsxElement(node) && mark.kind === 'actions') {
    addAttribute(node, 'actionId', mark.ids[0] ?? '');
  } else if (isJsxElement(node) && mark.kind === 'check') {
    addAttribute(node, 'checkId', mark.id);
  } else if (isJsxElement(node) && mark.kind === 'hint') {
    addAttribute(node, 'hintId', mark.id);
  } else if (isJsxElement(node) && mark.kind === 'figure') {
    addAttribute(node, 'guide', guide);
  } else if (node.type === 'heading' && mark.kind === 'section') {
    node.data = Object.assign(node.data ?? {}, { hProperties: { id: mark.slug } });
  }
}

function addAttribute(element: JsxElement, name: string, value: string): void {
  element.attributes.push({ type: 'mdxJsxAttribute', name, value });
}

/** `[3, 4, 5, 9]` → `3-5,9`. */
function rangesOf(lines: readonly number[]): string {
  const ranges: [from: number, to: number][] = [];
  for (const line of lines) {
    const last = ranges.at(-1);
    if (last && last[1] === line - 1) last[1] = line;
    else ranges.push([line, line]);
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(',');
}

/** Puts every level-2 heading and what follows it into a section of its own. */
function wrapSections(nodes: readonly RootContent[], marks: ReadonlyMap<Nodes, Mark>): RootContent[] {
  const before: RootContent[] = [];
  const sections: { readonly slug: string; readonly isStep: boolean; readonly children: RootContent[] }[] =
    [];
  for (const node of nodes) {
    const mark = marks.get(node);
    if (mark?.kind === 'section') sections.push({ slug: mark.slug, isStep: mark.isStep(), children: [node] });
    else (sections.at(-1)?.children ?? before).push(node);
  }
  return [...before, ...sections.map(({ slug, isStep, children }) => sectionNode(slug, isStep, children))];
}

/**
 * A node that becomes `<section>`. mdast has no such node; one of an unknown type with `hName` is turned into
 * that element by mdast-util-to-hast, so a heading's type stands in for the compiler.
 */
function sectionNode(slug: string, isStep: boolean, children: RootContent[]): RootContent {
  const hProperties = { dataSection: slug, ...(isStep && { dataStep: slug }), ariaLabelledBy: slug };
  return { type: 'section', data: { hName: 'section', hProperties }, children } as unknown as Heading;
}
