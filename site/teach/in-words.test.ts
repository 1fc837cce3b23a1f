import { expect, test } from 'vitest';
import { courseText, hiddenInWords } from './in-words.ts';
import { ASSIGNMENT, CATALOG } from './testing/example.ts';

test('what is hidden', () => {
  expect(hiddenInWords({ hints: true, run: true, compare: true })).toBe('');
  expect(hiddenInWords({ hints: false, run: true, compare: true })).toBe('hints');
  expect(hiddenInWords({ hints: false, run: false, compare: false })).toBe(
    'hints, the buttons that type for you and the button “Compare with the machine”',
  );
});

test('the text for a course', () => {
  expect(courseText(ASSIGNMENT, CATALOG, 'https://host.example/assignment/#1.x')).toBe(`Serve it
Due: Tuesday, 1 December 2026 at 23:59 (Europe/Berlin)

Work alone.

Serve Flask
- Chapter 1: One
- Chapter 2: Two

About 1 h 10 min of work.
5 points for each check.
Hidden in these chapters: hints and the button “Compare with the machine”.
To identify your work, you will be asked for: student number.

Open it here:
https://host.example/assignment/#1.x

There is nothing to install and no account. Your progress stays in the browser you work in.`);
});
