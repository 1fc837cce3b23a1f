/**
 * `<tl-assignment data-teach>`: what an instructor asks, by when, and how far the student is. The assignment comes in
 * the fragment of the page’s address, and is kept in the browser from then on.
 */
import { openProgress } from '../progress/open.ts';
import { eventsRoom } from '../evidence/events-room.ts';
import { WorkLog } from '../evidence/work-log.ts';
import { inHours } from '../in-hours.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import { addressOf, ownFragment, showInAddress } from './addresses.ts';
import type { Assignment } from './assignment.ts';
import { readCatalog } from './catalog.ts';
import type { Catalog } from './catalog.ts';
import { changeInWords, changesSince } from './changes.ts';
import { dueElsewhere, dueHere, dueInWords, ownZone, timeLeft } from './due.ts';
import { counted } from '../counted.ts';
import { hiddenInWords, pointsInWords } from './in-words.ts';
import type { KeptAssignments } from './kept-assignments.ts';
import { readLink } from './link.ts';
import { make } from './make.ts';
import { openAssignments } from './open-assignments.ts';
import { saveCalendar } from './save-calendar.ts';
import { standingOf } from './standing.ts';
import type { ChapterStanding, Standing } from './standing.ts';

const MINUTE_MS = 60_000;

/** What was removed last, to be put back as it was. */
interface Removed {
  readonly assignment: Assignment;
  /** The place it had among those kept. */
  readonly index: number;
  readonly wasShown: boolean;
}

class StudentPage extends HTMLElement {
  #listening: AbortController | null = null;
  #catalog: Catalog = { guides: [] };
  #shown: Assignment | null = null;
  /** What is to be said about the link above all else. */
  #notice: { readonly words: string; readonly isProblem: boolean } | null = null;
  #removed: Removed | null = null;

  connectedCallback(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.#catalog = readCatalog(this);
    const stops = [
      openProgress().onChange(() => this.#render()),
      this.#kept.onChange(() => this.#keptChanged()),
    ];
    signal.addEventListener('abort', () => stops.forEach((stop) => stop()));
    window.addEventListener('hashchange', () => this.#read(), { signal });
    const timer = setInterval(() => this.#showTimeLeft(), MINUTE_MS);
    signal.addEventListener('abort', () => clearInterval(timer));
    this.#read();
  }

  disconnectedCallback(): void {
    this.#listening?.abort();
  }

  get #kept(): KeptAssignments {
    return openAssignments();
  }

  /** Another tab may have opened a later revision of what is shown here. */
  #keptChanged(): void {
    const newest = this.#shown && this.#kept.newest(this.#shown);
    if (newest && newest !== this.#shown) {
      this.#shown = newest;
      const words =
        'Your instructor has changed this assignment. You have opened the newer version in another tab, so it is shown here.';
      this.#notice = { words, isProblem: false };
      showInAddress(newest);
    }
    this.#render();
  }

  /** Reads the page’s address. */
  #read(): void {
    const fragment = ownFragment();
    if (fragment === null) {
      // The place on the page was gone to; after a reload the assignment is still there.
      if (this.#shown) showInAddress(this.#shown);
      this.#render();
      return;
    }
    const { assignment, problem } = readLink(fragment);
    this.#notice = problem === undefined ? null : { words: problem, isProblem: true };
    this.#removed = null;
    if (assignment) this.#open(assignment);
    else this.#shown = null;
    this.#render();
  }

  #open(assignment: Assignment): void {
    this.#shown = assignment;
    const opened = this.#kept.open(assignment);
    this.#shown = opened;
    if (opened.revision === assignment.revision) return;
    const words =
      'Your instructor has changed this assignment since this link was made. You have already opened the newer version, so it is shown here.';
    this.#notice = { words, isProblem: false };
    showInAddress(opened);
  }

  #remove(assignment: Assignment): void {
    const wasShown = this.#shown?.id === assignment.id;
    if (wasShown) {
      this.#shown = null;
      this.#notice = null;
      showInAddress(null);
    }
    this.#removed = { assignment, index: this.#kept.drop(assignment.id), wasShown };
    this.#render();
    this.#focusHeading();
  }

  #putBack({ assignment, index, wasShown }: Removed): void {
    this.#removed = null;
    this.#kept.restore(assignment, index);
    if (wasShown) {
      this.#shown = this.#kept.newest(assignment);
      showInAddress(this.#shown);
    }
    this.#render();
    this.#focusHeading();
  }

  #focusHeading(): void {
    this.querySelector('h1')?.focus();
  }

  #render(): void {
    const view = this.querySelector('[data-view]');
    if (!view) return;
    const focused = document.activeElement;
    const key = focused instanceof HTMLElement && view.contains(focused) ? focused.dataset['key'] : undefined;
    view.replaceChildren(
      ...this.#notices(),
      ...(this.#shown ? this.#assignment(this.#shown) : this.#nothing()),
      ...this.#others(),
    );
    this.#announce();
    document.title = `${this.#shown?.title ?? 'Assignments'} · Typealong`;
    if (key !== undefined) view.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)?.focus();
  }

  /** The rest of the page stays: something in it may be focused or selected. */
  #showTimeLeft(): void {
    if (this.#shown) this.querySelector('[data-due]')?.replaceChildren(...dueFact(this.#shown.due));
  }

  /** What is read aloud: the two regions stay, and change only when there is something else to say. */
  #announce(): void {
    const words = this.#notice?.words ?? '';
    const isProblem = this.#notice?.isProblem ?? false;
    const title = this.#removed?.assignment.title;
    const removed =
      title === undefined
        ? []
        : [
            'The assignment ',
            make('strong', { dir: 'auto' }, title),
            ' is removed from this browser, and its rules with it. Your progress stays.',
          ];
    this.#fillRegion('[data-alert]', { 'data-link-problem': isProblem }, words === '' ? [] : [words]);
    this.#fillRegion('[data-status]', {}, removed);
  }

  #fillRegion(
    selector: string,
    attributes: Parameters<typeof make>[1],
    words: readonly (Node | string)[],
  ): void {
    const said = make('p', { class: 'notice', ...attributes }, ...words);
    const region = this.querySelector(selector);
    if (region && region.textContent !== said.textContent)
      region.replaceChildren(...(words.length > 0 ? [said] : []));
  }

  #notices(): HTMLElement[] {
    const notices: HTMLElement[] = [];
    const removed = this.#removed;
    if (removed) {
      const button = make('button', { type: 'button', 'data-key': 'put-back' }, 'Put it back');
      button.addEventListener('click', () => this.#putBack(removed));
      notices.push(make('p', { class: 'assignment-buttons' }, button));
    }
    if (this.#shown && !this.#kept.isKeeping)
      notices.push(
        make(
          'p',
          { class: 'notice' },
          'This browser keeps nothing for this site, as in some private windows. Open the link again after a reload; in the chapters, the rules of the assignment are not in force.',
        ),
      );
    return notices;
  }

  #nothing(): HTMLElement[] {
    return [
      make('h1', { tabindex: '-1' }, 'Assignments'),
      make(
        'p',
        { class: 'lead' },
        this.#kept.all.length === 0
          ? 'An assignment opens with the link that your instructor gives you. None has been opened in this browser yet.'
          : 'An assignment opens with the link that your instructor gives you. Those that you have opened are below.',
      ),
    ];
  }

  #assignment(assignment: Assignment): HTMLElement[] {
    const standing = standingOf(assignment, this.#catalog, openProgress());
    const next = standing.chapters.find(({ found, state }) => found !== null && state !== 'done')?.found;
    const hasBegun = standing.total.stepsDone > 0;
    const start = next
      ? [
          make(
            'a',
            { class: 'button primary', href: next.chapter.url, 'data-key': 'start' },
            hasBegun ? `Continue with “${next.chapter.title}”` : `Start with “${next.chapter.title}”`,
          ),
        ]
      : [];
    return [
      make('p', { class: 'eyebrow' }, 'Assignment'),
      make('h1', { tabindex: '-1', dir: 'auto' }, assignment.title),
      ...(assignment.note === ''
        ? []
        : [make('p', { class: 'lead assignment-note', dir: 'auto' }, assignment.note)]),
      factsOf(assignment, standing),
      ...this.#changes(assignment),
      make(
        'p',
        { class: 'assignment-buttons' },
        ...start,
        this.#handInButton(assignment),
        calendarButton(assignment),
      ),
      make('h2', { id: 'progress' }, 'How far you are'),
      ...progressOf(assignment, standing),
      make('h2', { id: 'chapters' }, 'Chapters'),
      ...this.#chapters(assignment, standing),
      make('h2', { id: 'rules' }, 'Rules'),
      ...this.#rules(assignment),
    ];
  }

  #changes(assignment: Assignment): HTMLElement[] {
    const changes = changesSince(assignment, this.#catalog);
    if (changes.length === 0) return [];
    return [
      make(
        'div',
        { class: 'notice', 'data-changes': true },
        make(
          'p',
          {},
          'This site has changed since the assignment was made. What counts is what the chapters ask for now:',
        ),
        make('ul', {}, ...changes.map((change) => make('li', {}, changeInWords(change)))),
      ),
    ];
  }

  #handInButton(assignment: Assignment): HTMLElement {
    const button = make('button', { type: 'button', 'data-hand-in': true, 'data-key': 'hand-in' }, 'Hand in');
    button.addEventListener('click', () => {
      this.#handIn(assignment).catch(() => {
        const words =
          'The dialog for handing in could not be fetched. Check your connection, then try again.';
        this.#notice = { words, isProblem: true };
        this.#announce();
      });
    });
    return button;
  }

  readonly #handIn = oneAtATime(async (assignment: Assignment) => {
    const { openHandIn } = await import('./hand-in-dialog.ts');
    openHandIn({ assignment, catalog: this.#catalog, hasRecord: await hasRecord(), machine: null });
  });

  #chapters(assignment: Assignment, { chapters }: Standing): HTMLElement[] {
    const guides = [...new Set(chapters.map(({ assigned }) => assigned.guide))];
    return guides.flatMap((guide) => {
      const own = chapters.filter(({ assigned }) => assigned.guide === guide);
      const title = own.find(({ found }) => found)?.found?.guide.title ?? guide;
      return [
        make('h3', {}, title),
        make('ol', { class: 'chapter-list long' }, ...own.map((one) => chapterEntry(assignment, one))),
      ];
    });
  }

  #rules(assignment: Assignment): HTMLElement[] {
    const hidden = hiddenInWords(assignment.help);
    const remove = make(
      'button',
      { type: 'button', 'data-remove': true, 'data-key': 'remove' },
      'Remove it from this browser',
    );
    remove.addEventListener('click', () => this.#remove(assignment));
    return [
      make(
        'p',
        {},
        hidden === ''
          ? 'Nothing is hidden in the chapters: use all the help there is.'
          : `In these chapters, your instructor has hidden ${hidden}. “Learn without the assignment”, at the top of each chapter, shows everything again.`,
      ),
      make(
        'p',
        {},
        'The assignment and your progress are kept in this browser only. Nothing is sent to this site, or to your instructor: you hand in by giving them a file that is made here.',
      ),
      make(
        'p',
        { class: 'assignment-buttons' },
        remove,
        make(
          'a',
          { class: 'button', href: addressOf(this.dataset['teach'] ?? '', assignment), 'data-key': 'change' },
          'Change this assignment',
        ),
      ),
      make(
        'p',
        { class: 'small' },
        'Changing it is for instructors. It makes another link; this one stays as it is.',
      ),
    ];
  }

  #others(): HTMLElement[] {
    const others = this.#kept.all.filter(({ id }) => id !== this.#shown?.id);
    if (others.length === 0) return [];
    const entries = others.map((assignment) => {
      const { chaptersDone, chaptersFound } = standingOf(assignment, this.#catalog, openProgress());
      const remove = make(
        'button',
        {
          type: 'button',
          'aria-label': `Remove: ${assignment.title}`,
          'data-key': `remove-${assignment.id}`,
        },
        'Remove',
      );
      remove.addEventListener('click', () => this.#remove(assignment));
      const href = addressOf(location.pathname, assignment);
      return make(
        'li',
        {},
        make(
          'div',
          {},
          make('a', { href, dir: 'auto', 'data-key': `open-${assignment.id}` }, assignment.title),
          make(
            'p',
            { class: 'small' },
            `Due ${dueHere(assignment.due)} · ${chaptersDone} of ${counted(chaptersFound, 'chapter')} done`,
          ),
        ),
        remove,
      );
    });
    return [
      make('h2', { id: 'others' }, this.#shown ? 'Your other assignments' : 'Opened in this browser'),
      make('ul', { class: 'assignment-list' }, ...entries),
    ];
  }
}

/** In some private windows there is none to open, and already to name `indexedDB` may throw. */
async function hasRecord(): Promise<boolean> {
  try {
    const log = await WorkLog.open(indexedDB, eventsRoom());
    log.close();
    return true;
  } catch {
    return false;
  }
}

function factsOf(assignment: Assignment, { total }: Standing): HTMLElement {
  const { due, points, identity } = assignment;
  const fact = (name: string, hook: string, ...said: (Node | string)[]): HTMLElement =>
    make('div', {}, make('dt', {}, name), make('dd', { [hook]: true }, ...said));
  return make(
    'dl',
    { class: 'facts' },
    fact('Due', 'data-due', ...dueFact(due)),
    ...(points ? [fact('Points', 'data-points', `${total.points}, ${pointsInWords(points)}`)] : []),
    ...(identity === '' ? [] : [fact('You are identified by', 'data-identity', make('bdi', {}, identity))]),
  );
}

/** The due time on the student’s clock, and on the instructor’s where that shows another. */
function dueFact(due: Assignment['due']): (Node | string)[] {
  const own = ownZone();
  const left = due.minute * MINUTE_MS - Date.now();
  const elsewhere = dueElsewhere(due, own);
  return [
    `${dueInWords({ minute: due.minute, zone: own })}, ${timeLeft(left)}`,
    ...(elsewhere === null ? [] : [make('br'), `For your instructor: ${elsewhere}`]),
  ];
}

function progressOf(
  assignment: Assignment,
  { chapters, chaptersFound, chaptersDone, total }: Standing,
): HTMLElement[] {
  const parts = [
    `${chaptersDone} of ${counted(chaptersFound, 'chapter')}`,
    `${total.checksDone} of ${counted(total.checks, 'check')}`,
    ...(assignment.points ? [`${total.pointsDone} of ${counted(total.points, 'point')}`] : []),
  ];
  const lateParts = [
    counted(total.checksLate, 'check'),
    ...(total.pointsLate > 0 ? [counted(total.pointsLate, 'point')] : []),
  ];
  return [
    make('progress', {
      max: String(Math.max(1, total.steps)),
      value: String(total.stepsDone),
      'aria-labelledby': 'progress',
    }),
    make('p', { 'data-progress': true }, parts.join(' · ')),
    ...(chapters.some(({ isLate }) => isLate)
      ? [make('p', { class: 'late', 'data-late': true }, `After the due time: ${lateParts.join(', ')}.`)]
      : []),
    make(
      'p',
      { class: 'small' },
      'A check counts once all checks of its step have passed, at the time of the first time they did, by this computer’s clock.',
    ),
  ];
}

function chapterEntry(
  assignment: Assignment,
  { assigned, found, state, isLate, tally }: ChapterStanding,
): HTMLElement {
  if (found === null)
    return make(
      'li',
      { 'data-chapter-entry': assigned.chapter },
      make('p', {}, `“${assigned.chapter}” is no longer on this site. It does not count.`),
    );
  const { chapter } = found;
  const parts = [
    state === 'done'
      ? 'Done'
      : state === 'begun'
        ? `${tally.stepsDone} of ${counted(tally.steps, 'step')}`
        : 'Not begun',
    `${tally.checksDone} of ${counted(tally.checks, 'check')}`,
    ...(assignment.points ? [`${tally.pointsDone} of ${counted(tally.points, 'point')}`] : []),
    ...(isLate ? ['partly after the due time'] : []),
  ];
  return make(
    'li',
    { 'data-chapter-entry': chapter.slug, 'data-done': state === 'done' },
    make(
      'a',
      { href: chapter.url, 'data-key': `chapter-${assigned.guide}/${chapter.slug}` },
      make('span', { class: 'chapter-number', 'aria-hidden': 'true' }, String(chapter.number)),
      make('span', { class: 'chapter-title' }, chapter.title),
      make('span', { class: 'chapter-minutes' }, inHours(chapter.minutes)),
    ),
    make('span', { class: 'chapter-progress' }, parts.join(' · ')),
  );
}

function calendarButton(assignment: Assignment): HTMLElement {
  const button = make(
    'button',
    { type: 'button', 'data-calendar': true, 'data-key': 'calendar' },
    'Add to your calendar',
  );
  button.addEventListener('click', () => {
    saveCalendar(assignment, addressOf(location.pathname, assignment));
  });
  return button;
}

customElements.define('tl-assignment', StudentPage);
