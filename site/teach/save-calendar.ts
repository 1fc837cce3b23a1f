import { saveFile } from '../save-file.ts';
import type { Assignment } from './assignment.ts';
import { calendarOf } from './calendar.ts';
import { fileName } from './make.ts';

/** Has the browser save an assignment's due date as a calendar file. `link` is the whole address. */
export function saveCalendar(assignment: Assignment, link: string): void {
  const text = calendarOf(assignment, link, new Date());
  saveFile(fileName(assignment.title, 'ics'), new Blob([text], { type: 'text/calendar' }));
}
