import { hostInFront, type HostInFront } from './host-in-front.ts';

/** A host that writes down all that it is sent. */
export interface RecordingHost extends HostInFront {
  /** Everything that browsers have sent: request lines, headers and bodies, a text for each request. */
  readonly requests: readonly string[];
}

/** Serves what `target` serves. */
export async function recordingHost(target: string): Promise<RecordingHost> {
  const requests: string[] = [];
  const host = await hostInFront(target, (incoming, _, pass) => {
    const { method = '', url = '', rawHeaders } = incoming;
    const body: Buffer[] = [];
    incoming.on('data', (piece: Buffer) => body.push(piece));
    incoming.on('end', () =>
      requests.push([`${method} ${url}`, ...rawHeaders, Buffer.concat(body).toString()].join('\n')),
    );
    pass();
  });
  return { ...host, requests };
}
