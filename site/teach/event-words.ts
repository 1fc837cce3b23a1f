/** What happened, in the same words for the student who hands it in and for the instructor who reads it. */
import type { WorkEvent } from '../evidence/events.ts';
import { shownText } from '../shown-text.ts';

const MINUTE_MS = 60_000;

/** `12 min`, `3 h`, `2 days`, rounded up: what is late by a second is late by a minute. */
export function span(milliseconds: number): string {
  const minutes = Math.ceil(milliseconds / MINUTE_MS);
  if (minutes < 100) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}

/** A cause’s name as words: `socket missing`. */
export function causeName(cause: string): string {
  return cause === 'unknown' ? 'no known cause' : shownText(cause).replaceAll('-', ' ');
}

/** An event in words. `titleOf`: the title of a step or a check of its chapter, by its id, where it is known. */
export function whatHappened(
  event: WorkEvent,
  titleOf: (id: string) => string | undefined = () => undefined,
): string {
  switch (event.kind) {
    case 'opened':
      return `Opened the step “${titleOf(event.step) ?? shownText(event.step)}”`;
    case 'command': {
      const which = event.action === null ? 'another command' : 'a command of the chapter';
      const how = event.by === 'typed' ? `Typed or pasted ${which}` : `Entered ${which} with a button`;
      return `${how}: ${shownText(event.text, 200)}`;
    }
    case 'file':
      return `${event.by === 'hand' ? 'Saved in an editor' : 'Written by the page'}: ${shownText(event.path, 200)}`;
    case 'check': {
      const title = titleOf(event.check) ?? shownText(event.check);
      const cause = event.cause === undefined ? '' : `: ${causeName(event.cause)}`;
      const result = { pass: 'passed', fail: 'failed', error: 'could not be run' }[event.result];
      return `“${title}” ${result}${cause}`;
    }
    case 'help':
      return {
        hint: `Opened the hint “${shownText(event.id)}”`,
        solution: `Opened the solution “${shownText(event.id)}”`,
        compare: `Compared a file with the machine: ${shownText(event.id)}`,
      }[event.what];
    case 'machine':
      return {
        started: 'Started a machine',
        resumed: 'Resumed a saved machine',
        reset: 'Reset the machine',
        rebooted: 'The machine restarted',
        off: 'Switched the machine off',
      }[event.what];
    case 'back':
      return `Came back after ${span(event.afterMs)}`;
  }
}
