/**
 * The terms that a chapter defines. `<dfn>` in the text marks a term where it is explained, for instance
 * `A <dfn>worker</dfn> is a process that calls your code.`; `title` says what it is called in the glossary, where the
 * text has another form of it: `<dfn title="worker">workers</dfn>`.
 */
import { relative } from 'node:path';
import { toString } from 'mdast-util-to-string';
import { MistakeList } from './error.ts';
import { isJsxElement, lineOf } from './tree.ts';
import type { JsxElement, Nodes, Root } from './tree.ts';

/** A term, and what a chapter says of it. */
export interface Definition {
  /** As the glossary lists it: `worker`. */
  readonly term: string;
  /** Unique in the chapter, an anchor of its page: `term-worker`. */
  readonly id: string;
  /** The sentence that defines it, or two, with code between backticks. */
  readonly sentence: string;
}

interface AstroData {
  readonly frontmatter?: Record<string, unknown>;
}

/**
 * A remark plugin: gives each `<dfn>` its id, and leaves the definitions to whoever renders the
 * chapter: they are `definitions` of what Astro calls `remarkPluginFrontmatter`. Throws a
 * `ChapterError` for a term that is defined twice.
 */
export function remarkDefinitions() {
  return (
    tree: Root,
    file: { readonly cwd: string; readonly path: string; readonly data: { astro?: AstroData } },
  ): void => {
    const frontmatter = file.data.astro?.frontmatter;
    const definitions = readDefinitions(tree, relative(file.cwd, file.path));
    if (frontmatter) frontmatter['definitions'] = definitions;
  };
}

/** The definitions in the order of the text; writes their ids into the tree. */
export function readDefinitions(tree: Root, file: string): readonly Definition[] {
  const mistakes = new MistakeList(file);
  const definitions: Definition[] = [];
  for (const { element, block } of definedIn(tree, tree)) {
    const term = termOf(element);
    // Capitals stay: uWSGI is not uwsgi.
    const id = `term-${term.replaceAll(/[^\p{Letter}\p{Number}]+/gu, '-')}`;
    if (definitions.some((other) => other.id === id))
      mistakes.report(lineOf(element), '<dfn>', `"${term}" is defined twice in this chapter`);
    definitions.push({ term, id, sentence: sentenceWith(element, block) });
    element.attributes.push({ type: 'mdxJsxAttribute', name: 'id', value: id });
  }
  mistakes.throwIfAny();
  return definitions;
}

/** Every `<dfn>`, with the paragraph, cell or heading that it stands in. */
function definedIn(node: Nodes, block: Nodes): { readonly element: JsxElement; readonly block: Nodes }[] {
  if (isJsxElement(node) && node.name === 'dfn') return [{ element: node, block }];
  if (!('children' in node)) return [];
  const own = ['paragraph', 'tableCell', 'heading'].includes(node.type) ? node : block;
  return node.children.flatMap((child) => definedIn(child, own));
}

function termOf(element: JsxElement): string {
  const title = element.attributes.find(
    (attribute) => attribute.type === 'mdxJsxAttribute' && attribute.name === 'title',
  )?.value;
  return typeof title === 'string' ? title : toString(element);
}

/** A sentence of fewer characters leaves half of the definition to the next one. */
const SHORT = 80;

/**
 * The sentence of a block that an element stands in, without parentheses around the whole of it, and with a full stop in
 * place of a colon. After a short one comes the next, or, where the block ends, before it the one before.
 */
function sentenceWith(element: JsxElement, block: Nodes): string {
  const { before, text } = plain(block, element);
  const sentences = [...new Intl.Segmenter('en', { granularity: 'sentence' }).segment(text)];
  const at = sentences.findLastIndex(({ index }) => index <= before);
  const sentence = (index: number): string => sentences[index]?.segment.trim() ?? '';
  const own = sentence(at).replace(/^\((.*)\)$/s, '$1');
  const words =
    own.length >= SHORT
      ? [own]
      : at + 1 < sentences.length
        ? [own, sentence(at + 1)]
        : [sentence(at - 1), own];
  return words.join(' ').trim().replace(/:$/, '.');
}

/** The text of a node, code between backticks; `before`: how many characters of it stand before `element`. */
function plain(node: Nodes, element: JsxElement): { readonly before: number; readonly text: string } {
  let before = 0;
  let text = '';
  const read = (part: Nodes): void => {
    if (part === element) before = text.length;
    if (part.type === 'inlineCode') text += `\`${part.value}\``;
    else if (part.type === 'break') text += ' ';
    else if ('children' in part) part.children.forEach(read);
    else if ('value' in part) text += part.value.replaceAll('\n', ' ');
  };
  read(node);
  return { before, text };
}
