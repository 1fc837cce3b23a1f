/** The dialog that shows how the machine's copy of a file differs from the listing. */
import { dialogNamed } from './dialogs.ts';
import type { ComparedLine, Comparison } from './guest-files.ts';

export function showComparison(path: string, comparison: Comparison): void {
  const dialog = dialogNamed('compare');
  const title = dialog.querySelector('[data-title]');
  const body = dialog.querySelector('[data-body]');
  if (!title || !body) return;
  title.textContent = path;
  dialog.dataset['comparison'] = comparison.result;
  body.replaceChildren(...contentOf(path, comparison));
  if (!dialog.open) dialog.showModal();
}

function contentOf(path: string, comparison: Comparison): HTMLElement[] {
  switch (comparison.result) {
    case 'same':
      return [paragraph('The machine’s copy is the same as the listing.')];
    case 'missing':
      return [paragraph(`There is no ${path} on the machine yet.`)];
    case 'different': {
      const pre = document.createElement('pre');
      pre.className = 'comparison';
      pre.tabIndex = 0;
      pre.append(...comparison.lines.map(line));
      return [
        paragraph('Lines with − are only in the machine’s copy, lines with + only in the listing.'),
        pre,
      ];
    }
  }
}

const SIGNS = { both: ' ', machine: '−', listing: '+' } as const;
const LABELS = { both: '', machine: 'Only on the machine: ', listing: 'Only in the listing: ' } as const;

function line({ where, text }: ComparedLine): HTMLElement {
  const element = document.createElement('span');
  element.className = `compared ${where}`;
  if (where !== 'both') {
    const label = document.createElement('span');
    label.className = 'visually-hidden';
    label.textContent = LABELS[where];
    element.append(label);
  }
  element.append(`${SIGNS[where]} ${text}\n`);
  return element;
}

function paragraph(words: string): HTMLElement {
  const element = document.createElement('p');
  element.textContent = words;
  return element;
}
