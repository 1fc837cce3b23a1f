/** What the page shows of a machine, as text: saved with it, and shown again with it. */
import { isRecord, parseJson } from '../json.ts';
import type { PaneState } from '../pane/browser-pane.ts';
import type { ActionStatus } from './step-tracker.ts';
import type { TerminalView } from './terminal.ts';

export interface SavedView {
  /** In their order; `null` for one that showed nothing. */
  readonly terminals: readonly (SavedTerminal | null)[];
  /** The tab in front: `terminal-1` or `browser`. */
  readonly tab: string;
  readonly pane: PaneState | null;
  /** Slug of the chapter whose page showed it. */
  readonly chapter: string;
  /** Actions of that chapter that are not as at its start, by their ids; another chapter may have the same ids. */
  readonly actions: Readonly<Record<string, ActionStatus>>;
}

export interface SavedTerminal extends TerminalView {
  /** What runs in it; `null` at the prompt. */
  readonly command: string | null;
}

/** More columns or rows no screen has. */
const MOST_CELLS = 1000;
const STATUSES: ReadonlySet<string> = new Set<ActionStatus>([
  'pending',
  'running',
  'ready',
  'done',
  'failed',
]);

export function encodeView(view: SavedView): string {
  return JSON.stringify(view);
}

/** What {@link encodeView} made; what is not as it should be is left out. */
export function decodeView(text: string): SavedView {
  const value = record(parseJson(text));
  const terminals = Array.isArray(value['terminals']) ? value['terminals'] : [];
  const actions = Object.entries(record(value['actions'])).filter(
    (entry): entry is [string, ActionStatus] => typeof entry[1] === 'string' && STATUSES.has(entry[1]),
  );
  return {
    terminals: terminals.map(readTerminal),
    tab: typeof value['tab'] === 'string' ? value['tab'] : 'terminal-1',
    pane: readPane(value['pane']),
    chapter: typeof value['chapter'] === 'string' ? value['chapter'] : '',
    actions: Object.fromEntries(actions),
  };
}

function readTerminal(value: unknown): SavedTerminal | null {
  const { text, cols, rows, command } = record(value);
  if (typeof text !== 'string' || !isSize(cols) || !isSize(rows)) return null;
  return { text, cols, rows, command: typeof command === 'string' ? command : null };
}

function readPane(value: unknown): PaneState | null {
  const { history, index, cookies } = record(value);
  if (!Array.isArray(history) || typeof index !== 'number' || !Array.isArray(cookies)) return null;
  return {
    history: history.filter((url) => typeof url === 'string'),
    index,
    cookies: cookies.filter((cookie) => typeof cookie === 'string'),
  };
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= MOST_CELLS;
}

function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}
