/** The database of this copy of the site: another on the same origin has one of its own. */
export function eventsRoom(): string {
  return `typealong-events ${import.meta.env.BASE_URL}`;
}
