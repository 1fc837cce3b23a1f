/** The figures of the bench: what is measured, its targets, medians, and the table. */

/** One run of one way of embedding. Absent: not measured in that way. */
export interface Run {
  /** Milliseconds from Start to a prompt that takes keys, with nothing kept from before. */
  readonly coldShownMs?: number;
  /** Milliseconds from Start to a prompt that has answered, with nothing kept from before. */
  readonly coldStartMs?: number;
  /** The same two, a second time in the same browser, pressed as soon as the page is there. */
  readonly warmShownMs?: number;
  readonly warmStartMs?: number;
  /** To a prompt that has answered, where the page was idle before and has prepared its machine. */
  readonly preparedStartMs?: number;
  /** To a prompt that has answered, over a line of 20 Mbit/s and 40 ms, with nothing kept from before. */
  readonly slowStartMs?: number;
  /** Bytes that the server sent from Start to that prompt, with nothing kept from before. */
  readonly startBytes?: number;
  /** Longest task of the page's main thread while packages were installed, in milliseconds. */
  readonly longestTaskMs?: number;
  /** Milliseconds from Enter to the end of a flood of 129 KB in short lines. */
  readonly floodMs?: number;
  /** Longest task of the page's main thread during that flood, in milliseconds. */
  readonly floodTaskMs?: number;
  /** Kilobytes (1000 bytes) a second of a long output of one program, from Enter to its end on the screen. */
  readonly outputRate?: number;
  /** Milliseconds for a page of the guest's Nginx through the browser pane. */
  readonly requestMs?: number;
  /** Milliseconds of the chapters' slowest use of Python, typed as soon as its chapter's machine has started. */
  readonly pipAtOnceMs?: number;
  /** The same, when the machine has loaded the chapter's programs, as it does while its reader reads. */
  readonly pipMs?: number;
  /** Milliseconds of all checks of the chapter with the most, pressed at once, on the machine that its reader begins with. */
  readonly checksAtStartMs?: number;
  /** The same on the machine that its reader ends with, where they pass. */
  readonly checksAtEndMs?: number;
  /** For how long the guest stood still for a save after a command, and the longest task of the main thread meanwhile. */
  readonly saveStillMs?: number;
  readonly saveTaskMs?: number;
  /** Bytes of a save: the first of a machine, one after a command, and one after an installation with pip. */
  readonly firstSaveBytes?: number;
  readonly saveBytes?: number;
  readonly pipSaveBytes?: number;
  /** Milliseconds from opening the page to the saved machine's prompt, which has answered: Go on is pressed at once. */
  readonly openToSavedMs?: number;
  /** The same from the press of Go on; and of Start, for the chapter's own machine, in the same browser. */
  readonly goOnMs?: number;
  readonly besideGoOnMs?: number;
  /** Milliseconds that a reader waits for all commands of a guide, typed in one machine; no restart, no page. */
  readonly guideMs?: number;
  /** Highest resident memory of the tab's process, in bytes. */
  readonly memoryBytes?: number;
}

export type Figure = keyof Run;

/** What can be measured by itself. */
export const PARTS = [
  'start',
  'screen',
  'output',
  'install',
  'pip',
  'commands',
  'checks',
  'saves',
  'guides',
] as const;
export type Part = (typeof PARTS)[number];

/** How often a part is measured when nobody says. All in all it may take ten minutes. */
export const DEFAULT_RUNS: Readonly<Record<Part, number>> = {
  start: 3,
  screen: 1,
  output: 1,
  install: 1,
  pip: 1,
  commands: 1,
  checks: 1,
  saves: 1,
  guides: 1,
};

interface FigureFacts {
  readonly part: Part;
  readonly title: string;
  /** The median must be at most this; at least, where more is better. */
  readonly target?: number;
  /** The median must be so many times better than the plain embedding's. */
  readonly ratioTarget?: number;
  /** A rate: more is better. Default false. */
  readonly moreIsBetter?: boolean;
  readonly show: (value: number) => string;
}

const milliseconds = (value: number): string => `${value.toFixed(value < 100 ? 1 : 0)} ms`;
const seconds = (value: number): string => `${(value / 1000).toFixed(1)} s`;
const rate = (value: number): string => `${value.toFixed(0)} KB/s`;
const megabytes = (value: number): string => `${(value / 1e6).toFixed(1)} MB`;

export const FIGURES: Readonly<Record<Figure, FigureFacts>> = {
  coldShownMs: {
    part: 'start',
    title: 'Start to a prompt that takes keys, empty cache',
    target: 500,
    show: milliseconds,
  },
  coldStartMs: {
    part: 'start',
    title: 'Start to a prompt that answers, empty cache',
    target: 3000,
    ratioTarget: 1.3,
    show: milliseconds,
  },
  warmShownMs: {
    part: 'start',
    title: 'Start to a prompt that takes keys, warm cache',
    target: 500,
    show: milliseconds,
  },
  warmStartMs: {
    part: 'start',
    title: 'Start to a prompt that answers, warm cache',
    target: 1500,
    ratioTarget: 1.3,
    show: milliseconds,
  },
  preparedStartMs: {
    part: 'start',
    title: 'The same, after the page was idle',
    show: milliseconds,
  },
  slowStartMs: {
    part: 'start',
    title: 'The same over 20 Mbit/s with 40 ms, empty cache',
    target: 6000,
    show: milliseconds,
  },
  startBytes: { part: 'start', title: 'Bytes fetched before that prompt', target: 14e6, show: megabytes },
  longestTaskMs: {
    part: 'install',
    title: 'Longest main-thread task during apt-get install',
    target: 100,
    show: milliseconds,
  },
  floodMs: { part: 'screen', title: 'seq 20000, to its end on the screen', target: 650, show: milliseconds },
  floodTaskMs: {
    part: 'screen',
    title: 'Longest main-thread task meanwhile',
    target: 100,
    show: milliseconds,
  },
  outputRate: {
    part: 'output',
    title: '1 MB of output, to its end on the screen',
    target: 200,
    moreIsBetter: true,
    show: rate,
  },
  requestMs: { part: 'install', title: 'A request through the browser pane', target: 20, show: milliseconds },
  pipAtOnceMs: {
    part: 'pip',
    title: 'sudo pip install virtualenv, typed at the first prompt',
    show: milliseconds,
  },
  pipMs: {
    part: 'pip',
    title: 'sudo pip install virtualenv, when the machine has loaded its programs',
    target: 25_000,
    show: milliseconds,
  },
  checksAtStartMs: {
    part: 'checks',
    title: 'All checks of the chapter with the most, at its start',
    show: milliseconds,
  },
  checksAtEndMs: { part: 'checks', title: 'The same at its end, where they pass', show: milliseconds },
  saveStillMs: {
    part: 'saves',
    title: 'Standstill of the guest for a save after a command',
    target: 150,
    show: milliseconds,
  },
  saveTaskMs: { part: 'saves', title: 'Longest main-thread task meanwhile', target: 50, show: milliseconds },
  firstSaveBytes: { part: 'saves', title: 'Bytes of the first save', show: megabytes },
  saveBytes: { part: 'saves', title: 'Bytes of a save after a command', target: 6e6, show: megabytes },
  pipSaveBytes: { part: 'saves', title: 'The same after pip install virtualenv', show: megabytes },
  openToSavedMs: {
    part: 'saves',
    title: 'Opening the page to the prompt of a saved machine, answering',
    show: milliseconds,
  },
  goOnMs: { part: 'saves', title: 'The same from the press of Go on', target: 1500, show: milliseconds },
  besideGoOnMs: { part: 'saves', title: 'Beside it: the chapter’s own machine', show: milliseconds },
  guideMs: { part: 'guides', title: 'Waiting for the commands of a guide, together', show: seconds },
  memoryBytes: { part: 'install', title: 'Peak memory of the tab', show: megabytes },
};

/** The middle of the sorted values; the mean of the two in the middle when their number is even. */
export function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? undefined : (lower + upper) / 2;
}

/** The median of each figure that was measured. */
export function medians(runs: readonly Run[]): Run {
  const entries = (Object.keys(FIGURES) as Figure[]).flatMap((figure) => {
    const middle = median(runs.flatMap((run) => run[figure] ?? []));
    return middle === undefined ? [] : [[figure, middle] as const];
  });
  return Object.fromEntries(entries);
}

/** How many times better ours is than the plain one: as quick, as small, or as much where more is better. */
function ratioOf(figure: Figure, ours: Run, plain: Run): number | undefined {
  const [own, other] = [ours[figure], plain[figure]];
  if (own === undefined || other === undefined) return undefined;
  return FIGURES[figure].moreIsBetter ? own / other : other / own;
}

/** What was not measured has not met its target. */
function meetsTarget(figure: Figure, ours: Run): boolean {
  const { target, moreIsBetter = false } = FIGURES[figure];
  const own = ours[figure];
  if (target === undefined) return true;
  return own !== undefined && (moreIsBetter ? own >= target : own <= target);
}

function meetsRatio(figure: Figure, ours: Run, plain: Run): boolean {
  const { ratioTarget } = FIGURES[figure];
  return ratioTarget === undefined || (ratioOf(figure, ours, plain) ?? 0) >= ratioTarget;
}

/** Figures of these parts that do not meet a target of theirs, or that have one and no value. */
export function missed(ours: Run, plain: Run, parts: ReadonlySet<Part> = new Set(PARTS)): Figure[] {
  return (Object.keys(FIGURES) as Figure[]).filter(
    (figure) =>
      parts.has(FIGURES[figure].part) && !(meetsTarget(figure, ours) && meetsRatio(figure, ours, plain)),
  );
}

/** A table of medians of what was measured: ours, the target, the plain embedding, and how many times better ours is. */
export function figuresTable(ours: Run, plain: Run): string {
  const rows = [['', 'Typealong', 'target', '', 'plain v86', 'times better', 'target', '']];
  for (const figure of Object.keys(FIGURES) as Figure[]) {
    const { title, target, ratioTarget, moreIsBetter = false, show } = FIGURES[figure];
    const [own, other] = [ours[figure], plain[figure]];
    if (own === undefined && other === undefined) continue;
    rows.push([
      title,
      own === undefined ? '-' : show(own),
      target === undefined ? '' : `${moreIsBetter ? '≥' : '≤'} ${show(target)}`,
      target === undefined ? '' : verdict(meetsTarget(figure, ours)),
      other === undefined ? '-' : show(other),
      ratioOf(figure, ours, plain)?.toFixed(2) ?? '',
      ratioTarget === undefined ? '' : `≥ ${ratioTarget.toFixed(2)}`,
      ratioTarget === undefined ? '' : verdict(meetsRatio(figure, ours, plain)),
    ]);
  }
  return alignColumns(rows);
}

function verdict(met: boolean): string {
  return met ? 'met' : 'MISSED';
}

/** Rows of text in columns: the first to the left, the others to the right. */
export function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
