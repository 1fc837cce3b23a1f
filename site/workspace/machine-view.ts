/** How the machine's state looks: a word in the bar, and the panel that covers the terminals while it does not run. */
import type { SavedAbout } from '../sandbox/saved.ts';
import type { SandboxProblem } from '../sandbox/types.ts';
import { duration } from './busy-terminals.ts';
import type { Occupation } from './busy-terminals.ts';
import type { MachineState } from './machine.ts';
import type { SavingState } from './machine-saving.ts';
import { timeInWords } from './time-in-words.ts';

/** Another tab has the guide's machine: it was there first, has taken it from here, or cannot give it away. */
export type Elsewhere = 'open' | 'taken' | 'refused';

export interface CoverFacts {
  readonly fetchBytes: number | null;
  /** The machine was switched off because the page was hidden for long. */
  readonly wasHidden: boolean;
  readonly chapterNumber: number;
  /** The terminals show a picture of their prompts: the cover is a strip below it. */
  readonly isPicture: boolean;
  /** The saved machine that can go on; `null` when there is none. */
  readonly saved: SavedAbout | null;
  /** Whether this site still has the files that the saved machine needs. */
  readonly canGoOn: boolean;
  /** The machine whose place that has taken; `null` for none. */
  readonly before: SavedAbout | null;
  readonly elsewhere: Elsewhere | null;
}

/** A few words for the bar and for screen readers. */
export function stateInWords(state: MachineState): string {
  switch (state.status) {
    case 'none':
      return 'No machine here';
    case 'off':
      return 'Off';
    case 'fetching':
      return 'Fetching';
    case 'restoring':
      return 'Waking up';
    case 'booting':
      return 'Starting up';
    case 'running':
      return 'Running';
    case 'stopping':
      return state.then === 'restart' ? 'Restarting' : 'Shutting down';
    case 'halted':
      return 'Switched off';
    case 'paused':
      return 'Paused';
    case 'waiting':
      return 'Waiting for the network';
    case 'failed':
      return 'Stopped';
  }
}

/** Whether the machine is kept beyond the page, in a few words; empty while there is nothing to keep. */
export function savingInWords(state: SavingState): string {
  switch (state.kind) {
    case 'none':
      return '';
    case 'saved':
      return 'Saved';
    case 'failed':
      return 'Not saved';
  }
}

/** `11.4 MB`; megabytes of a million bytes, as browsers count downloads. */
function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Says for how long the machine has been booting. */
export function showElapsed(root: ParentNode, seconds: number): void {
  const elapsed = root.querySelector('[data-elapsed]');
  if (elapsed) elapsed.textContent = duration(seconds);
}

/** A sign of work: for how long the reader has been waiting for a command, if for any. */
export function showRunningFor(
  chip: HTMLElement,
  command: readonly [terminal: number, Occupation] | null,
): void {
  chip.hidden = command === null;
  if (command === null) return;
  const [terminal, { commandLine, seconds }] = command;
  chip.textContent = `at work for ${duration(seconds)}`;
  chip.title = `Terminal ${terminal}: ${commandLine ?? ''}`;
}

/**
 * Draws the cover; hidden while the machine runs. A focus that was on it stays on what takes its place; `onUncovered`
 * moves it to what was covered, or is a picture now.
 */
export function renderCover(
  cover: HTMLElement,
  state: MachineState,
  facts: CoverFacts,
  onUncovered: () => void,
): void {
  const hadFocus = cover.contains(document.activeElement);
  cover.hidden = state.status === 'running';
  // What is typed must not go astray because the strip was clicked.
  if (facts.isPicture) cover.removeAttribute('tabindex');
  else cover.tabIndex = -1;
  cover.dataset['cover'] = state.status;
  cover.toggleAttribute('data-picture', facts.isPicture);
  // What was saved is seen behind it.
  cover.toggleAttribute('data-still', state.status === 'off' && facts.saved !== null);
  const shown = [
    shownOf(state),
    facts.elsewhere ?? '',
    facts.isPicture ? 'picture' : '',
    facts.saved?.savedAtMs ?? '',
    facts.before?.savedAtMs ?? '',
    facts.chapterNumber,
  ].join(' ');
  if (cover.dataset['shown'] === shown && update(cover, state)) return;
  cover.dataset['shown'] = shown;
  cover.replaceChildren(...coverContent(state, facts));
  if (!hadFocus) return;
  if (cover.hidden || (facts.isPicture && !cover.querySelector('button'))) onUncovered();
  else (cover.querySelector<HTMLElement>('button.primary') ?? cover).focus();
}

/** What tells one cover from another, when only its figures change. */
function shownOf(state: MachineState): string {
  if (state.status === 'waiting') return `${state.status} ${state.problem.code} ${state.problem.message}`;
  return state.status;
}

/** Progress moves many times a second: then only figures change, and buttons keep their focus. */
function update(cover: HTMLElement, state: MachineState): boolean {
  if (state.status === 'fetching') {
    const bar = cover.querySelector('progress');
    const figures = cover.querySelector('[data-figures]');
    if (bar === null || figures === null) return false;
    setProgress(bar, state.loadedBytes, state.totalBytes);
    figures.textContent = fetchFigures(state.loadedBytes, state.totalBytes);
    return true;
  }
  if (state.status === 'booting') {
    const line = cover.querySelector('[data-boot-line]');
    if (line === null) return false;
    line.textContent = state.message;
    return true;
  }
  return state.status === 'waiting';
}

function coverContent(state: MachineState, facts: CoverFacts): HTMLElement[] {
  switch (state.status) {
    case 'none':
      return [
        heading('This copy of the site has no machine'),
        text(
          'It was built for reading. The text is complete; to type along, use a copy that was built with its sandbox.',
        ),
      ];
    case 'off':
      if (facts.elsewhere) return offerTakeOver(facts.elsewhere);
      if (facts.saved) return facts.canGoOn ? offerSaved(facts.saved, facts) : offerFresh(facts.saved, facts);
      return [
        heading(facts.wasHidden ? 'Switched off while you were away' : 'A Linux server of your own'),
        text(
          facts.wasHidden
            ? 'This tab was hidden for half an hour, so the machine was switched off to give its memory back. It starts again at the beginning of this chapter.'
            : facts.chapterNumber === 1
              ? 'It runs in this page, in your browser. Break it as often as you like.'
              : 'It starts where this chapter begins: what the earlier chapters do is already done.',
        ),
        button('Start the machine', 'start', 'primary'),
        small(
          `${facts.fetchBytes === null ? '' : `Fetches up to ${megabytes(facts.fetchBytes)} the first time. `}No account, and nothing leaves your browser.`,
        ),
      ];
    case 'fetching': {
      const bar = document.createElement('progress');
      bar.setAttribute('aria-label', 'Fetching the machine');
      setProgress(bar, state.loadedBytes, state.totalBytes);
      const figures = small(fetchFigures(state.loadedBytes, state.totalBytes));
      figures.dataset['figures'] = '';
      return [heading('Fetching the machine'), bar, figures, ...typeAhead(facts)];
    }
    case 'restoring':
      return [heading('Waking the machine up'), ...typeAhead(facts)];
    case 'booting': {
      const line = document.createElement('p');
      line.className = 'boot-line';
      line.dataset['bootLine'] = '';
      line.textContent = state.message;
      const elapsed = small('');
      elapsed.dataset['elapsed'] = '';
      return [
        heading('The server starts up'),
        text('A real boot takes about half a minute here. You can type as soon as the prompt is back.'),
        line,
        elapsed,
      ];
    }
    case 'running':
      return [];
    case 'stopping':
      return state.then === 'restart'
        ? [
            heading('The server restarts'),
            text('It ends its programs first, and then boots. That takes about a minute here.'),
          ]
        : [heading('The server shuts down'), text('It ends its programs and writes its disk.')];
    case 'halted':
      return [
        heading('The server is switched off'),
        text('Its disk is as you left it, so you can switch it on and continue.'),
        button('Switch it on', 'switchOn', 'primary'),
        button('Start from the beginning of this chapter', 'reset', ''),
      ];
    case 'paused':
      return [
        heading('Paused'),
        text('Time stands still in the machine. Nothing is lost.'),
        button('Resume', 'resume', 'primary'),
      ];
    case 'waiting':
      return [
        heading(
          state.problem.code === 'gone'
            ? 'The machine is waiting for a file'
            : 'The machine is waiting for the network',
        ),
        text(state.problem.message),
        ...subject(state.problem.subject),
        ...whileWaiting(state.problem.code),
      ];
    case 'failed':
      return [
        heading(failureHeading(state.problem.code)),
        text(state.problem.message),
        ...subject(state.problem.subject),
        ...wayOn(state.problem.code, facts),
      ];
  }
}

function offerTakeOver(elsewhere: Elsewhere): HTMLElement[] {
  switch (elsewhere) {
    case 'open':
      return [
        heading('This guide’s machine is open in another tab'),
        text('A guide has one machine. It can come here: the other tab saves it and lets it go.'),
        button('Take it over', 'takeOver', 'primary'),
      ];
    case 'taken':
      return [
        heading('The machine is in another tab now'),
        text('It was saved here first, and goes on there.'),
        button('Take it back', 'takeOver', 'primary'),
      ];
    case 'refused':
      return [
        heading('The other tab cannot save its machine'),
        text('It would be lost on the way, so it stays there. Power it off in that tab, then try again.'),
        button('Try again', 'takeOver', 'primary'),
      ];
  }
}

function offerSaved(saved: SavedAbout, { before, chapterNumber, wasHidden }: CoverFacts): HTMLElement[] {
  const { number, title } = saved.chapter;
  return [
    heading('Go on where you were'),
    ...(wasHidden ? [text('This tab was hidden for half an hour, so the machine was switched off.')] : []),
    text(`Chapter ${number}, “${title}”, ${timeInWords(saved.savedAtMs)}.`),
    button('Go on', 'goOn', 'primary'),
    button(
      number === chapterNumber
        ? 'Start this chapter from the beginning'
        : `Start fresh with chapter ${chapterNumber}`,
      'start',
      '',
    ),
    small(
      'A fresh machine takes the place of this one. You can take this one back until the next fresh start.',
    ),
    ...(before
      ? [
          button('Take back the machine before', 'takeBack', ''),
          small(`Chapter ${before.chapter.number}, ${timeInWords(before.savedAtMs)}.`),
        ]
      : []),
  ];
}

/** The site has changed too much since the machine was saved. */
function offerFresh(saved: SavedAbout, { chapterNumber }: CoverFacts): HTMLElement[] {
  return [
    heading('Your machine is from an earlier release'),
    text(
      `It was saved in chapter ${saved.chapter.number}, ${timeInWords(saved.savedAtMs)}. This site has been updated since and no longer has the files that it needs, so it cannot go on here.`,
    ),
    button(`Start fresh with chapter ${chapterNumber}`, 'start', 'primary'),
    small(
      'Each chapter begins with all that the chapters before it do. The machine of before is set aside under “Your machines”, where you can download it.',
    ),
  ];
}

function typeAhead({ isPicture }: CoverFacts): HTMLElement[] {
  return isPicture ? [small('You can start typing.')] : [];
}

/** Whether a machine that ran has stopped, or none has come to run. */
export function failureHeading(code: SandboxProblem['code']): string {
  return NEVER_RAN.has(code) ? 'The machine could not be started' : 'The machine has stopped';
}

/** Once a machine runs, what cannot be fetched makes it wait. */
const NEVER_RAN: ReadonlySet<SandboxProblem['code']> = new Set([
  'no-webassembly',
  'no-worker',
  'fetch-failed',
  'gone',
  'wrong-hash',
  'wrong-version',
]);

function whileWaiting(code: SandboxProblem['code']): HTMLElement[] {
  if (code === 'slow-network')
    return [small('It continues by itself as soon as the file is here. Nothing is lost.')];
  const retry = button('Try again', 'retry', 'primary');
  return code === 'gone'
    ? [
        retry,
        button('Reload the page', 'reloadPage', ''),
        small('After a reload the machine begins at the start of this chapter.'),
      ]
    : [retry, small('It stands still until then. Nothing is lost.')];
}

function wayOn(code: SandboxProblem['code'], { saved }: CoverFacts): HTMLElement[] {
  if (code === 'no-webassembly' || code === 'no-worker') return [];
  if (code === 'gone' || code === 'wrong-version')
    return [button('Reload the page', 'reloadPage', 'primary')];
  if (saved)
    return [
      button('Go on from the last save', 'goOn', 'primary'),
      small(`Chapter ${saved.chapter.number}, ${timeInWords(saved.savedAtMs)}.`),
      button('Start this chapter from the beginning', 'restart', ''),
    ];
  return [
    button('Start it again', 'restart', 'primary'),
    // A script that the browser waits for in vain is asked for anew only by a new page.
    ...(code === 'fetch-failed' ? [button('Reload the page', 'reloadPage', '')] : []),
    small('It begins at the start of this chapter.'),
  ];
}

function setProgress(bar: HTMLProgressElement, loaded: number, total: number): void {
  if (total > 0) {
    bar.max = total;
    bar.value = loaded;
  } else {
    bar.removeAttribute('value');
  }
}

function fetchFigures(loaded: number, total: number): string {
  return total > 0 ? `${megabytes(loaded)} of ${megabytes(total)}` : 'Finding out how much there is …';
}

function heading(words: string): HTMLElement {
  // Not a heading: the page's outline is the chapter's.
  const element = text(words);
  element.className = 'cover-heading';
  return element;
}

function text(words: string): HTMLElement {
  const element = document.createElement('p');
  element.textContent = words;
  return element;
}

function small(words: string): HTMLElement {
  const element = text(words);
  element.className = 'small';
  return element;
}

function subject(words: string | undefined): HTMLElement[] {
  if (words === undefined || words === '') return [];
  const element = document.createElement('p');
  const code = document.createElement('code');
  code.textContent = words;
  element.className = 'subject';
  element.append(code);
  return [element];
}

function button(
  words: string,
  hook:
    | 'start'
    | 'goOn'
    | 'takeOver'
    | 'takeBack'
    | 'switchOn'
    | 'resume'
    | 'retry'
    | 'restart'
    | 'reset'
    | 'reloadPage',
  className: string,
): HTMLElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.className = className;
  element.dataset[hook] = '';
  element.textContent = words;
  return element;
}
