/** Where this copy of the site keeps machines: another on the same origin has a room of its own. */
export function savesRoom(): string {
  return `typealong-machines ${import.meta.env.BASE_URL}`;
}
