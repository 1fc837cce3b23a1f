/**
 * The record of what the reader does in the chapters of a page: joins the workspace, the text and the log of
 * `site/evidence/`. It is the reader's own, and stays in this browser until it is handed in.
 */
import { CastRecorder } from '../evidence/cast-recorder.ts';
import { eventsRoom } from '../evidence/events-room.ts';
import { Recorder } from '../evidence/recorder.ts';
import type { Work, WorkNote } from '../evidence/recorder.ts';
import { WorkLog } from '../evidence/work-log.ts';
import { openAssignments } from '../teach/open-assignments.ts';
import { whenIdle } from '../workspace/when-idle.ts';
import { TypealongWorkspace } from '../workspace/workspace.ts';
import { ownCommand } from './own-command.ts';
import { tellUnrecorded } from './tell-unrecorded.ts';

/** So long what the terminals print is collected before it is written, milliseconds. */
const CAST_PAUSE_MS = 5000;

export interface WorkRecord {
  /** Resolves when all that was done until now is written. */
  settled(): Promise<void>;
}

let begun: Promise<WorkRecord | null> | null = null;

/** Begins the record of this page; once. Resolves with `null` in a browser that keeps none. */
export function beginRecord(): Promise<WorkRecord | null> {
  begun ??= begin().catch(() => null);
  return begun;
}

async function begin(): Promise<WorkRecord | null> {
  const workspace = document.querySelector('tl-workspace');
  if (!(workspace instanceof TypealongWorkspace)) return null;
  const log = await WorkLog.open(indexedDB, eventsRoom());
  // Before anything is told: without a key there is no chain.
  await log.signingKey();
  const recorder = new Recorder({
    append: (guide, events) => log.append(guide, events),
    onLost: tellUnrecorded,
  });
  const opened = new Set<string>();
  const open = (note: Omit<WorkNote, 'work'>, step: string): void => {
    const place = `${note.guide}/${note.chapter}/${step}`;
    if (opened.has(place)) return;
    opened.add(place);
    recorder.did({ ...note, work: { kind: 'opened', step } });
  };
  const did = (note: WorkNote): void => {
    const step = stepOf(note.work);
    if (step !== null) open(note, step);
    recorder.did({ ...note, work: discreet(note) });
  };
  const here = (): Omit<WorkNote, 'work'> => {
    const { guide = '', chapter = '' } = workspace.dataset;
    return { guide, chapter, ...now() };
  };
  const casts = new CastRecorder({
    write: (guide, piece) => log.addCast(guide, piece),
    schedule: (work) => {
      setTimeout(() => whenIdle(work), CAST_PAUSE_MS);
    },
    onLost: tellUnrecorded,
  });
  // When the record is deleted in another tab, the new one says anew where it begins.
  new BroadcastChannel(eventsRoom()).addEventListener('message', ({ data }) => {
    opened.clear();
    casts.discard(String(data));
  });
  workspace.record({
    did,
    printed: (guide, terminal, text, size) => casts.printed(guide, terminal, text, size, Date.now()),
  });
  followSteps(workspace, (step) => open(here(), step));
  followHints((id, step) => {
    if (step !== null) open(here(), step);
    recorder.did({ ...here(), work: { kind: 'help', what: 'hint', id } });
  });
  document.addEventListener('visibilitychange', () => {
    recorder.setHidden(document.hidden, now());
    // It may be the last that is seen of the page.
    if (document.hidden) void casts.flush();
  });
  return {
    settled: async () => {
      await Promise.all([recorder.settled(), casts.flush()]);
    },
  };
}

/** The work without what nobody is to read who has not asked for it. */
function discreet({ guide, chapter, work }: WorkNote): Work {
  if (work.kind !== 'command' || work.action !== null) return work;
  const isAssigned = openAssignments().asking(guide, chapter).length > 0;
  return isAssigned ? work : { ...work, text: ownCommand(work.text) };
}

function now(): Pick<WorkNote, 'at' | 'up'> {
  return { at: Date.now(), up: performance.now() };
}

/** The step that an action or a check belongs to, whose ids begin with it; `null` for what belongs to none. */
function stepOf(work: Work): string | null {
  const id =
    work.kind === 'command'
      ? work.action
      : work.kind === 'check'
        ? work.check
        : work.kind === 'help' && work.what === 'compare'
          ? work.id
          : null;
  return id === null ? null : (id.split('/')[0] ?? null);
}

/** Tells of each step that comes into view, also of the chapters to which the reader goes on. */
function followSteps(workspace: TypealongWorkspace, onSeen: (step: string) => void): void {
  const seen = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      const step = target instanceof HTMLElement ? target.dataset['step'] : undefined;
      if (isIntersecting && step !== undefined) onSeen(step);
    }
  });
  const follow = (): void => {
    seen.disconnect();
    for (const section of document.querySelectorAll('[data-pane=text] [data-step]')) seen.observe(section);
  };
  new MutationObserver(follow).observe(workspace, { attributeFilter: ['data-chapter'] });
  follow();
}

/** Tells of each hint that is opened, and of those that are open already, with the step in which it stands. */
function followHints(onOpened: (id: string, step: string | null) => void): void {
  const look = (hint: HTMLDetailsElement): void => {
    const id = hint.querySelector('.hint-body')?.id ?? '';
    const step = hint.closest<HTMLElement>('[data-step]')?.dataset['step'] ?? null;
    if (id !== '') onOpened(id, step);
  };
  document.addEventListener(
    'toggle',
    ({ target }) => {
      if (target instanceof HTMLDetailsElement && target.open && target.matches('.hint')) look(target);
    },
    // It does not bubble.
    true,
  );
  for (const hint of document.querySelectorAll<HTMLDetailsElement>('.hint[open]')) look(hint);
}
