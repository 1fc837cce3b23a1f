/**
 * `<tl-class>`: an instructor gives what a class has handed in, and sees who did what, and where they are stuck. All of it
 * stays in the page: nothing is sent, and nothing is kept. What students wrote is text, wherever it stands.
 */
import { saveFile } from '../save-file.ts';
import type { GivenFile } from '../evidence/submissions.ts';
import { readCatalog, type Catalog } from './catalog.ts';
import { checksList, type CauseHelp } from './class/checks-list.ts';
import { ClassReader } from './class/class-client.ts';
import { ClassTable } from './class/class-table.ts';
import type { ExportKind } from './class/export.ts';
import { chosenFiles, droppedFiles } from './class/given-files.ts';
import type { ClassModel, StudentRow } from './class/model.ts';
import { detailsList, studentSheet } from './class/student-sheet.ts';
import { dueInWords } from './due.ts';
import { readLink, writeLink } from './link.ts';
import { counted } from '../counted.ts';
import { fileName, make } from './make.ts';

/** Sheets that are drawn at once. */
const SHEETS = 2;
/** Refusals that are listed. */
const MOST_REFUSED = 100;

class ClassPage extends HTMLElement {
  #listening: AbortController | null = null;
  #catalog: Catalog = { guides: [] };
  #help: CauseHelp = { known: new Set(), address: '' };
  #reader: ClassReader | null = null;
  #model: ClassModel | null = null;
  #table: ClassTable | null = null;
  /** Ends with what the dialog shows. */
  #shown: AbortController | null = null;
  /** The assignment that the instructor has chosen, the fragment of its link. */
  #chosen: string | null = null;
  /** What was given while something else was read. */
  #waiting: Promise<void> = Promise.resolve();

  connectedCallback(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.#catalog = readCatalog(this);
    const known = JSON.parse(this.querySelector('script[data-causes]')?.textContent ?? '[]') as string[];
    this.#help = { known: new Set(known), address: this.dataset['help'] ?? '' };
    for (const kind of ['files', 'folder']) {
      const input = this.querySelector<HTMLInputElement>(`input[data-${kind}]`);
      this.querySelector(`[data-choose-${kind}]`)?.addEventListener('click', () => input?.click(), {
        signal,
      });
      input?.addEventListener(
        'change',
        () => {
          this.#give(chosenFiles(input.files ?? []));
          // The same file can be chosen once more.
          input.value = '';
        },
        { signal },
      );
    }
    this.querySelector('[data-clear]')?.addEventListener('click', () => this.#clear(), { signal });
    for (const button of this.querySelectorAll<HTMLElement>('[data-export]'))
      button.addEventListener('click', () => void this.#export(button.dataset['export'] as ExportKind), {
        signal,
      });
    this.querySelector('[data-print]')?.addEventListener('click', () => void this.#print(), { signal });
    this.#select?.addEventListener('change', () => this.#choose(this.#select?.value ?? ''), { signal });
    this.querySelector('form[data-own]')?.addEventListener('submit', (event) => this.#useOwn(event), {
      signal,
    });
    this.querySelector('dialog')?.addEventListener('close', () => this.#emptyDialog(), { signal });
    this.#takeDrops(signal);
  }

  disconnectedCallback(): void {
    this.#listening?.abort();
    this.#reader?.close();
    this.#reader = null;
  }

  get #select(): HTMLSelectElement | null {
    return this.querySelector('select[data-assignment]');
  }

  /** Anywhere on the page: a file that misses the field would replace the page. */
  #takeDrops(signal: AbortSignal): void {
    const field = this.querySelector<HTMLElement>('[data-drop]');
    const over = (event: DragEvent): void => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      field?.toggleAttribute('data-over', true);
    };
    window.addEventListener('dragover', over, { signal });
    window.addEventListener('dragleave', () => field?.toggleAttribute('data-over', false), { signal });
    window.addEventListener(
      'drop',
      (event) => {
        field?.toggleAttribute('data-over', false);
        if (!event.dataTransfer?.types.includes('Files')) return;
        event.preventDefault();
        void droppedFiles(event.dataTransfer).then((files) => this.#give(files));
      },
      { signal },
    );
  }

  #give(files: readonly GivenFile[]): void {
    if (files.length === 0) return;
    this.#waiting = this.#waiting.then(() => this.#read(files));
  }

  async #read(files: readonly GivenFile[]): Promise<void> {
    const progress = this.querySelector('progress');
    this.#say('Reading…');
    try {
      const reader = await this.#openReader();
      const model = await reader.read(files, (done, all) => {
        if (!progress) return;
        progress.hidden = false;
        progress.max = all;
        progress.value = done;
      });
      await this.#show(model);
    } catch {
      this.#lost();
    } finally {
      if (progress) progress.hidden = true;
    }
  }

  async #openReader(): Promise<ClassReader> {
    if (this.#reader) return this.#reader;
    const reader = new ClassReader(this.#catalog);
    this.#reader = reader;
    if (this.#chosen !== null) await reader.choose(this.#chosen);
    return reader;
  }

  /** The worker has broken, or its program did not come. */
  #lost(): void {
    this.#forget();
    this.#say(
      'Part of this page could not be loaded, or it failed. Check your connection, then give it the files again.',
    );
  }

  /** Nothing of a class stays anywhere on the page, not even where it is hidden. */
  #forget(): void {
    this.#reader?.close();
    this.#reader = null;
    this.#model = null;
    this.#table = null;
    this.querySelector('dialog')?.close();
    this.#emptyDialog();
    document.querySelector('.sheets')?.remove();
    document.body.toggleAttribute('data-sheets', false);
    this.#select?.replaceChildren();
    for (const place of ['about', 'table', 'checks', 'refused']) this.#fill(`[data-${place}]`);
    for (const place of ['view', 'clear', 'choice']) this.#setHidden(`[data-${place}]`, true);
    this.#setHidden('progress', true);
  }

  /** The instructor’s own link, which counts before what any file says. */
  #useOwn(event: Event): void {
    event.preventDefault();
    const input = this.querySelector<HTMLInputElement>('[data-own-link]');
    if (!input) return;
    const { assignment, problem } = readLink(input.value);
    this.#fill('[data-own-problem]', problem ?? '');
    input.setAttribute('aria-invalid', String(problem !== undefined));
    if (assignment) this.#choose(writeLink(assignment));
    else input.focus();
  }

  #choose(link: string): void {
    this.#waiting = this.#waiting.then(async () => {
      try {
        const reader = await this.#openReader();
        this.#chosen = link;
        await this.#show(await reader.choose(link));
      } catch {
        this.#lost();
      }
    });
  }

  #clear(): void {
    // What it was reading never comes.
    this.#waiting = Promise.resolve();
    this.#forget();
    this.#chosen = null;
    const own = this.querySelector<HTMLInputElement>('[data-own-link]');
    if (own) own.value = '';
    own?.removeAttribute('aria-invalid');
    this.#fill('[data-own-problem]');
    this.#say('Everything is cleared.');
    this.querySelector<HTMLElement>('[data-choose-files]')?.focus();
  }

  /** In parts, so that a large class does not hold up the browser. */
  async #show(model: ClassModel): Promise<void> {
    this.#model = model;
    this.#setHidden('[data-view]', model.students.length === 0);
    this.#setHidden('[data-clear]', false);
    this.#fill('[data-refused]', ...refusals(model));
    if (model.students.length === 0) {
      const { assignment } = model;
      this.#say(
        assignment
          ? `“${assignment.title}” counts. Now give this page the files that were handed in.`
          : 'No hand-in was found in the files that you gave.',
      );
      return;
    }
    this.#fill('[data-about]', ...aboutAssignment(model, this.#chosen !== null));
    this.#showChoice(model);
    this.#fill('[data-checks]');
    await nextTask();
    // Everything may have been cleared meanwhile.
    if (this.#model !== model) return;
    this.#table ??= this.#makeTable();
    this.#table.model = model;
    await nextTask();
    if (this.#model !== model) return;
    this.#fill('[data-checks]', ...checksList(model, this.#help));
  }

  #makeTable(): ClassTable {
    const table = new ClassTable(
      (row) => this.#open(row),
      (words) => this.#say(words),
    );
    this.#fill('[data-table]', table.element);
    return table;
  }

  #showChoice({ assignments, link }: ClassModel): void {
    this.#setHidden('[data-choice]', assignments.length < 2);
    this.#select?.replaceChildren(
      ...assignments.map((one) =>
        make(
          'option',
          { value: one.link, selected: one.link === link },
          `${one.title} (${counted(one.students, 'student')})`,
        ),
      ),
    );
  }

  #open(row: StudentRow): void {
    const dialog = this.querySelector('dialog');
    const model = this.#model;
    if (!dialog || !model) return;
    this.#emptyDialog();
    const shown = new AbortController();
    this.#shown = shown;
    dialog.querySelector('[data-name]')?.replaceChildren(row.name);
    const details = make('div', { 'aria-live': 'polite' }, make('p', {}, 'Reading…'));
    dialog.querySelector('[data-body]')?.replaceChildren(...studentSheet(row, model, this.#help), details);
    dialog.showModal();
    dialog.scrollTop = 0;
    void this.#reader?.details(row.file.index).then(
      (found) =>
        details.replaceChildren(
          ...(typeof found === 'string' ? [make('p', {}, found)] : detailsList(found, shown.signal)),
        ),
      () => details.replaceChildren(make('p', {}, 'The rest of the file could not be read.')),
    );
  }

  #emptyDialog(): void {
    this.#shown?.abort();
    this.#shown = null;
    for (const place of ['name', 'body']) this.#fill(`dialog [data-${place}]`);
  }

  async #export(kind: ExportKind): Promise<void> {
    const model = this.#model;
    if (!model) return;
    try {
      const { csvOf } = await import('./class/export.ts');
      const title = `${model.assignment?.title ?? 'class'} ${kind === 'plain' ? '' : kind}`;
      saveFile(fileName(title, 'csv'), new Blob([csvOf(kind, model)], { type: 'text/csv;charset=utf-8' }));
    } catch {
      this.#say(
        'Part of this page could not be loaded, so no CSV was made. Check your connection and try again.',
      );
    }
  }

  /** A page for each student that the table shows, in its order. Many are drawn in turns. */
  async #print(): Promise<void> {
    const model = this.#model;
    const rows = this.#table?.rows ?? [];
    if (!model || rows.length === 0) return;
    // Who presses twice gets one set of sheets.
    document.querySelector('.sheets')?.remove();
    const sheets = make('div', { class: 'sheets' });
    document.body.append(sheets);
    for (let first = 0; first < rows.length; first += SHEETS) {
      for (const row of rows.slice(first, first + SHEETS)) {
        const name = make('h2', { dir: 'auto' }, row.name);
        const title = make('p', { dir: 'auto' }, model.assignment?.title ?? '');
        sheets.append(
          make('section', { class: 'sheet' }, name, title, ...studentSheet(row, model, this.#help)),
        );
      }
      await nextTask();
      // Printing was asked for once more, or everything was cleared.
      if (!sheets.isConnected) return;
    }
    document.body.toggleAttribute('data-sheets', true);
    // Some browsers return from `print` at once.
    window.addEventListener(
      'afterprint',
      () => {
        sheets.remove();
        document.body.toggleAttribute('data-sheets', false);
      },
      { once: true },
    );
    print();
  }

  #setHidden(selector: string, isHidden: boolean): void {
    const element = this.querySelector<HTMLElement>(selector);
    if (element) element.hidden = isHidden;
  }

  #fill(selector: string, ...content: (Node | string)[]): void {
    this.querySelector(selector)?.replaceChildren(...content);
  }

  #say(words: string): void {
    this.#fill('[data-status]', words);
  }
}

function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve);
  });
}

function aboutAssignment(
  { assignment, assignments, students }: ClassModel,
  isChosen: boolean,
): HTMLElement[] {
  if (!assignment) return [];
  const forged = students.filter(({ isForged }) => isForged).length;
  return [
    make('h2', { dir: 'auto' }, assignment.title),
    make('p', {}, `Due ${dueInWords(assignment.due)}. ${counted(students.length, 'student')} handed in.`),
    ...(assignments.length > 1 && !isChosen
      ? [
          make(
            'p',
            {},
            'The files name more than one assignment or version. This one counts: it is the latest version of the assignment that most students handed in for. If it is not yours, enter your own link above, or choose another.',
          ),
        ]
      : []),
    ...(forged > 0
      ? [
          make(
            'p',
            { class: 'notice' },
            `${counted(forged, 'student')} handed in a file that the site cannot have made as it is. Press the name to see why.`,
          ),
        ]
      : []),
  ];
}

function refusals({ refused }: ClassModel): HTMLElement[] {
  if (refused.length === 0) return [];
  const more = refused.length - MOST_REFUSED;
  return [
    make(
      'details',
      { class: 'fold', open: refused.length <= 5 },
      make('summary', {}, `${counted(refused.length, 'file')} could not be used`),
      make(
        'ul',
        { class: 'class-refused' },
        ...refused
          .slice(0, MOST_REFUSED)
          .map(({ path, problem }) => make('li', {}, make('bdi', {}, path), ': ', problem)),
        ...(more > 0 ? [make('li', {}, `and ${more} more`)] : []),
      ),
    ),
  ];
}

customElements.define('tl-class', ClassPage);
