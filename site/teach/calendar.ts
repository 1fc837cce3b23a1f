/**
 * The due date as a calendar file (RFC 5545). Our own few lines: the libraries there are bring a schema validator, or
 * recurrence rules, to write one event.
 */
import type { Assignment } from './assignment.ts';

/** A line may have as many bytes, without its end. */
const MOST_LINE_BYTES = 75;

/** The text of an `.ics` file with one event at the due time. `link` is the whole address; `now` is when it is made. */
export function calendarOf({ id, revision, title, note, due }: Assignment, link: string, now: Date): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Typealong//Assignments//EN',
    'BEGIN:VEVENT',
    // The same for every revision: a calendar then moves the event in place of adding one.
    `UID:${id.toString(16).padStart(8, '0')}@assignments.typealong`,
    `SEQUENCE:${revision}`,
    `DTSTAMP:${utc(now)}`,
    // No DTEND: it would have to be later. Without one the event ends when it starts.
    `DTSTART:${utc(new Date(due.minute * 60_000))}`,
    'TRANSP:TRANSPARENT',
    `SUMMARY:${escaped(`Due: ${title}`)}`,
    `DESCRIPTION:${escaped(note === '' ? link : `${note}\n\n${link}`)}`,
    `URL:${link}`,
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join('');
}

/** `20261201T225900Z` */
function utc(date: Date): string {
  return date.toISOString().replaceAll(/[-:]|\.\d+/g, '');
}

function escaped(text: string): string {
  return text.replaceAll(/[\\;,]/g, (char) => `\\${char}`).replaceAll('\n', '\\n');
}

/** Broken into lines of at most 75 bytes, each after the first beginning with a blank; no character is broken. */
function folded(line: string): string {
  const encoder = new TextEncoder();
  let result = '';
  let room = MOST_LINE_BYTES;
  for (const char of line) {
    const size = encoder.encode(char).length;
    if (size > room) {
      result += '\r\n ';
      room = MOST_LINE_BYTES - 1;
    }
    result += char;
    room -= size;
  }
  return result;
}
