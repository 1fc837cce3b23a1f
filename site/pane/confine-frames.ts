/** Keeps the frames of this page in its pane. */

/** What the page has policies for already. They last as long as the page does: taking their element away lifts none. */
const confined = new Set<string>();

/**
 * Keeps the frames of this page below `place`. A service worker sees only the requests below its own scope, so
 * without this a link of the guest could reach another site of the same host.
 */
export function confineFrames(place: string): void {
  if (confined.has(place)) return;
  confined.add(place);
  const policy = document.createElement('meta');
  policy.httpEquiv = 'Content-Security-Policy';
  policy.content = `frame-src ${place}`;
  document.head.append(policy);
}
