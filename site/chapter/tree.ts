/** The syntax tree of a chapter: Markdown with JSX, no code. */
import type { Code, Heading, Nodes, Root, RootContent } from 'mdast';
// Teaches mdast the nodes of MDX and of front matter.
import type {} from 'remark-mdx';

export type JsxElement = Extract<Nodes, { type: 'mdxJsxFlowElement' | 'mdxJsxTextElement' }>;

export type { Code, Heading, Nodes, Root, RootContent };

/** Line of the file on which a node begins. */
export function lineOf(node: Nodes): number {
  return node.position?.start.line ?? 1;
}

export function isJsxElement(node: Nodes): node is JsxElement {
  return node.type === 'mdxJsxFlowElement' || node.type === 'mdxJsxTextElement';
}

/** The id of a heading: `Nginx's own block` → `nginxs-own-block`. */
export function slugOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s+/g, '-');
}
