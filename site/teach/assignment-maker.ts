/**
 * `<tl-assignment-maker data-students>`: the form in which an instructor makes an assignment, or changes one whose
 * link is in the fragment of the page’s address or pasted. The link is made when the instructor asks for it, and is
 * taken away when the form changes, so that nobody gives away one that is out of date.
 */
import { inHours } from '../in-hours.ts';
import { saveFile } from '../save-file.ts';
import { copyText } from '../workspace/clipboard.ts';
import { addressOf, ownFragment, showInAddress } from './addresses.ts';
import { isVisible, LIMITS, oneLine, severalLines } from './assignment.ts';
import type { Assignment, Help } from './assignment.ts';
import { readCatalog } from './catalog.ts';
import type { Catalog } from './catalog.ts';
import { changeInWords, changesSince } from './changes.ts';
import { assignmentOf, draftOf, emptyDraft } from './draft.ts';
import type { Draft } from './draft.ts';
import { allZones, dueInWords, instantOf, ownZone, wallTimeOf } from './due.ts';
import { counted } from '../counted.ts';
import { courseText } from './in-words.ts';
import { readLink, writeLink } from './link.ts';
import { fileName, make } from './make.ts';
import { planOf } from './plan.ts';
import { qrCode, qrCodeFile } from './qr-code.ts';
import { saveCalendar } from './save-calendar.ts';

const HELP = ['hints', 'run', 'compare'] as const satisfies readonly (keyof Help)[];

class AssignmentMaker extends HTMLElement {
  #listening: AbortController | null = null;
  #catalog: Catalog = { guides: [] };
  /** What the next link continues: it keeps the number of an assignment that was made or opened here. */
  #before: Assignment | null = null;
  #made: Assignment | null = null;
  #id = randomId();
  /** A link that was made here no longer says what the form does. */
  #isOutdated = false;

  connectedCallback(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.#catalog = readCatalog(this);
    this.#fill(emptyDraft(new Date()));
    this.#form.addEventListener('input', (event) => this.#changed(event), { signal });
    this.#form.addEventListener('submit', (event) => this.#submitted(event), { signal });
    this.#element('[data-reopen]').addEventListener('submit', (event) => this.#reopened(event), { signal });
    this.addEventListener('click', (event) => this.#clicked(event), { signal });
    window.addEventListener('hashchange', () => this.#readAddress(), { signal });
    this.#readAddress();
  }

  disconnectedCallback(): void {
    this.#listening?.abort();
  }

  get #form(): HTMLFormElement {
    return this.#part('form[data-maker]', HTMLFormElement);
  }

  get #chapters(): readonly HTMLInputElement[] {
    return [...this.#form.querySelectorAll<HTMLInputElement>('[name=chapter]')];
  }

  #part<Type extends HTMLElement>(selector: string, type: new () => Type): Type {
    const part = this.querySelector(selector);
    if (!(part instanceof type)) throw new Error(`The page has no ${selector}.`);
    return part;
  }

  #element(selector: string): HTMLElement {
    return this.#part(selector, HTMLElement);
  }

  #field(name: string): HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement {
    const field = this.#form.elements.namedItem(name);
    const isField =
      field instanceof HTMLInputElement ||
      field instanceof HTMLSelectElement ||
      field instanceof HTMLTextAreaElement;
    if (!isField) throw new Error(`The form has no field ${name}.`);
    return field;
  }

  #checkbox(name: string): HTMLInputElement {
    return this.#part(`form[data-maker] [name=${name}]`, HTMLInputElement);
  }

  /** Opens the assignment in the page’s address, if there is one. */
  #readAddress(): void {
    const fragment = ownFragment();
    if (fragment === null) {
      if (this.#before) showInAddress(this.#before);
      return;
    }
    const problem = this.#open(fragment);
    if (problem === null) return;
    this.#showProblem('link', problem);
    this.#part('#reopen-link', HTMLInputElement).value = location.href;
    this.#part('#reopen-link', HTMLInputElement).closest('details')?.setAttribute('open', '');
  }

  #reopened(event: SubmitEvent): void {
    event.preventDefault();
    const input = this.#part('#reopen-link', HTMLInputElement);
    const problem = this.#open(input.value);
    this.#showProblem('link', problem);
    if (problem !== null) input.focus();
    else this.#field('title').focus();
  }

  /** Fills the form with the assignment of a link. What is wrong with the link, or `null`. */
  #open(link: string): string | null {
    const { assignment, problem } = readLink(link);
    if (!assignment) return problem;
    // It was made on this page: the address says no more than the form does.
    if (this.#made && writeLink(this.#made) === writeLink(assignment)) return null;
    this.#before = assignment;
    this.#isOutdated = false;
    this.#fill(draftOf(assignment, this.#catalog));
    this.#showProblem('link', null);
    this.#takeLinkAway();
    showInAddress(assignment);
    this.#showChanging(assignment);
    return null;
  }

  #showChanging(assignment: Assignment): void {
    const changes = changesSince(assignment, this.#catalog);
    const list = this.#element('[data-changing-list]');
    this.#element('[data-changing]').hidden = false;
    this.#element('[data-changing-words]').replaceChildren(
      'You are changing ',
      make('strong', { dir: 'auto' }, assignment.title),
      '. The change makes a new link: give it to your students again. In a browser that has opened both, the new one counts.',
      ...(changes.length > 0
        ? [' This site has changed since the assignment was made. The new link asks for what is here now:']
        : []),
    );
    list.hidden = changes.length === 0;
    list.replaceChildren(...changes.map((change) => make('li', {}, changeInWords(change))));
    this.#say(`The form now holds the assignment “${assignment.title}”.`);
  }

  /** The next link is another assignment’s. */
  #separate(): void {
    this.#before = null;
    this.#isOutdated = false;
    this.#id = randomId();
    showInAddress(null);
    this.#takeLinkAway();
    this.#element('[data-changing]').hidden = true;
    this.#field('title').focus();
    this.#say('The form now makes a new assignment.');
  }

  #fill(draft: Draft): void {
    const zones = allZones(draft.zone);
    this.#field('zone').replaceChildren(
      ...zones.map((zone) => make('option', { value: zone }, zone.replaceAll('_', ' '))),
    );
    for (const name of ['title', 'note', 'identity', 'date', 'time', 'zone', 'each'] as const)
      this.#field(name).value = draft[name];
    for (const name of HELP) this.#checkbox(name).checked = draft.help[name];
    for (const radio of this.querySelectorAll<HTMLInputElement>('[name=per]'))
      radio.checked = radio.value === draft.per;
    for (const box of this.#chapters) {
      box.checked = draft.chapters.includes(box.value);
      // What is chosen is not folded away.
      if (box.checked) box.closest('details')?.setAttribute('open', '');
    }
    this.#showProblems([]);
    this.#show();
  }

  #draft(): Draft {
    const [hints, run, compare] = HELP.map((name) => this.#checkbox(name).checked);
    const per = this.querySelector<HTMLInputElement>('[name=per]:checked')?.value;
    return {
      title: this.#field('title').value,
      note: this.#field('note').value,
      identity: this.#field('identity').value,
      date: this.#field('date').value,
      time: this.#field('time').value,
      zone: this.#field('zone').value,
      help: { hints: hints ?? true, run: run ?? true, compare: compare ?? true },
      per: per === 'check' || per === 'chapter' ? per : 'none',
      each: this.#field('each').value,
      chapters: this.#chapters.filter(({ checked }) => checked).map(({ value }) => value),
    };
  }

  #changed({ target }: Event): void {
    if (target instanceof HTMLInputElement && target.dataset['allOf'] !== undefined) {
      for (const box of this.#chaptersOf(target.dataset['allOf'])) box.checked = target.checked;
    }
    if (target instanceof HTMLElement) this.#clearProblemAt(target);
    if (this.#made) this.#isOutdated = true;
    this.#say(this.#isOutdated ? 'The assignment has changed. Make the link again.' : '');
    this.#takeLinkAway();
    this.#show();
  }

  #chaptersOf(guide: string): readonly HTMLInputElement[] {
    return this.#chapters.filter(({ value }) => value.startsWith(`${guide}/`));
  }

  /** Counts, the plan, and all else that follows from what is filled in. */
  #show(): void {
    const draft = this.#draft();
    for (const counter of this.querySelectorAll<HTMLElement>('[data-count-of]')) {
      const name = counter.dataset['countOf'] ?? '';
      const text = this.#field(name).value;
      const { length } = name === 'note' ? severalLines(text) : oneLine(text);
      const limit = Number(counter.dataset['limit']);
      counter.textContent = `${length} of ${limit} characters`;
      counter.toggleAttribute('data-over', length > limit);
    }
    for (const { slug } of this.#catalog.guides) {
      const boxes = this.#chaptersOf(slug);
      const chosen = boxes.filter(({ checked }) => checked).length;
      const whole = this.#part(`[data-all-of="${CSS.escape(slug)}"]`, HTMLInputElement);
      whole.checked = chosen === boxes.length;
      whole.indeterminate = chosen > 0 && chosen < boxes.length;
      this.#element(`[data-chosen-of="${CSS.escape(slug)}"]`).textContent =
        chosen === 0 ? '' : `${chosen} of ${boxes.length} chosen`;
    }
    this.#element('[data-each]').hidden = draft.per === 'none';
    this.#element('[data-due-words]').textContent = dueWords(draft);
    this.#showPlan(draft);
    this.#showLength(draft);
  }

  #showPlan(draft: Draft): void {
    const points = draft.per === 'none' ? null : { per: draft.per, each: Number(draft.each) || 0 };
    const plan = planOf(draft.chapters, points, this.#catalog);
    const list = (title: string, texts: readonly string[]): HTMLElement[] =>
      texts.length === 0
        ? []
        : [make('h3', {}, title), make('ul', {}, ...texts.map((text) => make('li', {}, text)))];
    const sums = [
      counted(plan.chapters, 'chapter'),
      `about ${inHours(plan.minutes)}`,
      counted(plan.checks, 'check'),
      ...(points ? [counted(plan.points, 'point')] : []),
    ];
    this.#element('[data-plan]').replaceChildren(
      ...(plan.chapters === 0
        ? [
            make(
              'p',
              { class: 'small' },
              'Choose chapters, and see here how long they take and what they teach.',
            ),
          ]
        : [
            make('p', { class: 'sums', 'data-sums': true }, sums.join(' · ')),
            ...list('What students will be able to do', plan.outcomes),
            ...list('What they should know beforehand', plan.prerequisites),
          ]),
    );
  }

  /** How long the link is going to be, also while something is still missing. */
  #showLength(draft: Draft): void {
    const made = assignmentOf(
      isVisible(draft.title) ? draft : { ...draft, title: '?' },
      this.#next,
      this.#catalog,
    );
    const length = 'assignment' in made ? addressOf(this.#studentsPath, made.assignment).length : null;
    const words = this.#element('[data-link-length]');
    words.textContent = length === null ? '' : lengthInWords(length);
    words.toggleAttribute('data-over', (length ?? 0) > LIMITS.link);
  }

  get #studentsPath(): string {
    return this.dataset['students'] ?? '';
  }

  /** Which assignment the next link is of. */
  get #next(): { readonly id: number; readonly revision: number } {
    return this.#before
      ? { id: this.#before.id, revision: this.#before.revision }
      : { id: this.#id, revision: 0 };
  }

  #submitted(event: SubmitEvent): void {
    event.preventDefault();
    const draft = this.#draft();
    const made = assignmentOf(draft, this.#next, this.#catalog);
    if ('problems' in made) {
      this.#showProblems(made.problems);
      return;
    }
    const assignment = this.#revised(made.assignment);
    const { length } = addressOf(this.#studentsPath, assignment);
    if (length > LIMITS.link) {
      const sentence = `The link would have ${length} characters, ${length - LIMITS.link} too many. Shorten the note, or choose fewer chapters.`;
      this.#showProblems([{ field: 'length', sentence }]);
      return;
    }
    this.#showProblems([]);
    this.#before = assignment;
    this.#made = assignment;
    this.#isOutdated = false;
    showInAddress(assignment);
    this.#showMade(assignment);
  }

  /** The same assignment, or its next revision when anything in it has changed since its last link. */
  #revised(assignment: Assignment): Assignment {
    if (!this.#before || writeLink(this.#before) === writeLink(assignment)) return assignment;
    return { ...assignment, revision: Math.min(this.#before.revision + 1, LIMITS.revision) };
  }

  #showMade(assignment: Assignment): void {
    const link = addressOf(this.#studentsPath, assignment);
    this.#part('[data-link]', HTMLInputElement).value = link;
    this.#element('[data-made-length]').textContent = lengthInWords(link.length);
    this.#part('[data-open]', HTMLAnchorElement).href = link;
    this.#part('[data-course-text]', HTMLTextAreaElement).value = courseText(assignment, this.#catalog, link);
    this.#element('[data-qr-code]').replaceChildren(
      qrCode(link, `QR code of the link to “${assignment.title}”`),
    );
    this.#element('[data-made]').hidden = false;
    this.#say('');
    this.#element('#made-title').focus();
  }

  #takeLinkAway(): void {
    this.#made = null;
    this.#element('[data-made]').hidden = true;
  }

  #clicked({ target }: Event): void {
    const button = target instanceof Element ? target.closest('button') : null;
    if (!button) return;
    const { dataset } = button;
    if ('separate' in dataset) this.#separate();
    if ('copyLink' in dataset)
      void this.#copy(this.#part('[data-link]', HTMLInputElement), 'The link is copied.');
    if ('copyText' in dataset)
      void this.#copy(this.#part('[data-course-text]', HTMLTextAreaElement), 'The text is copied.');
    const made = this.#made;
    if (!made) return;
    if ('saveCalendar' in dataset) {
      saveCalendar(made, addressOf(this.#studentsPath, made));
    }
    if ('saveQrCode' in dataset)
      saveFile(
        fileName(made.title, 'svg'),
        new Blob([qrCodeFile(addressOf(this.#studentsPath, made))], { type: 'image/svg+xml' }),
      );
  }

  async #copy(field: HTMLInputElement | HTMLTextAreaElement, done: string): Promise<void> {
    try {
      await copyText(field.value);
      this.#say(done);
    } catch (error) {
      field.select();
      this.#say(error instanceof Error ? error.message : String(error));
    }
  }

  /** Shows what is wrong beside each field, and leads to the first. */
  #showProblems(problems: readonly { readonly field: string; readonly sentence: string }[]): void {
    for (const place of this.#form.querySelectorAll<HTMLElement>('[data-problem-of]')) {
      const field = place.dataset['problemOf'] ?? '';
      this.#showProblem(field, problems.find((problem) => problem.field === field)?.sentence ?? null);
    }
    const [first] = problems;
    if (!first) return;
    this.#takeLinkAway();
    this.#say(`The link cannot be made yet. ${problems.map(({ sentence }) => sentence).join(' ')}`);
    const [field] = first.field === 'chapters' ? this.#chapters : this.#fieldsAt(first.field);
    field?.closest('details')?.setAttribute('open', '');
    field?.focus();
  }

  #showProblem(field: string, sentence: string | null): void {
    this.#element(`[data-problem-of=${field}]`).textContent = sentence;
    // Two problems may be about one field: it is marked while either of them is shown.
    const shown = [...this.querySelectorAll<HTMLElement>('[data-problem-of]:not(:empty)')];
    const wrong = shown.flatMap((place) => this.#fieldsAt(place.dataset['problemOf'] ?? ''));
    for (const element of this.#fieldsAt(field)) {
      if (wrong.includes(element)) element.setAttribute('aria-invalid', 'true');
      else element.removeAttribute('aria-invalid');
    }
  }

  /** The fields that are marked for a problem. Not those of chapters: none of them by itself is wrong. */
  #fieldsAt(field: string): readonly HTMLElement[] {
    if (field === 'chapters') return [];
    if (field === 'length') return [this.#field('note')];
    if (field === 'date') return [this.#field('date'), this.#field('time')];
    return [...this.querySelectorAll<HTMLElement>(`[name=${field}]`)];
  }

  /** What was wrong at a field is looked at again when the link is made. */
  #clearProblemAt(target: HTMLElement): void {
    const name = target.getAttribute('name') ?? '';
    const field =
      name === 'chapter' || 'allOf' in target.dataset ? 'chapters' : name === 'time' ? 'date' : name;
    if (this.querySelector(`[data-problem-of="${CSS.escape(field)}"]`)) this.#showProblem(field, null);
    this.#showProblem('length', null);
  }

  #say(words: string): void {
    this.#element('[data-status]').textContent = words;
  }
}

function randomId(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
}

function lengthInWords(length: number): string {
  return `${length.toLocaleString('en-GB')} of ${LIMITS.link.toLocaleString('en-GB')} characters`;
}

/** What the due time is in full, and what may surprise about it. */
function dueWords(draft: Draft): string {
  const instant = instantOf(draft, draft.zone);
  if (!instant) return '';
  const { minute, isTwice } = instant;
  const isElsewhere =
    JSON.stringify(wallTimeOf(minute, ownZone())) !== JSON.stringify(wallTimeOf(minute, draft.zone));
  return [
    `${dueInWords({ minute, zone: draft.zone })}.`,
    ...(isElsewhere ? [`For you: ${dueInWords({ minute, zone: ownZone() })}.`] : []),
    ...(isTwice ? ['The clocks are set back then and show this time twice; the first counts.'] : []),
    ...(minute * 60_000 < Date.now() ? ['This has passed already.'] : []),
  ].join(' ');
}

customElements.define('tl-assignment-maker', AssignmentMaker);
