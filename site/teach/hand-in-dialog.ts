/**
 * The dialog in which a student hands in (`site/components/HandInDialog.astro`): asks who they are, has the machine
 * looked at where one runs, shows what is in the file, and then makes it. Nothing is sent anywhere.
 */
import type { HandedChapter } from '../evidence/hand-in.ts';
import { browserStorage } from '../open-kept.ts';
import { openProgress } from '../progress/open.ts';
import { saveFile } from '../save-file.ts';
import { dialogNamed } from '../workspace/dialogs.ts';
import { oneLine } from './assignment.ts';
import type { Assignment } from './assignment.ts';
import { findChapter } from './catalog.ts';
import type { Catalog, CatalogChapter } from './catalog.ts';
import { ownZone } from './due.ts';
import { HandInClient } from './hand-in-client.ts';
import type { AskedHandIn, Collected, ShownHandIn, ShownTerminal } from './hand-in-maker.ts';
import { handInName } from './hand-in-name.ts';
import { CHAPTER_COLUMNS, chapterCells, CHECK_COLUMNS, checkCells } from './hand-in-words.ts';
import { counted } from '../counted.ts';
import { identityKey, keepIdentity, keptIdentity, LONGEST_IDENTITY } from './kept-identity.ts';
import { writeLink } from './link.ts';
import type { Look, MachineAtHand } from './machine-at-hand.ts';
import { make, wordsOfFile } from './make.ts';
import { unrecordedSteps } from './unrecorded-steps.ts';

export interface HandInParts {
  readonly assignment: Assignment;
  readonly catalog: Catalog;
  /** Whether this browser keeps a record. */
  readonly hasRecord: boolean;
  /** The machine that runs in this page; `null` when none does. */
  readonly machine: MachineAtHand | null;
}

/** A chapter of the assignment that this site still has. */
interface FoundChapter {
  readonly guide: string;
  readonly chapter: CatalogChapter;
}

const KEY = identityKey(import.meta.env.BASE_URL);
const NOTHING: Look = { answers: new Map(), files: [] };

/** Opens the dialog, which then shows what there is to hand in, or why there is nothing. It is opened once at a time. */
export function openHandIn(parts: HandInParts): void {
  if (!dialogNamed('hand-in').open) new HandInDialog(parts).open();
}

class HandInDialog {
  readonly #parts: HandInParts;
  readonly #dialog = dialogNamed('hand-in');
  readonly #chapters: readonly FoundChapter[];
  /** Ends with the dialog. */
  readonly #closed = new AbortController();
  #maker: HandInClient | null = null;
  #collected: Collected = { begun: [], hasTerminals: false };
  /** How often it was begun to show what is in the file: only the last counts. */
  #showings = 0;
  #look: Look = NOTHING;
  #isComplete = false;
  #isSaving = false;

  constructor(parts: HandInParts) {
    this.#parts = parts;
    this.#chapters = parts.assignment.chapters.flatMap((assigned) => {
      const found = findChapter(parts.catalog, assigned);
      return found ? [{ guide: found.guide.slug, chapter: found.chapter }] : [];
    });
  }

  open(): void {
    const { assignment } = this.#parts;
    const { signal } = this.#closed;
    const dialog = this.#dialog;
    const name = this.#part('[data-assignment]');
    name.textContent = assignment.title;
    const field = this.#part('[data-identity-field]');
    field.hidden = assignment.identity === '';
    this.#part('[data-identity-asked]').textContent = assignment.identity;
    this.#identity.required = assignment.identity !== '';
    this.#identity.maxLength = LONGEST_IDENTITY;
    this.#identity.value = keptIdentity(browserStorage(), KEY, assignment.identity);
    this.#terminals.checked = true;
    this.#part('[data-contents]').replaceChildren();
    this.#say('');
    this.#showMachine(null);
    this.#setComplete(false);
    dialog.addEventListener('close', () => this.#closed.abort(), { signal });
    dialog.querySelector('form')?.addEventListener('submit', (event) => this.#submitted(event), { signal });
    this.#part('[data-cancel]').addEventListener('click', () => dialog.close(), { signal });
    this.#terminals.addEventListener('change', () => this.#begin(this.#show()), { signal });
    dialog.showModal();
    this.#begin(this.#collect());
  }

  /** Nobody waits for it: the dialog itself says what went wrong. */
  #begin(work: Promise<void>): void {
    work.catch((error: unknown) => this.#say(error instanceof Error ? error.message : String(error), true));
  }

  async #collect(): Promise<void> {
    if (!this.#parts.hasRecord)
      throw new Error(
        'This browser keeps no record of what you do, as in some private windows, so there is nothing to hand in. Work in another window or browser.',
      );
    const maker = new HandInClient();
    this.#maker = maker;
    this.#closed.signal.addEventListener('abort', () => maker.close());
    this.#collected = await maker.collect(this.#guides);
    if (this.#isClosed()) return;
    await this.#askMachine();
    if (this.#isClosed()) return;
    // Checks that were under way have come to an end meanwhile.
    if (this.#parts.machine) this.#collected = await maker.collect(this.#guides);
    await this.#show();
    this.#setComplete(!this.#isClosed());
  }

  /** Has the checks of the guide run whose machine is here. */
  async #askMachine(): Promise<void> {
    const { machine } = this.#parts;
    if (!machine) return;
    const own = this.#chapters.filter(({ guide }) => guide === machine.guide);
    const stop = new AbortController();
    this.#closed.signal.addEventListener('abort', () => stop.abort());
    const button = this.#part('[data-stop]');
    button.addEventListener('click', () => stop.abort(), { signal: this.#closed.signal, once: true });
    try {
      this.#look = await machine.look(
        own.map(({ chapter: { slug, url } }) => ({
          ...{ slug, url },
          isBegun: this.#collected.begun.includes(`${machine.guide}/${slug}`),
        })),
        (done, total) => this.#showMachine({ done, total }),
        stop.signal,
      );
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#say(`The machine could not be looked at, so the file does not say what it is like now. ${why}`);
    } finally {
      this.#showMachine(null);
    }
  }

  #isClosed(): boolean {
    return this.#closed.signal.aborted;
  }

  get #guides(): readonly string[] {
    return [...new Set(this.#chapters.map(({ guide }) => guide))];
  }

  /** Shows what would be in the file if it were made now. */
  async #show(): Promise<void> {
    const showing = ++this.#showings;
    const handed = await this.#maker?.show(this.#asked(''));
    if (!handed || this.#isClosed() || showing !== this.#showings) return;
    this.#part('[data-contents]').replaceChildren(...this.#contents(handed));
    this.#part('[data-terminals-field]').hidden = !this.#collected.hasTerminals;
  }

  #asked(student: string, now = new Date()): AskedHandIn {
    return {
      ...{ assignment: writeLink(this.#parts.assignment), student, madeAtMs: now.getTime(), zone: ownZone() },
      chapters: this.#chapters.map((found) => this.#handedChapter(found)),
      files: this.#look.files,
      withTerminals: this.#terminals.checked,
      titles: this.#titles(),
    };
  }

  #titles(): Record<string, string> {
    const titles: Record<string, string> = {};
    for (const { guide, chapter } of this.#chapters) {
      const place = `${guide}/${chapter.slug}`;
      titles[place] = chapter.title;
      for (const { id, title } of [...chapter.steps, ...chapter.checks]) titles[`${place}/${id}`] = title;
    }
    return titles;
  }

  #handedChapter({ guide, chapter: { slug, print, checks } }: FoundChapter): HandedChapter {
    const isHere = guide === this.#parts.machine?.guide;
    const answers = (isHere ? this.#look.answers.get(slug) : undefined) ?? {};
    const ids = checks.map(({ id }) => id);
    return {
      ...{ guide, chapter: slug, print, checks: ids },
      now: Object.fromEntries(ids.map((id) => [id, answers[id] ?? { answer: 'not-asked' }])),
    };
  }

  #submitted(event: SubmitEvent): void {
    // The dialog stays: a student may want to look, or make another.
    event.preventDefault();
    if (!this.#isComplete || this.#isSaving) return;
    const student = oneLine(this.#identity.value);
    if (this.#identity.required && student === '') {
      this.#identity.value = '';
      this.#identity.reportValidity();
      return;
    }
    // A double click saves once.
    this.#isSaving = true;
    this.#begin(this.#save(student).finally(() => (this.#isSaving = false)));
  }

  async #save(student: string): Promise<void> {
    const { assignment } = this.#parts;
    const now = new Date();
    const bytes = await this.#maker?.save(this.#asked(student, now));
    if (!bytes) return;
    if (assignment.identity !== '') keepIdentity(browserStorage(), KEY, assignment.identity, student);
    const [guide = '', ...others] = this.#guides;
    const subject =
      others.length === 0 && guide !== '' ? guide : wordsOfFile(assignment.title) || 'assignment';
    const name = handInName(subject, student, now);
    saveFile(name, new Blob([bytes], { type: 'application/zip' }));
    this.#say(
      `${name} is saved. Give it to your instructor in the way that they asked for. You can make another at any time.`,
    );
  }

  #contents(handed: ShownHandIn): HTMLElement[] {
    const { evidence, events, count, dropped, terminals } = handed;
    const rows = this.#chapters.map(({ chapter }, index) => {
      const of = evidence.chapters[index];
      return { title: `${chapter.number}. ${chapter.title}`, cells: of ? chapterCells(of) : [] };
    });
    const unrecorded = this.#unrecorded(handed);
    return [
      ...(unrecorded.length > 0
        ? [
            make(
              'p',
              { class: 'small' },
              'You have finished these steps, but the file does not show it. They were done before this browser kept a record, the record was deleted, its oldest part had to make room, or it could not be written:',
            ),
            make(
              'ul',
              { class: 'small', 'data-unrecorded': true },
              ...unrecorded.map((step) => make('li', {}, step)),
            ),
          ]
        : []),
      table('What the file says of each chapter', 'Chapter', CHAPTER_COLUMNS, rows),
      ...this.#chapters.map(({ chapter }, index) => {
        const of = evidence.chapters[index];
        const titles = new Map(chapter.checks.map(({ id, title }) => [id, title]));
        const checks = (of?.checks ?? []).map((check) => ({
          title: titles.get(check.id) ?? check.id,
          cells: checkCells(check, of?.now ?? {}),
        }));
        const title = `Checks of “${chapter.title}”`;
        return fold(title, table(title, 'Check', CHECK_COLUMNS, checks));
      }),
      fold(
        `All that was recorded, ${counted(count, 'event')}${dropped > 0 ? ` (${dropped} older ones are no longer kept)` : ''}`,
        text(events),
      ),
      ...evidence.files.map(({ path }, index) => {
        const diff = this.#look.files[index]?.diff ?? null;
        return diff === null
          ? make('p', { class: 'small' }, 'Not on the machine: ', make('code', {}, path))
          : fold(`How ${path} differs from its listing`, text(diff));
      }),
      ...terminals.map(terminalEntry),
      make(
        'p',
        { class: 'small' },
        'Also in it: this assignment, when the file was made and in which time zone, and a signature with a key of this browser. Your computer’s name, your address and other pages that you have open are not in it.',
      ),
    ];
  }

  /** The steps that are done, and of which the file does not say so. */
  #unrecorded({ evidence, opened }: ShownHandIn): readonly string[] {
    return this.#chapters.flatMap(({ guide, chapter }, index) => {
      const recorded = evidence.chapters[index] ?? { checks: [] };
      const place = `${guide}/${chapter.slug}/`;
      const own = opened.flatMap((step) => (step.startsWith(place) ? [step.slice(place.length)] : []));
      const isDone = (step: string): boolean => openProgress().isDone(guide, chapter.slug, step);
      return unrecordedSteps(chapter, recorded, new Set(own), isDone).map(
        ({ title }) => `${chapter.title}: ${title}`,
      );
    });
  }

  #showMachine(progress: { readonly done: number; readonly total: number } | null): void {
    const asking = this.#part('[data-asking]');
    asking.hidden = progress === null;
    if (!progress) return;
    const { done, total } = progress;
    this.#part('[data-asking-words]').textContent = `The checks run on your machine: ${done} of ${total}`;
    const bar = asking.querySelector('progress');
    if (!bar) return;
    bar.max = Math.max(1, total);
    bar.value = done;
  }

  #setComplete(isComplete: boolean): void {
    this.#isComplete = isComplete;
    this.#dialog.toggleAttribute('data-complete', isComplete);
    (this.#part('[data-make]') as HTMLButtonElement).disabled = !isComplete;
  }

  #say(words: string, isProblem = false): void {
    const said = this.#part('[data-said]');
    said.textContent = words;
    said.toggleAttribute('data-problem', isProblem);
    if (words !== '') said.scrollIntoView({ block: 'nearest' });
  }

  get #identity(): HTMLInputElement {
    return this.#part('input[name=student]') as HTMLInputElement;
  }

  get #terminals(): HTMLInputElement {
    return this.#part('input[name=terminals]') as HTMLInputElement;
  }

  #part(selector: string): HTMLElement {
    const part = this.#dialog.querySelector<HTMLElement>(selector);
    if (!part) throw new Error(`The dialog for handing in lacks ${selector}.`);
    return part;
  }
}

function terminalEntry({ guide, terminal, letters, isCut, isEnd, text: shown }: ShownTerminal): HTMLElement {
  const size = `${Math.max(1, Math.round(letters / 1000))} KB${isCut ? ', the last part' : ''}`;
  const title = `What terminal ${terminal} of ${guide} showed: ${size}${isEnd ? '. The end of it:' : ''}`;
  return fold(title, text(shown));
}

function table(
  caption: string,
  first: string,
  columns: readonly string[],
  rows: readonly { readonly title: string; readonly cells: readonly string[] }[],
): HTMLElement {
  const head = [first, ...columns].map((name) => make('th', { scope: 'col' }, name));
  const body = rows.map(({ title, cells }) =>
    make('tr', {}, make('th', { scope: 'row' }, title), ...cells.map((cell) => make('td', {}, cell))),
  );
  return make(
    'div',
    { class: 'hand-in-scroll', tabindex: '0', role: 'region', 'aria-label': caption },
    make(
      'table',
      {},
      make('caption', { class: 'visually-hidden' }, caption),
      make('thead', {}, make('tr', {}, ...head)),
      make('tbody', {}, ...body),
    ),
  );
}

function fold(title: string, content: HTMLElement): HTMLElement {
  return make('details', { class: 'hand-in-fold' }, make('summary', {}, title), content);
}

/** Many lines are laid out a block at a time, when they come into view. */
const LINES_OF_BLOCK = 100;

function text(content: string): HTMLElement {
  const lines = (content === '' ? 'Nothing yet.' : content).split('\n');
  const blocks = Array.from({ length: Math.ceil(lines.length / LINES_OF_BLOCK) }, (_, index) =>
    make('span', {}, lines.slice(index * LINES_OF_BLOCK, (index + 1) * LINES_OF_BLOCK).join('\n')),
  );
  return make('pre', { tabindex: '0' }, ...blocks);
}
