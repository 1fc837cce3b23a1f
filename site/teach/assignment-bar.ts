/**
 * `<tl-assignment-bar data-guide data-chapter data-page>`: at the head of a chapter, the assignment that asks for it,
 * and its rules put in force: `data-hides` of the chapter names what the style sheet hides. It goes with the text when the
 * reader goes on to the next chapter. The rules are an agreement, no lock: one press learns without them.
 */
import type { Assignment, Help } from './assignment.ts';
import { addressOf } from './addresses.ts';
import { dueHere } from './due.ts';
import { hiddenInWords } from './in-words.ts';
import { make } from './make.ts';
import { writeLink } from './link.ts';
import { openAssignments } from './open-assignments.ts';

/** Chapters in which the reader learns without the assignment, by `guide/chapter`. Until the page is loaded anew. */
const left = new Set<string>();

class AssignmentBar extends HTMLElement {
  #stop: (() => void) | null = null;

  connectedCallback(): void {
    this.#stop = openAssignments().onChange(() => this.#show());
    this.#show();
  }

  disconnectedCallback(): void {
    this.#stop?.();
  }

  get #key(): string {
    return `${this.dataset['guide'] ?? ''}/${this.dataset['chapter'] ?? ''}`;
  }

  #show(): void {
    const { guide = '', chapter = '' } = this.dataset;
    const [assignment, ...others] = openAssignments().asking(guide, chapter);
    const hasLeft = left.has(this.#key);
    this.#hide(assignment && !hasLeft ? assignment.help : null);
    if (!assignment) this.replaceChildren();
    else if (hasLeft) this.replaceChildren(this.#leftBar(assignment));
    else this.replaceChildren(this.#bar(assignment, others));
  }

  #hide(help: Help | null): void {
    const article = this.closest<HTMLElement>('[data-chapter-root]');
    if (!article) return;
    const hidden = help ? (Object.keys(help) as (keyof Help)[]).filter((key) => !help[key]) : [];
    article.dataset['hides'] = hidden.join(' ');
  }

  #bar(assignment: Assignment, others: readonly Assignment[]): HTMLElement {
    const hidden = hiddenInWords(assignment.help);
    return make(
      'aside',
      { class: 'assignment-bar', 'aria-label': 'Assignment' },
      make('p', {}, 'Assignment: ', this.#link(assignment)),
      make(
        'p',
        { class: 'small' },
        `Due ${dueHere(assignment.due)}.`,
        hidden === '' ? '' : ` Hidden here: ${hidden}.`,
      ),
      ...(others.length === 0
        ? []
        : [make('p', { class: 'small' }, 'Also part of: ', ...this.#links(others))]),
      this.#handInButton(assignment),
      this.#button('Learn without the assignment', () => left.add(this.#key)),
    );
  }

  #leftBar(assignment: Assignment): HTMLElement {
    return make(
      'aside',
      { class: 'assignment-bar', 'aria-label': 'Assignment' },
      make('p', {}, 'You are learning this chapter without the assignment ', this.#link(assignment), '.'),
      this.#button('Use its rules again', () => left.delete(this.#key)),
    );
  }

  /** The page knows the machine, and hands in (`site/components/record-when-idle.ts`). */
  #handInButton(assignment: Assignment): HTMLButtonElement {
    const button = make('button', { type: 'button', 'data-hand-in': true }, 'Hand in');
    button.addEventListener('click', () => {
      const detail = writeLink(assignment);
      this.dispatchEvent(new CustomEvent('tl-hand-in', { bubbles: true, detail }));
    });
    return button;
  }

  #link(assignment: Assignment): HTMLAnchorElement {
    const href = addressOf(this.dataset['page'] ?? '', assignment);
    return make('a', { href, dir: 'auto' }, assignment.title);
  }

  #links(assignments: readonly Assignment[]): (Node | string)[] {
    return assignments.flatMap((assignment, index) => [index === 0 ? '' : ', ', this.#link(assignment)]);
  }

  #button(words: string, act: () => void): HTMLButtonElement {
    const button = make('button', { type: 'button', 'data-rules': true }, words);
    button.addEventListener('click', () => {
      act();
      this.#show();
      // The button that was pressed is gone; its opposite stands in its place.
      this.querySelector<HTMLElement>('[data-rules]')?.focus();
    });
    return button;
  }
}

customElements.define('tl-assignment-bar', AssignmentBar);
