/** When something was, for a reader who looks at it now. */

/** `today at 18:12`, `yesterday at 18:12`, `on 21 November at 18:12`; in the reader's own language and time zone. */
export function timeInWords(atMs: number, now = new Date()): string {
  const at = new Date(atMs);
  const time = timeOfDay(at);
  const days = Math.round((startOfDay(now) - startOfDay(at)) / DAY_MS);
  if (days === 0) return `today at ${time}`;
  if (days === 1) return `yesterday at ${time}`;
  const isThisYear = at.getFullYear() === now.getFullYear();
  return `on ${dateOf(at, isThisYear ? {} : { year: 'numeric' })} at ${time}`;
}

/** `27 November, 18:12`: as true tomorrow as it is today. */
export function dayAndTime(atMs: number): string {
  const at = new Date(atMs);
  return `${dateOf(at)}, ${timeOfDay(at)}`;
}

function timeOfDay(at: Date): string {
  return at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
}

function dateOf(at: Date, options: Intl.DateTimeFormatOptions = {}): string {
  return at.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', ...options });
}

const DAY_MS = 24 * 60 * 60 * 1000;

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
