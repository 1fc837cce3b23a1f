import { expect, test } from 'vitest';
import { calendarOf } from './calendar.ts';
import { ASSIGNMENT } from './testing/example.ts';

const NOW = new Date('2026-11-27T17:00:00.123Z');
const LINK = `https://host.example/assignment/#1.${'x'.repeat(200)}`;

test('an event at the due time, in UTC', () => {
  expect(calendarOf({ ...ASSIGNMENT, revision: 3 }, 'https://h.example/#1.x', NOW).split('\r\n')).toEqual([
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Typealong//Assignments//EN',
    'BEGIN:VEVENT',
    'UID:00000007@assignments.typealong',
    'SEQUENCE:3',
    'DTSTAMP:20261127T170000Z',
    'DTSTART:20261201T225900Z',
    'TRANSP:TRANSPARENT',
    'SUMMARY:Due: Serve it',
    'DESCRIPTION:Work alone.\\n\\nhttps://h.example/#1.x',
    'URL:https://h.example/#1.x',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ]);
});

test('no line has more than 75 bytes, no character is broken, and unfolded it is what it was', () => {
  const title = '加油 👩‍🏫 é, '.repeat(8).trim();
  const text = calendarOf({ ...ASSIGNMENT, title }, LINK, NOW);
  const lines = text.split('\r\n');
  for (const line of lines) {
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    expect(line).not.toMatch(/\p{Surrogate}/u);
  }
  expect(lines.some((line) => line.startsWith(' '))).toBe(true);
  const unfolded = text.replaceAll('\r\n ', '');
  expect(unfolded).toContain(`URL:${LINK}\r\n`);
  expect(unfolded).toContain(`SUMMARY:Due: ${title.replaceAll(',', '\\,')}\r\n`);
});

test('a text cannot add lines of its own', () => {
  const note = 'a;b,c\\d\nEND:VEVENT';
  const text = calendarOf({ ...ASSIGNMENT, note }, 'https://h.example/', NOW);
  expect(text.replaceAll('\r\n ', '')).toContain('DESCRIPTION:a\\;b\\,c\\\\d\\nEND:VEVENT\\n\\nhttps');
  expect(text.split('\r\n').filter((line) => line === 'END:VEVENT')).toHaveLength(1);
});
