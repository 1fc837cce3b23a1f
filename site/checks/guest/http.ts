/** What the checks read from a request and its answer. */
import type { HttpOutcome } from '../../sandbox/types.ts';

/** The Server header, in lower case. */
export function serverOf(outcome: Extract<HttpOutcome, { kind: 'response' }>): string {
  return (outcome.headers.find(([name]) => name.toLowerCase() === 'server')?.[1] ?? '').toLowerCase();
}

/** The port of a URL, 80 when it names none. */
export function portOf(url: URL): number {
  return url.port === '' ? 80 : Number(url.port);
}
