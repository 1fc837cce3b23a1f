import { ExpectedError } from '../../site/chapter/error.ts';
import type { Action, Chapter, Step } from '../../site/chapter/model.ts';

/** Where in a guide the replay is. */
export interface ReplayPlace {
  readonly chapter: Chapter;
  readonly step?: Step;
  readonly action?: Action;
  /** Line of a check, when no action is concerned. */
  readonly line?: number;
}

/** A chapter that cannot be played as it is written. The message holds all that is needed to find out why. */
export class ReplayError extends ExpectedError {
  readonly place: ReplayPlace;

  constructor(place: ReplayPlace, problem: string, screen: string) {
    super(
      [heading(place), '', problem, ...(screen === '' ? [] : ['', 'Last screen:', frame(screen)])].join('\n'),
    );
    this.name = 'ReplayError';
    this.place = place;
  }
}

function heading({ chapter, step, action, line }: ReplayPlace): string {
  const where = `${chapter.guide}/${chapter.slug}`;
  const file = `${chapter.file}:${action?.line ?? line ?? 1}`;
  const parts = [`Chapter ${where} (${file})`];
  if (step) parts.push(`step "${step.title}"`);
  if (action) parts.push(describeAction(action));
  return parts.join(', ');
}

/** An action in a few words, for messages and tables. */
export function describeAction(action: Action): string {
  switch (action.kind) {
    case 'command':
      return `command "${action.command}"`;
    case 'file':
      return `file ${action.shownPath}`;
    case 'press':
      return `keys ${action.keys}`;
    case 'visit':
      return `visit to ${action.url}`;
  }
}

/** The screen without its empty lines at the end, each line behind a bar. */
function frame(screen: string): string {
  return screen
    .replace(/\s+$/, '')
    .split('\n')
    .map((line) => `  │ ${line}`)
    .join('\n');
}
