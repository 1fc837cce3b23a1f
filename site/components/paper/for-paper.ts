/** A rendered chapter as a part of a page that is printed, beside the other chapters of its guide. */
import type { Element, ElementContent, Properties } from 'hast';
import { fromHtml } from 'hast-util-from-html';
import { toHtml } from 'hast-util-to-html';
import { toString } from 'hast-util-to-string';
import { SKIP, visit } from 'unist-util-visit';

/** What does nothing on paper, or is there for the workspace or a screen reader's view of it. */
const LEFT_OUT_CLASSES = ['command-buttons', 'command-time', 'visually-hidden', 'sr-only'];
const LEFT_OUT_ELEMENTS = ['button', 'script'];

/** Hooks of the workspace. */
const HOOKS = ['dataActionId', 'dataStatus', 'dataCheckMirror', 'dataSection', 'dataStep'];

/** The chapter's title is a heading of level 2 here, so its own begin at 3. */
const HEADINGS: Readonly<Record<string, string>> = { h2: 'h3', h3: 'h4', h4: 'h5' };

/**
 * The HTML of a chapter without buttons and scripts, its hints open, its headings one level down, and its ids, and links
 * to them, beginning with `prefix`, so that they are unique among all chapters. Lines of a terminal lose their colours.
 */
export function forPaper(html: string, prefix: string): string {
  const tree = fromHtml(html, { fragment: true });
  visit(tree, 'element', (element, index, parent) => {
    if (parent === undefined || index === undefined) return;
    if (isLeftOut(element)) {
      parent.children.splice(index, 1);
      return [SKIP, index];
    }
    // A heading that is a link to itself.
    if (hasClass(element, 'heading-link')) {
      parent.children.splice(index, 1, ...element.children);
      return [SKIP, index];
    }
    if (hasClass(element, 'file-buttons') && element.children.every(isLeftOut)) {
      parent.children.splice(index, 1);
      return [SKIP, index];
    }
    element.tagName = HEADINGS[element.tagName] ?? element.tagName;
    const line = element.children[0];
    if (line?.type === 'element' && hasClass(element, 'printed'))
      line.children = [{ type: 'text', value: toString(line) }];
    if (line?.type === 'element' && hasClass(element, 'command')) line.children = words(toString(line));
    if (element.tagName === 'details') element.properties['open'] = true;
    // As landmarks they would all have the same name, once for each chapter.
    if (element.tagName === 'section' || element.tagName === 'aside') {
      element.tagName = 'div';
      delete element.properties['ariaLabel'];
      delete element.properties['ariaLabelledBy'];
    }
    for (const hook of HOOKS) element.properties[hook] = null;
    prefixIds(element.properties, prefix);
    return undefined;
  });
  return toHtml(tree);
}

/** A command that wraps between its words alone: `-a` would break behind its hyphen, and be copied as two. */
function words(command: string): ElementContent[] {
  return command
    .split(/( +)/)
    .filter((part) => part !== '')
    .map((part) =>
      part.startsWith(' ')
        ? { type: 'text', value: part }
        : {
            type: 'element',
            tagName: 'span',
            properties: { className: ['word'] },
            children: [{ type: 'text', value: part }],
          },
    );
}

function prefixIds(properties: Properties, prefix: string): void {
  const { id, ariaLabelledBy, href } = properties;
  if (typeof id === 'string') properties['id'] = `${prefix}${id}`;
  if (Array.isArray(ariaLabelledBy))
    properties['ariaLabelledBy'] = ariaLabelledBy.map((other) => `${prefix}${other}`);
  if (typeof href === 'string' && href.startsWith('#')) properties['href'] = `#${prefix}${href.slice(1)}`;
}

function isLeftOut(node: ElementContent): boolean {
  return (
    node.type === 'element' &&
    (LEFT_OUT_ELEMENTS.includes(node.tagName) || LEFT_OUT_CLASSES.some((name) => hasClass(node, name)))
  );
}

function hasClass({ properties }: Element, name: string): boolean {
  return Array.isArray(properties['className']) && properties['className'].includes(name);
}
