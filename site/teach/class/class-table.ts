/** The class as a table: sorted by its heads, filtered, some rows at a time. */
import { counted } from '../../counted.ts';
import { make } from '../make.ts';
import { columnsOf, type Column } from './columns.ts';
import type { ClassModel, StudentRow } from './model.ts';
import { FILTERS, shownRows, type Filter } from './shown-rows.ts';

/** So many are drawn at once. A class of 500 is drawn in pages, and never holds up the browser. */
const ROWS_OF_PAGE = 50;

const FILTER_WORDS: Readonly<Record<Filter, string>> = {
  late: 'Late',
  stuck: 'Stuck',
  noticed: 'Noticed',
};

const NAME: Column = {
  ...{ key: 'name', title: 'Student' },
  value: ({ name }) => name,
  cell: ({ name }) => [name],
};

export class ClassTable {
  /** Everything that belongs to it. */
  readonly element: HTMLElement;
  readonly #onOpen: (row: StudentRow) => void;
  readonly #onShown: (words: string) => void;
  readonly #text = make('input', {
    id: 'find-student',
    type: 'search',
    autocomplete: 'off',
    spellcheck: 'false',
  });
  readonly #body = make('tbody');
  readonly #head = make('tr');
  readonly #pages = make('p', { class: 'assignment-buttons class-pages' });
  readonly #only = new Set<Filter>();
  #model: ClassModel | null = null;
  #columns: readonly Column[] = [];
  #sortedBy = NAME.key;
  #isDescending = false;
  #page = 0;

  /** `onOpen`: a student’s name was pressed. `onShown`: what is shown now, in words, to be read aloud. */
  constructor(onOpen: (row: StudentRow) => void, onShown: (words: string) => void) {
    this.#onOpen = onOpen;
    this.#onShown = onShown;
    this.#text.addEventListener('input', () => this.#show(0));
    const table = make(
      'table',
      { class: 'class-table' },
      make('caption', { class: 'visually-hidden' }, 'Students, and what each of them did'),
      make('thead', {}, this.#head),
      this.#body,
    );
    this.element = make(
      'div',
      {},
      make(
        'search',
        { class: 'class-filters' },
        make('label', { for: 'find-student' }, 'Find a student'),
        this.#text,
        make(
          'span',
          { role: 'group', 'aria-label': 'Only students who are' },
          ...FILTERS.map((filter) => this.#filterBox(filter)),
        ),
      ),
      make('div', { class: 'table-scroll', tabindex: '0', role: 'region', 'aria-label': 'Students' }, table),
      this.#pages,
    );
  }

  set model(model: ClassModel) {
    this.#model = model;
    this.#columns = [NAME, ...columnsOf(model)];
    if (!this.#columns.some(({ key }) => key === this.#sortedBy)) this.#sortedBy = NAME.key;
    this.#drawHead();
    this.#show(0);
  }

  /** All that the filters let through, in order. */
  get rows(): readonly StudentRow[] {
    const column = this.#columns.find(({ key }) => key === this.#sortedBy) ?? NAME;
    const shown = { text: this.#text.value, only: this.#only, isDescending: this.#isDescending };
    return shownRows(this.#model?.students ?? [], shown, column.value);
  }

  #filterBox(filter: Filter): HTMLElement {
    const box = make('input', { type: 'checkbox', autocomplete: 'off' });
    box.addEventListener('change', () => {
      if (box.checked) this.#only.add(filter);
      else this.#only.delete(filter);
      this.#show(0);
    });
    return make('label', { class: 'choice' }, box, make('span', {}, FILTER_WORDS[filter]));
  }

  #drawHead(): void {
    this.#head.replaceChildren(
      ...this.#columns.map((column) => {
        const button = make('button', { type: 'button', class: 'sorter' }, column.title);
        button.addEventListener('click', () => this.#sortBy(column.key));
        return make('th', { scope: 'col', 'data-column': column.key, class: kindOf(column) }, button);
      }),
    );
    this.#drawOrder();
  }

  #drawOrder(): void {
    for (const head of this.#head.querySelectorAll('th')) {
      if (head.dataset['column'] === this.#sortedBy)
        head.setAttribute('aria-sort', this.#isDescending ? 'descending' : 'ascending');
      else head.removeAttribute('aria-sort');
    }
  }

  #sortBy(key: string): void {
    this.#isDescending = key === this.#sortedBy && !this.#isDescending;
    this.#sortedBy = key;
    this.#drawOrder();
    this.#show(0);
  }

  #show(page: number): void {
    const rows = this.rows;
    const pages = Math.max(1, Math.ceil(rows.length / ROWS_OF_PAGE));
    this.#page = Math.min(page, pages - 1);
    const first = this.#page * ROWS_OF_PAGE;
    const shown = rows.slice(first, first + ROWS_OF_PAGE);
    this.#body.replaceChildren(...shown.map((row) => this.#row(row)));
    this.#drawPages(pages);
    const all = this.#model?.students.length ?? 0;
    this.#onShown(
      pages > 1
        ? `Students ${first + 1} to ${first + shown.length} of ${rows.length} shown; the class has ${all}.`
        : `${rows.length} of ${counted(all, 'student')} shown.`,
    );
  }

  #row(row: StudentRow): HTMLElement {
    const open = make('button', { type: 'button', class: 'student-name' }, make('bdi', {}, row.name));
    open.addEventListener('click', () => this.#onOpen(row));
    return make(
      'tr',
      { 'data-student': row.name, 'data-forged': row.isForged },
      make(
        'th',
        { scope: 'row' },
        open,
        ...(row.entered === '' || row.entered === row.name
          ? []
          : [make('bdi', { class: 'small entered' }, row.entered)]),
      ),
      ...this.#columns
        .slice(1)
        .map((column) => make('td', { class: kindOf(column), dir: 'auto' }, ...column.cell(row))),
    );
  }

  #drawPages(pages: number): void {
    const button = (words: string, page: number): HTMLElement => {
      const made = make('button', { type: 'button', disabled: page < 0 || page >= pages }, words);
      made.addEventListener('click', () => {
        this.#show(page);
        this.element.querySelector<HTMLElement>('.table-scroll')?.focus();
      });
      return made;
    };
    this.#pages.replaceChildren(
      ...(pages === 1
        ? []
        : [
            button('Previous students', this.#page - 1),
            make('span', { class: 'small' }, `Page ${this.#page + 1} of ${pages}`),
            button('Next students', this.#page + 1),
          ]),
    );
  }
}

function kindOf({ isNumber = false, isWide = false }: Column): string {
  return isNumber ? 'number' : isWide ? 'words' : '';
}
