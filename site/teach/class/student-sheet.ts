/** One student: in the dialog of the page, and on a sheet of paper. */
import { counted } from '../../counted.ts';
import { make } from '../make.ts';
import { causeLink, type CauseHelp } from './checks-list.ts';
import type { Details } from './details.ts';
import type { CheckRow, ClassModel, StudentRow } from './model.ts';
import type { Recording } from './recording.ts';
import { span } from '../event-words.ts';
import { chapterInWords, helpInWords, minutesOf, timeOf } from './words.ts';

const ANSWERS: Readonly<Record<CheckRow['now'], string>> = {
  ...{ pass: 'Passes', fail: 'Fails', error: 'Could not be run', 'not-asked': '–' },
};

/** Lines of a timeline that are drawn at once. */
const LINES = 500;

/** What the record comes to: facts, what was noticed, and every check. */
export function studentSheet(row: StudentRow, model: ClassModel, help: CauseHelp): readonly HTMLElement[] {
  return [
    facts(row, model),
    ...(row.findings.length === 0
      ? []
      : [
          make('h3', {}, 'What was noticed'),
          make(
            'ul',
            { class: 'class-findings' },
            ...row.findings.map(({ severity, sentence }) =>
              make(
                'li',
                {},
                make(
                  'strong',
                  { class: severity === 'forged' ? 'forged' : 'note-mark' },
                  severity === 'forged' ? 'Forged: ' : 'Look at it: ',
                ),
                make('bdi', {}, sentence),
              ),
            ),
          ),
        ]),
    make('h3', {}, 'Checks'),
    ...row.chapters.flatMap((chapter, index) => [
      make('h4', {}, `${model.chapters[index]?.title ?? ''}: ${chapterInWords(chapter)}`),
      ...(chapter.checks.length === 0
        ? []
        : [
            make(
              'div',
              {
                ...{ class: 'table-scroll', tabindex: '0', role: 'region' },
                'aria-label': `Checks of ${model.chapters[index]?.title ?? ''}`,
              },
              checksOf(chapter.checks, model, help),
            ),
          ]),
    ]),
  ];
}

function facts(row: StudentRow, { assignment }: ClassModel): HTMLElement {
  const fact = (name: string, ...said: (Node | string)[]): HTMLElement =>
    make('div', {}, make('dt', {}, name), make('dd', {}, ...said));
  const files = [row.file, ...row.others].map(({ name, madeAtMs }, index) =>
    make('li', {}, make('bdi', {}, name), `, ${timeOf(madeAtMs)}${index === 0 ? ' (counts)' : ''}`),
  );
  return make(
    'dl',
    { class: 'facts' },
    ...(row.person ? [fact('In the course', make('bdi', {}, `${row.person.name} (${row.person.id})`))] : []),
    fact('Files', make('ul', { class: 'plain' }, ...files)),
    ...(assignment?.points
      ? [
          fact(
            'Points',
            `${row.points} of ${row.mostPoints}${row.pointsLate > 0 ? `, ${row.pointsLate} of them late` : ''}`,
          ),
        ]
      : []),
    fact(
      'Checks passed',
      `${row.passed} of ${row.checks}${row.late > 0 ? `, ${row.late} late by up to ${span(row.lateMs)}` : ''}`,
    ),
    ...(row.passedOnlyNow > 0
      ? [fact('Passed only at handing in', `${counted(row.passedOnlyNow, 'check')}, not counted`)]
      : []),
    fact('At work', counted(minutesOf(row.workMs), 'minute')),
    fact('Help used', helpInWords(row) || 'None'),
    fact('Commands of the chapters', `${row.typed} typed or pasted, ${row.pressed} entered with a button`),
  );
}

function checksOf(checks: readonly CheckRow[], { assignment }: ClassModel, help: CauseHelp): HTMLElement {
  const dueMs = (assignment?.due.minute ?? 0) * 60_000;
  const head = ['Check', 'Passed', 'Attempts', 'Causes before it passed', 'On the machine at handing in'];
  return make(
    'table',
    {},
    make('thead', {}, make('tr', {}, ...head.map((words) => make('th', { scope: 'col' }, words)))),
    make(
      'tbody',
      {},
      ...checks.map(({ title, passMs, attempts, causes, now }) =>
        make(
          'tr',
          {},
          make('th', { scope: 'row' }, title),
          make('td', {}, passMs === null ? 'No' : `${timeOf(passMs)}${passMs > dueMs ? ', late' : ''}`),
          make('td', {}, String(attempts)),
          make('td', {}, ...causesOf(causes, help)),
          make('td', {}, ANSWERS[now]),
        ),
      ),
    ),
  );
}

function causesOf(causes: CheckRow['causes'], help: CauseHelp): (Node | string)[] {
  const all = Object.entries(causes);
  if (all.length === 0) return ['–'];
  return all.flatMap(([cause, count], index) => [
    ...(index > 0 ? [', '] : []),
    causeLink(cause, help),
    ...(count > 1 ? [` (${count})`] : []),
  ]);
}

/** Timeline, files and terminals. What is long is drawn when it is unfolded. `signal` ends what plays in it. */
export function detailsList(
  { chapters, files, terminals, hasMachine }: Details,
  signal: AbortSignal,
): readonly HTMLElement[] {
  return [
    make('h3', {}, 'Timeline'),
    ...(chapters.length === 0 ? [make('p', {}, 'Nothing is recorded.')] : []),
    ...chapters.map(({ title, events }) => fold(`${title} (${events.length})`, () => timeLine(events))),
    ...(files.length === 0 ? [] : [make('h3', {}, 'Files that differ from the chapter’s listings')]),
    ...files.map(({ path, diff }) =>
      fold(path, () => [
        diff === null ? make('p', {}, 'The file is missing.') : text(diff, `How ${path} differs`),
      ]),
    ),
    ...(terminals.length === 0 ? [] : [make('h3', {}, 'Terminals')]),
    ...terminals.map((recording, index) => {
      const name = recording.title || `Terminal ${index + 1}`;
      return fold(name, () => terminalParts(recording, name, signal));
    }),
    ...(hasMachine
      ? [
          make('h3', {}, 'Machine'),
          make('p', {}, 'The student’s machine is in the file. It is not opened here.'),
        ]
      : []),
  ];
}

function fold(title: string, content: () => readonly HTMLElement[]): HTMLElement {
  const details = make('details', { class: 'fold' }, make('summary', {}, make('bdi', {}, title)));
  const body = make('div', { class: 'class-fold' });
  details.append(body);
  details.addEventListener('toggle', () => {
    if (details.open && body.childElementCount === 0) body.append(...content());
  });
  return details;
}

/** As text for everybody; who wants to see it can have it played. */
function terminalParts(recording: Recording, name: string, signal: AbortSignal): readonly HTMLElement[] {
  const player = make('div', {});
  const watch = make('button', { type: 'button' }, 'Watch it');
  watch.addEventListener('click', () => {
    watch.disabled = true;
    void import('./recording-player.ts').then(
      ({ RecordingPlayer }) => {
        if (signal.aborted) return;
        watch.parentElement?.remove();
        // The terminal measures where it stands.
        const { element } = new RecordingPlayer(recording, player, signal);
        element.querySelector('button')?.focus();
      },
      () => {
        watch.disabled = false;
        player.replaceChildren(make('p', {}, 'The player could not be loaded. Try again.'));
      },
    );
  });
  return [make('p', { class: 'assignment-buttons' }, watch), player, text(recording.text, name)];
}

function timeLine(events: Details['chapters'][number]['events']): readonly HTMLElement[] {
  const list = make('ol', { class: 'time-line' });
  const more = make('button', { type: 'button' }, 'Show more');
  let drawn = 0;
  const draw = (): void => {
    for (const { time, words } of events.slice(drawn, drawn + LINES))
      list.append(make('li', {}, make('span', { class: 'small' }, time), ' ', make('bdi', {}, words)));
    drawn += LINES;
    more.hidden = drawn >= events.length;
  };
  more.addEventListener('click', draw);
  draw();
  return [list, more];
}

function text(content: string, name: string): HTMLElement {
  return make('pre', { class: 'class-text', tabindex: '0', role: 'region', 'aria-label': name }, content);
}
