import { expect, test } from 'vitest';
import { allZones, dueElsewhere, dueInWords, instantOf, isKnownZone, timeLeft, wallTimeOf } from './due.ts';

const at = (text: string): number => Date.parse(text) / 60_000;

test.each([
  ['2026-12-01', '23:59', 'Europe/Berlin', '2026-12-01T22:59Z'],
  ['2026-07-01', '00:00', 'Europe/Berlin', '2026-06-30T22:00Z'],
  ['2026-12-01', '12:00', 'Asia/Kathmandu', '2026-12-01T06:15Z'],
  ['2026-12-01', '12:00', 'Pacific/Kiritimati', '2026-11-30T22:00Z'],
  ['2026-12-01', '12:00', 'UTC', '2026-12-01T12:00Z'],
])('%s %s in %s is %s', (date, time, zone, instant) => {
  const found = instantOf({ date, time }, zone);
  expect(found).toEqual({ minute: at(instant), isTwice: false });
  expect(wallTimeOf(found?.minute ?? 0, zone)).toEqual({ date, time });
});

test('an hour that the clocks show twice is the first of the two', () => {
  expect(instantOf({ date: '2026-10-25', time: '02:30' }, 'Europe/Berlin')).toEqual({
    minute: at('2026-10-25T00:30Z'),
    isTwice: true,
  });
  expect(instantOf({ date: '2026-11-01', time: '01:30' }, 'America/New_York')).toEqual({
    minute: at('2026-11-01T05:30Z'),
    isTwice: true,
  });
});

test('an hour that the clocks leave out is none', () => {
  expect(instantOf({ date: '2026-03-29', time: '02:30' }, 'Europe/Berlin')).toBeNull();
});

test.each(['', '2026-12-1', '2026-13-01', 'x'])('%j is no date', (date) => {
  expect(instantOf({ date, time: '12:00' }, 'UTC')).toBeNull();
});

test('zones are those that the browser knows', () => {
  expect(allZones('UTC')).toContain('UTC');
  expect(allZones('UTC')).toContain('Europe/Berlin');
  expect(isKnownZone('Europe/Berlin')).toBe(true);
  expect(isKnownZone('Europe/Atlantis')).toBe(false);
});

test('a due date in words, in UTC where the zone is not known', () => {
  const minute = at('2026-12-01T22:59Z');
  expect(dueInWords({ minute, zone: 'Europe/Berlin' })).toBe(
    'Tuesday, 1 December 2026 at 23:59 (Europe/Berlin)',
  );
  expect(dueInWords({ minute, zone: 'Europe/Atlantis' })).toBe('Tuesday, 1 December 2026 at 22:59 (UTC)');
});

test.each([
  [-1, 'which has passed'],
  [0, 'in less than a minute'],
  [59_999, 'in less than a minute'],
  [60_000, 'in 1 minute'],
  [59.9 * 60_000, 'in 59 minutes'],
  [60 * 60_000, 'in 1 hour'],
  [47.9 * 3_600_000, 'in 47 hours'],
  [71.9 * 3_600_000, 'in 2 days'],
])('%d ms before the due time: %s', (milliseconds, words) => {
  expect(timeLeft(milliseconds)).toBe(words);
});

test('the instructor’s clock is named where it shows another time, and is known', () => {
  const minute = Date.UTC(2026, 11, 1, 22, 59) / 60_000;
  expect(dueElsewhere({ minute, zone: 'Europe/Berlin' }, 'UTC')).toBe(
    'Tuesday, 1 December 2026 at 23:59 (Europe/Berlin)',
  );
  expect(dueElsewhere({ minute, zone: 'Europe/Berlin' }, 'Europe/Paris')).toBeNull();
  expect(dueElsewhere({ minute, zone: 'Europe/Atlantis' }, 'Europe/Paris')).toBeNull();
});
