/** A host in front of the one that serves the site, on a free port of this computer. */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HostInFront {
  /** Address of the site here, with its base and a slash at its end. */
  readonly address: string;
  close(): void;
}

/** Hands what the site's host answers to `outgoing`. */
export type Send = (answer: IncomingMessage, outgoing: ServerResponse) => void;

/** Lets a request through. `send`: how the answer is handed on; default as it comes. */
export type Pass = (send?: Send) => void;

/** `target`: address of the site. `answer` is called with each request, and answers it or lets it pass. */
export async function hostInFront(
  target: string,
  answer: (incoming: IncomingMessage, outgoing: ServerResponse, pass: Pass) => void,
): Promise<HostInFront> {
  const { hostname, port, host, pathname } = new URL(target);
  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing, (send = (body, to) => body.pipe(to)) => {
      const { method, url, headers } = incoming;
      const onward = { hostname, port, path: url, method, headers: { ...headers, host } };
      const asked = request(onward, (answered) => {
        outgoing.writeHead(answered.statusCode ?? 502, answered.rawHeaders);
        send(answered, outgoing);
      });
      asked.on('error', () => outgoing.destroy());
      incoming.pipe(asked);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return {
    address: `http://localhost:${(server.address() as AddressInfo).port}${pathname}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
