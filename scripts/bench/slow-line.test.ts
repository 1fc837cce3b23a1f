import { createServer, type AddressInfo } from 'node:net';
import { createServer as createHttpServer } from 'node:http';
import { expect, it } from 'vitest';
import { openSlowLine } from './slow-line.ts';

it('hands everything on, in order, no faster than it is told', async () => {
  const body = Buffer.from(Array.from({ length: 250_000 }, (_, index) => index % 251));
  const server = createHttpServer((_request, response) => response.end(body));
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const { port } = server.address() as AddressInfo;
  // 0.4 s for two bodies of 250 KB at 10 Mbit/s, whatever connections they come over; and one round trip.
  const line = await openSlowLine(port, { bitsPerSecond: 10e6, roundTripMs: 50 });
  const began = performance.now();
  const answers = await Promise.all(
    [1, 2].map(async () => Buffer.from(await (await fetch(line.origin)).arrayBuffer())),
  );
  expect(performance.now() - began).toBeGreaterThan(440);
  for (const answer of answers) expect(answer.equals(body)).toBe(true);
  line.close();
  server.close();
});

it('ends a connection with the server’s', async () => {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const line = await openSlowLine((server.address() as AddressInfo).port, {
    bitsPerSecond: 1e6,
    roundTripMs: 0,
  });
  await expect(fetch(line.origin)).rejects.toThrow();
  line.close();
  server.close();
});
