/** How the class did, check by check. */
import { make } from '../make.ts';
import type { ClassChapter, ClassCheck, ClassModel } from './model.ts';
import { causeName } from '../event-words.ts';

/** What is known of causes: those that the help page explains, and its address. */
export interface CauseHelp {
  readonly known: ReadonlySet<string>;
  readonly address: string;
}

/** A cause by its name, with what the help page says of it. */
export function causeLink(cause: string, { known, address }: CauseHelp): Node {
  const words = causeName(cause);
  if (!known.has(cause)) return document.createTextNode(words);
  return make('a', { href: `${address}#cause-${cause}`, target: '_blank', rel: 'noopener' }, words);
}

export function checksList(model: ClassModel, help: CauseHelp): readonly HTMLElement[] {
  const all = model.students.length;
  return model.chapters.map((chapter, index) =>
    make(
      'details',
      { class: 'fold', open: index === 0 },
      make(
        'summary',
        {},
        chapter.number === null ? chapter.title : `${chapter.number}. ${chapter.title}`,
        make('span', { class: 'small' }, doneWords(model, index)),
      ),
      make(
        'div',
        { class: 'table-scroll', tabindex: '0', role: 'region', 'aria-label': chapter.title },
        checksTable(chapter, all, help),
      ),
    ),
  );
}

function doneWords({ students }: ClassModel, index: number): string {
  const done = students.filter(({ chapters }) => chapters[index]?.state === 'done').length;
  return `done by ${done} of ${students.length}`;
}

function checksTable({ title, checks }: ClassChapter, all: number, help: CauseHelp): HTMLElement {
  const head = ['Check', 'Passed', 'Tried', 'Median attempts', 'Most common causes'];
  return make(
    'table',
    {},
    make('caption', { class: 'visually-hidden' }, `Checks of “${title}”`),
    make('thead', {}, make('tr', {}, ...head.map((words) => make('th', { scope: 'col' }, words)))),
    make('tbody', {}, ...checks.map((check) => checkRow(check, all, help))),
  );
}

function checkRow(
  { title, passed, tried, medianAttempts, causes }: ClassCheck,
  all: number,
  help: CauseHelp,
): HTMLElement {
  const list = causes.map(({ cause, students }) => make('li', {}, causeLink(cause, help), ` (${students})`));
  return make(
    'tr',
    {},
    make('th', { scope: 'row' }, title),
    make('td', {}, `${passed} of ${all}`),
    make('td', {}, String(tried)),
    make('td', {}, tried === 0 ? '–' : String(medianAttempts)),
    make('td', {}, list.length === 0 ? '–' : make('ul', { class: 'class-causes' }, ...list)),
  );
}
