/** Instants and what clocks of a time zone show for them. */
import type { Due } from './assignment.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const MINUTE_MS = 60_000;

/** What a clock on the wall shows. */
export interface WallTime {
  /** `2026-12-01` */
  readonly date: string;
  /** `23:59` */
  readonly time: string;
}

/** The browser's own zone, as an IANA name. */
export function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/**
 * The zones that this browser can offer, UTC among them, and `zone` when it is known: browsers know more names than they
 * list, such as `Asia/Kolkata` beside `Asia/Calcutta`.
 */
export function allZones(zone: string): readonly string[] {
  const unlisted = ['UTC', ownZone(), zone].filter(isKnownZone);
  return [...new Set([...Intl.supportedValuesOf('timeZone'), ...unlisted])].sort();
}

/** Whether the browser can tell the time in this zone. */
export function isKnownZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/**
 * The instant at which the clocks of `zone` show this, as minutes since 1970.
 *
 * Where clocks are set back they show it twice: then it is the first time, and `isTwice`. Where they are set forward
 * they may never show it: then it is `null`. So it is when date or time are none, or the zone is not known.
 */
export function instantOf(
  { date, time }: WallTime,
  zone: string,
): { readonly minute: number; readonly isTwice: boolean } | null {
  if (!isKnownZone(zone)) return null;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || !/^\d{2}:\d{2}/.test(time)) return null;
  const shown = Date.parse(`${date}T${time.slice(0, 5)}Z`);
  if (Number.isNaN(shown)) return null;
  const offsets = [shown - DAY_MS, shown + DAY_MS].map((at) => shownIn(zone, at) - at);
  const instants = [...new Set(offsets.map((offset) => shown - offset))]
    .filter((at) => shownIn(zone, at) === shown)
    .sort((one, other) => one - other);
  const [first] = instants;
  return first === undefined ? null : { minute: first / MINUTE_MS, isTwice: instants.length > 1 };
}

/** What the clocks of a known zone show at an instant. */
export function wallTimeOf(minute: number, zone: string): WallTime {
  const [date = '', time = ''] = new Date(shownIn(zone, minute * MINUTE_MS)).toISOString().split('T');
  return { date, time: time.slice(0, 5) };
}

/** `Tuesday, 1 December 2026 at 23:59 (Europe/Berlin)`. In UTC where the zone is not known. */
export function dueInWords({ minute, zone }: Due): string {
  const timeZone = isKnownZone(zone) ? zone : 'UTC';
  return `${dayAndTime(minute, timeZone)} (${timeZone})`;
}

/** `Tuesday, 1 December 2026 at 23:59`, in the browser's own zone. */
export function dueHere({ minute }: Due): string {
  return dayAndTime(minute, ownZone());
}

/**
 * `in 3 days`, or that it has passed. Whole units, rounded down so that nobody is promised time that there is not.
 * `milliseconds` are those until the due time.
 */
export function timeLeft(milliseconds: number): string {
  if (milliseconds < 0) return 'which has passed';
  const minutes = Math.floor(milliseconds / MINUTE_MS);
  if (minutes === 0) return 'in less than a minute';
  const hours = Math.floor(minutes / 60);
  const format = new Intl.RelativeTimeFormat('en-GB');
  if (hours >= 48) return format.format(Math.floor(hours / 24), 'day');
  return hours >= 1 ? format.format(hours, 'hour') : format.format(minutes, 'minute');
}

/**
 * The due time on the clocks of the instructor’s zone, when they show another than those of `own`, a known zone. Of a
 * zone that is not known nothing can be said: `null`.
 */
export function dueElsewhere(due: Due, own: string): string | null {
  if (!isKnownZone(due.zone)) return null;
  const [here, there] = [own, due.zone].map((zone) => JSON.stringify(wallTimeOf(due.minute, zone)));
  return here === there ? null : dueInWords(due);
}

function dayAndTime(minute: number, timeZone: string): string {
  const say = (options: Intl.DateTimeFormatOptions): string =>
    new Date(minute * MINUTE_MS).toLocaleDateString('en-GB', { timeZone, ...options });
  // Browsers do not agree on what stands between the two.
  const day = `${say({ weekday: 'long' })}, ${say({ day: 'numeric', month: 'long', year: 'numeric' })}`;
  return `${day} at ${wallTimeOf(minute, timeZone).time}`;
}

/** What the zone's clocks show at `at`, as if it were UTC, to the minute. In milliseconds since 1970. */
function shownIn(zone: string, at: number): number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute);
}
