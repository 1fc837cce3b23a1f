/**
 * The dialog in which a student hands in (`site/components/HandInDialog.astro`): asks who they are, has the machine
 * looked at where one runs, shows what is in the file, and then makes it. Nothing is sent anywhere.
 */
import type { Cast } from '../evidence/cast.ts';
import type { Chain } from '../evidence/chain.ts';
import { makeHandIn } from '../evidence/hand-in.ts';
import type { HandedChapter, HandedIn, HandIn } from '../evidence/hand-in.ts';
import type { WorkLog } from '../evidence/work-log.ts';
import { browserStorage } from '../open-kept.ts';
import { openProgress } from '../progress/open.ts';
import { saveFile } from '../save-file.ts';
import { dialogNamed } from '../workspace/dialogs.ts';
import { oneLine } from './assignment.ts';
import type { Assignment } from './assignment.ts';
import { findChapter } from './catalog.ts';
import type { Catalog, CatalogChapter } from './catalog.ts';
import { ownZone } from './due.ts';
import { handInName } from './hand-in-name.ts';
import { CHAPTER_COLUMNS, chapterCells, CHECK_COLUMNS, checkCells, eventInWords } from './hand-in-words.ts';
import { counted } from './in-words.ts';
import { identityKey, keepIdentity, keptIdentity, LONGEST_IDENTITY } from './kept-identity.ts';
import { writeLink } from './link.ts';
import type { Look, MachineAtHand } from './machine-at-hand.ts';
import { make, wordsOfFile } from './make.ts';
import { unrecordedSteps } from './unrecorded-steps.ts';

export interface HandInParts {
  readonly assignment: Assignment;
  readonly catalog: Catalog;
  /** `null` in a browser that keeps no record. */
  readonly log: WorkLog | null;
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
  #log: WorkLog | null = null;
  #chains: ReadonlyMap<string, Chain> = new Map();
  #casts: readonly Cast[] = [];
  #look: Look = NOTHING;
  #isComplete = false;

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
    const { log } = this.#parts;
    if (log === null)
      throw new Error(
        'This browser keeps no record of what you do, as in some private windows, so there is nothing to hand in. Work in another window or browser.',
      );
    this.#log = log;
    this.#chains = await chainsOf(log, this.#guides);
    this.#casts = (await Promise.all(this.#guides.map((guide) => log.casts(guide)))).flat();
    if (this.#isClosed()) return;
    await this.#askMachine();
    if (this.#isClosed()) return;
    this.#setComplete(true);
    await this.#show();
  }

  /** Has the checks of the guide run whose machine is here. */
  async #askMachine(): Promise<void> {
    const { machine } = this.#parts;
    if (!machine) return;
    const own = this.#chapters.filter(({ guide }) => guide === machine.guide);
    const events = this.#chains.get(machine.guide)?.events ?? [];
    const stop = new AbortController();
    this.#closed.signal.addEventListener('abort', () => stop.abort());
    const button = this.#part('[data-stop]');
    button.addEventListener('click', () => stop.abort(), { signal: this.#closed.signal, once: true });
    try {
      this.#look = await machine.look(
        own.map(({ chapter: { slug, url } }) => ({
          ...{ slug, url },
          isBegun: events.some(({ chapter }) => chapter === slug),
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
    const handed = await this.#make('');
    if (!handed || this.#isClosed()) return;
    this.#part('[data-contents]').replaceChildren(...this.#contents(handed));
    this.#part('[data-terminals-field]').hidden = this.#casts.length === 0;
  }

  async #make(student: string, now = new Date()): Promise<HandedIn | null> {
    if (!this.#log) return null;
    const handIn: HandIn = {
      ...{ assignment: writeLink(this.#parts.assignment), student, madeAtMs: now.getTime(), zone: ownZone() },
      chapters: this.#chapters.map((found) => this.#handedChapter(found)),
      chains: this.#chains,
      casts: this.#terminals.checked ? this.#casts : [],
      files: this.#look.files,
      key: await this.#log.signingKey(),
    };
    return makeHandIn(handIn);
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
    if (!this.#isComplete) return;
    const student = oneLine(this.#identity.value);
    if (this.#identity.required && student === '') {
      this.#identity.value = '';
      this.#identity.reportValidity();
      return;
    }
    this.#begin(this.#save(student));
  }

  async #save(student: string): Promise<void> {
    const { assignment } = this.#parts;
    const now = new Date();
    const handed = await this.#make(student, now);
    if (!handed) return;
    if (assignment.identity !== '') keepIdentity(browserStorage(), KEY, assignment.identity, student);
    const [guide = '', ...others] = this.#guides;
    const subject =
      others.length === 0 && guide !== '' ? guide : wordsOfFile(assignment.title) || 'assignment';
    const name = handInName(subject, student, now);
    saveFile(name, new Blob([handed.bytes], { type: 'application/zip' }));
    this.#say(
      `${name} is saved. Give it to your instructor in the way that they asked for. You can make another at any time.`,
    );
  }

  #contents(handed: HandedIn): HTMLElement[] {
    const { evidence, casts, chains } = handed;
    const rows = this.#chapters.map(({ chapter }, index) => {
      const of = evidence.chapters[index];
      return { title: `${chapter.number}. ${chapter.title}`, cells: of ? chapterCells(of) : [] };
    });
    const events = [...chains.values()].flatMap((chain) => chain.events);
    const dropped = [...chains.values()].reduce((sum, chain) => sum + chain.dropped, 0);
    const unrecorded = this.#unrecorded(handed);
    return [
      ...(unrecorded.length > 0
        ? [
            make(
              'p',
              { class: 'small' },
              'You have finished these steps, but the record of it is not complete. They were done before this browser kept a record, the record was deleted, or it could not be kept:',
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
        `All that was recorded, ${counted(events.length, 'event')}${dropped > 0 ? ` (${dropped} older ones are no longer kept)` : ''}`,
        text(events.map(eventInWords).join('\n')),
      ),
      ...evidence.files.map(({ path }, index) => {
        const diff = this.#look.files[index]?.diff ?? null;
        return diff === null
          ? make('p', { class: 'small' }, 'Not on the machine: ', make('code', {}, path))
          : fold(`How ${path} differs from its listing`, text(diff));
      }),
      ...Object.values(casts).map((cast) => castEntry(cast)),
      make(
        'p',
        { class: 'small' },
        'Also in it: this assignment, when the file was made and in which time zone, and a signature with a key of this browser. Your computer’s name, your address and other pages that you have open are not in it.',
      ),
    ];
  }

  /** The steps that are done, and of which the file does not say so. */
  #unrecorded({ evidence, chains }: HandedIn): readonly string[] {
    return this.#chapters.flatMap(({ guide, chapter }, index) => {
      const recorded = evidence.chapters[index] ?? { checks: [] };
      const opened = (chains.get(guide)?.events ?? []).flatMap((event) =>
        event.kind === 'opened' && event.chapter === chapter.slug ? [event.step] : [],
      );
      const isDone = (step: string): boolean => openProgress().isDone(guide, chapter.slug, step);
      return unrecordedSteps(chapter, recorded, new Set(opened), isDone).map(
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

async function chainsOf(log: WorkLog, guides: readonly string[]): Promise<ReadonlyMap<string, Chain>> {
  return new Map(await Promise.all(guides.map(async (guide) => [guide, await log.read(guide)] as const)));
}

function castEntry({ guide, terminal, events, isCut }: Cast): HTMLElement {
  const letters = events.reduce((sum, { data }) => sum + data.length, 0);
  const words = `What terminal ${terminal} of ${guide} showed: ${Math.max(1, Math.round(letters / 1000))} KB${isCut ? ', the last part' : ''}`;
  return make('p', { class: 'small' }, words);
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

function text(content: string): HTMLElement {
  return make('pre', { tabindex: '0' }, content === '' ? 'Nothing yet.' : content);
}
