/**
 * Follows what the reader does, whether by a button or by hand, and tells which actions of the chapter are done
 * and when a step's commands have ended. Knows the chapter model and what the shells report; no page, no machine.
 */
import type { Action, CommandAction, FileAction, Step, VisitAction } from '../chapter/model.ts';

/**
 * `running`: a command that was entered; `ready`: one that stays in the foreground and has said that it is ready.
 */
export type ActionStatus = 'pending' | 'running' | 'ready' | 'done' | 'failed';

export interface StepTrackerEvents {
  readonly onAction: (action: Action, status: ActionStatus) => void;
  /** The commands of a step have ended: its checks have something to say. May come several times. */
  readonly onStepEnded: (step: Step) => void;
  /** An editor was closed: these listings may be on the disk now. */
  readonly onEdited: (listings: readonly FileAction[]) => void;
}

/** What a page of the browser pane brought. */
export interface Visited {
  /** The action whose button opened it; `null` when the reader typed the address or followed a link. */
  readonly action: VisitAction | null;
  /** Addresses under which it was asked for and shown. */
  readonly urls: readonly string[];
  readonly outcome: VisitAction['outcome'] | 'other';
  readonly text: string;
}

interface RunningCommand {
  readonly action: CommandAction;
  /** The end of what it has printed, without control sequences: `until` may begin there. */
  printed: string;
}

/** How much is kept of what was printed, beyond the length of `until`: blanks may be in between. In characters. */
const KEPT_BLANKS = 256;

export class StepTracker {
  readonly #steps: readonly Step[];
  readonly #events: StepTrackerEvents;
  readonly #statuses = new Map<string, ActionStatus>();
  readonly #running = new Map<number, RunningCommand>();
  /** The command that restarts the machine: over when the machine is back, not when the shell says so. */
  #rebooting: CommandAction | null = null;
  /** Actions before this one in the text are behind the reader; a repeated command belongs after it if it can. */
  #position = -1;

  constructor(steps: readonly Step[], events: StepTrackerEvents) {
    this.#steps = steps;
    this.#events = events;
  }

  status(id: string): ActionStatus {
    return this.#statuses.get(id) ?? 'pending';
  }

  /** Those that are not pending, by the actions' ids. */
  get statuses(): Readonly<Record<string, ActionStatus>> {
    return Object.fromEntries([...this.#statuses].filter(([, status]) => status !== 'pending'));
  }

  /** What {@link statuses} was when the machine was saved. What ran then is told of by its shell again. */
  restore(statuses: Readonly<Record<string, ActionStatus>>): void {
    this.#actions().forEach((action, index) => {
      const status = statuses[action.id];
      if (status === undefined) return;
      if (status !== 'pending') this.#position = index;
      this.#set(action, status === 'running' || status === 'ready' ? 'pending' : status);
    });
  }

  /** A shell reports a command line. Returns the chapter's command that it is, if it is one. */
  commandStarted(terminal: number, commandLine: string): CommandAction | null {
    const action = this.#match(commandLine);
    this.#running.delete(terminal);
    if (action === null) return null;
    this.#position = this.#actions().indexOf(action);
    this.#running.set(terminal, { action, printed: '' });
    if (action.reboots) this.#rebooting = action;
    this.#set(action, 'running');
    return action;
  }

  /** Whether a terminal runs a command of the chapter. */
  isFollowing(terminal: number): boolean {
    return this.#running.has(terminal);
  }

  /** Whether what a terminal runs stays in the foreground and has said that it is ready. */
  isReady(terminal: number): boolean {
    const running = this.#running.get(terminal);
    return running !== undefined && this.status(running.action.id) === 'ready';
  }

  /** A terminal printed something (control sequences may be in it). */
  output(terminal: number, text: string): void {
    const running = this.#running.get(terminal);
    const until = running?.action.until;
    if (running === undefined || until === undefined || this.status(running.action.id) === 'ready') return;
    const printed = running.printed + withoutControls(text);
    running.printed = printed.slice(-(KEPT_BLANKS + until.length));
    if (!squeeze(printed).includes(squeeze(until))) return;
    this.#set(running.action, 'ready');
    this.#lookAtStepOf(running.action);
  }

  /** A shell reports that its command has ended. */
  commandEnded(terminal: number, exit: number): void {
    const running = this.#running.get(terminal);
    this.#running.delete(terminal);
    if (!running) return;
    const { action } = running;
    if (action.reboots && exit === action.exit) return;
    const succeeded = action.until === undefined ? exit === action.exit : this.status(action.id) === 'ready';
    this.#set(action, succeeded ? 'done' : 'failed');
    this.#finishPresses(action, terminal);
    if (action.edits !== undefined) this.#events.onEdited(this.listingsOf(action.edits));
    this.#lookAtStepOf(action);
  }

  /** The machine has restarted by itself and its shells are new. */
  rebooted(): void {
    const rebooting = this.#rebooting ?? this.#nextReboot();
    this.#rebooting = null;
    for (const { action } of this.#running.values()) if (action !== rebooting) this.#set(action, 'failed');
    this.#running.clear();
    if (rebooting === null) return;
    this.#set(rebooting, 'done');
    this.#lookAtStepOf(rebooting);
  }

  /** The machine is off: nothing runs any more, and what was done is undone only by a reset. */
  stopped(): void {
    for (const { action } of this.#running.values()) this.#set(action, 'pending');
    if (this.#rebooting !== null) this.#set(this.#rebooting, 'pending');
    this.#rebooting = null;
    this.#running.clear();
  }

  /** Back to the chapter's start. */
  reset(): void {
    this.#running.clear();
    this.#rebooting = null;
    this.#position = -1;
    for (const action of this.#actions()) this.#set(action, 'pending');
  }

  /** The machine's copy of a file was compared with a listing, or written from it. */
  fileCompared(action: FileAction, status: 'pending' | 'done' | 'failed'): void {
    if (this.status(action.id) === status) return;
    this.#set(action, status);
    if (status !== 'pending') this.#lookAtStepOf(action);
  }

  visited({ action, urls, outcome, text }: Visited): void {
    const isAsWritten = (visit: VisitAction): boolean =>
      visit.outcome === outcome && (visit.expect === undefined || text.includes(visit.expect));
    if (action !== null) {
      this.#set(action, isAsWritten(action) ? 'done' : 'failed');
      this.#lookAtStepOf(action);
      return;
    }
    const visits = this.#actions().filter((candidate) => candidate.kind === 'visit');
    const found = visits.find(
      (visit) =>
        this.status(visit.id) !== 'done' &&
        urls.some((url) => isSameUrl(url, visit.url)) &&
        isAsWritten(visit),
    );
    if (found === undefined) return;
    this.#set(found, 'done');
    this.#lookAtStepOf(found);
  }

  /** All listings of a file in the chapter, in order. */
  listingsOf(path: string): readonly FileAction[] {
    return this.#actions().filter((action) => action.kind === 'file' && action.path === path) as FileAction[];
  }

  /** Whether nothing of a step is left to do before its checks can pass. */
  hasEnded(step: Step): boolean {
    const commands = step.actions.filter((action) => action.kind === 'command');
    if (commands.length > 0) return commands.every((command) => this.#isSettled(command, step));
    return step.actions.every((action) => ['done', 'failed'].includes(this.status(action.id)));
  }

  /** The chapter's restart, if it is the next command: a reader who restarts in other words has done it too. */
  #nextReboot(): CommandAction | null {
    const rest = this.#actions().slice(this.#position + 1);
    const next = rest.find(
      (action): action is CommandAction => action.kind === 'command' && this.status(action.id) !== 'done',
    );
    return next?.reboots === true ? next : null;
  }

  #isSettled(command: CommandAction, step: Step): boolean {
    const status = this.status(command.id);
    if (status === 'done' || status === 'failed' || (command.alternative && status === 'pending'))
      return true;
    if (status === 'ready') return !isEndedByPress(command, step);
    if (command.edits !== undefined && status === 'pending') {
      const listings = step.actions.filter(
        (action) => action.kind === 'file' && action.path === command.edits,
      );
      return listings.length > 0 && listings.every((listing) => this.status(listing.id) === 'done');
    }
    const instead = alternativeOf(command, step);
    return instead !== null && this.status(instead.id) === 'done';
  }

  #finishPresses(command: CommandAction, terminal: number): void {
    const step = this.#stepOf(command);
    const press = step?.actions
      .slice(step.actions.indexOf(command) + 1)
      .find((action) => action.kind === 'press' && action.terminal === terminal);
    if (press !== undefined && command.until !== undefined) this.#set(press, 'done');
  }

  #lookAtStepOf(action: Action): void {
    const step = this.#stepOf(action);
    if (step !== null && this.hasEnded(step)) this.#events.onStepEnded(step);
  }

  /** The action that a command line is: the next one of that text, or else an earlier one that is done again. */
  #match(commandLine: string): CommandAction | null {
    const typed = squeeze(commandLine);
    const all = this.#actions();
    const same = all.filter(
      (action): action is CommandAction => action.kind === 'command' && squeeze(action.command) === typed,
    );
    const open = same.filter((action) => this.status(action.id) !== 'done');
    return open.find((action) => all.indexOf(action) > this.#position) ?? open[0] ?? same.at(-1) ?? null;
  }

  #actions(): readonly Action[] {
    return this.#steps.flatMap((step) => step.actions);
  }

  #stepOf(action: Action): Step | null {
    return this.#steps.find((step) => step.actions.includes(action)) ?? null;
  }

  #set(action: Action, status: ActionStatus): void {
    this.#statuses.set(action.id, status);
    this.#events.onAction(action, status);
  }
}

/** A `<Press>` later in the step, in the same terminal, ends a command that stays in the foreground. */
function isEndedByPress(command: CommandAction, step: Step): boolean {
  return step.actions
    .slice(step.actions.indexOf(command) + 1)
    .some((action) => action.kind === 'press' && action.terminal === command.terminal);
}

/** Of several ways, the n-th command of the first way stands in for the n-th after it. */
function alternativeOf(command: CommandAction, step: Step): CommandAction | null {
  const commands = step.actions.filter((action) => action.kind === 'command');
  let index = commands.indexOf(command);
  if (command.alternative || index < 0) return null;
  let offset = 0;
  while (index > 0 && commands[index - 1]?.alternative === false) {
    index -= 1;
    offset += 1;
  }
  let first = index;
  while (first > 0 && commands[first - 1]?.alternative === true) first -= 1;
  return first + offset < index ? (commands[first + offset] ?? null) : null;
}

function squeeze(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}

/** Whether two addresses are one, however they are written. */
export function isSameUrl(one: string, other: string): boolean {
  return URL.canParse(one) && URL.canParse(other) && new URL(one).href === new URL(other).href;
}

const CONTROLS =
  /\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[[0-?]*[ -/]*[@-~]|\x1b[()][A-Z0-9]|[\x00-\x08\x0b-\x1f\x7f]/g;

/** What a reader sees of what a terminal printed, roughly: enough to find words in it. */
function withoutControls(text: string): string {
  return text.replace(CONTROLS, '');
}
