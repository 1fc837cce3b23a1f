/** The figures of the bench: what is measured, its targets, medians, and the table. */

/** One run of one way of embedding. Absent: not measured in that way. */
export interface Run {
  /** Milliseconds from Start to a prompt that has answered, with nothing kept from before. */
  readonly coldStartMs?: number;
  /** The same, a second time in the same browser. */
  readonly warmStartMs?: number;
  /** Bytes that the server sent from Start to that prompt, with nothing kept from before. */
  readonly startBytes?: number;
  /** Longest task of the page's main thread while packages were installed, in milliseconds. */
  readonly longestTaskMs?: number;
  /** Milliseconds from Enter to the end of a flood of 129 KB in short lines. */
  readonly floodMs?: number;
  /** Longest task of the page's main thread during that flood, in milliseconds. */
  readonly floodTaskMs?: number;
  /** Milliseconds for a page of the guest's Nginx through the browser pane. */
  readonly requestMs?: number;
  /** Milliseconds of the chapters' slowest use of Python, typed as soon as its chapter's machine has started. */
  readonly pipAtOnceMs?: number;
  /** The same, when the machine has loaded the chapter's programs, as it does while its reader reads. */
  readonly pipMs?: number;
  /** Highest resident memory of the tab's process, in bytes. */
  readonly memoryBytes?: number;
}

export type Figure = keyof Run;

/** What can be measured by itself. A start is part of all of them. */
export const PARTS = ['start', 'screen', 'install', 'pip'] as const;
export type Part = (typeof PARTS)[number];

interface FigureFacts {
  readonly part: Part;
  readonly title: string;
  /** The median must be at most this. */
  readonly target?: number;
  readonly show: (value: number) => string;
}

const milliseconds = (value: number): string => `${value.toFixed(value < 100 ? 1 : 0)} ms`;
const megabytes = (value: number): string => `${(value / 1e6).toFixed(1)} MB`;

export const FIGURES: Readonly<Record<Figure, FigureFacts>> = {
  coldStartMs: {
    part: 'start',
    title: 'Start to a prompt that answers, empty cache',
    target: 3000,
    show: milliseconds,
  },
  warmStartMs: {
    part: 'start',
    title: 'Start to a prompt that answers, warm cache',
    target: 1500,
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
  requestMs: { part: 'install', title: 'A request through the browser pane', target: 30, show: milliseconds },
  pipAtOnceMs: {
    part: 'pip',
    title: 'sudo pip install virtualenv, typed at the first prompt',
    show: milliseconds,
  },
  pipMs: {
    part: 'pip',
    title: 'The same, when the machine has loaded the chapter’s programs',
    target: 25_000,
    show: milliseconds,
  },
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

/** Figures of these parts whose median is over its target, or that have a target and no value. */
export function missed(ours: Run, parts: ReadonlySet<Part> = new Set(PARTS)): Figure[] {
  return (Object.keys(FIGURES) as Figure[]).filter((figure) => {
    const { part, target } = FIGURES[figure];
    return parts.has(part) && target !== undefined && !((ours[figure] ?? Infinity) <= target);
  });
}

/** A table of medians of what was measured: ours, the target, the plain embedding, and how many times ours goes into the plain one. */
export function figuresTable(ours: Run, plain: Run): string {
  const rows = [['', 'Typealong', 'target', '', 'plain v86', 'plain / ours']];
  const overdrawn = new Set(missed(ours));
  for (const figure of Object.keys(FIGURES) as Figure[]) {
    const { title, target, show } = FIGURES[figure];
    const [own, other] = [ours[figure], plain[figure]];
    if (own === undefined && other === undefined) continue;
    rows.push([
      title,
      own === undefined ? '-' : show(own),
      target === undefined ? '' : `≤ ${show(target)}`,
      target === undefined ? '' : overdrawn.has(figure) ? 'MISSED' : 'met',
      other === undefined ? '-' : show(other),
      own === undefined || other === undefined ? '' : (other / own).toFixed(2),
    ]);
  }
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
