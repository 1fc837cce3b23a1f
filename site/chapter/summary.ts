import type { Report } from './error.ts';
import { isJsxElement, lineOf } from './tree.ts';
import type { Root } from './tree.ts';

/** Reports a chapter that does not end with a `<Summary>` that holds a list. */
export function checkSummary(tree: Root, report: Report): void {
  const summaries = tree.children.filter((node) => isJsxElement(node) && node.name === 'Summary');
  const last = tree.children.at(-1);
  const summary = summaries[0];
  if (!summary) {
    report(
      last?.position?.end.line ?? 1,
      '<Summary>',
      'missing: a chapter ends with a list of what was done',
    );
    return;
  }
  if (summary !== last || summaries.length > 1)
    report(lineOf(summary), '<Summary>', 'stands once, at the end of the chapter');
  if (!('children' in summary) || summary.children[0]?.type !== 'list')
    report(lineOf(summary), '<Summary>', 'holds a list');
}
