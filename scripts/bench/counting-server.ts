import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { serve, type ServeOptions } from '../serve.ts';

/** A static server that knows how many bytes it has sent, headers and all. */
export interface CountingServer {
  readonly origin: string;
  /** Bytes sent since the server began. */
  sentBytes(): number;
  close(): void;
}

export async function serveCounted(options: Omit<ServeOptions, 'port'>): Promise<CountingServer> {
  const server: Server = await serve({ ...options, port: 0 });
  const sockets = new Set<Socket>();
  let closedBytes = 0;
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => {
      closedBytes += socket.bytesWritten;
      sockets.delete(socket);
    });
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    origin: `http://localhost:${address.port}`,
    sentBytes: () => [...sockets].reduce((sum, socket) => sum + socket.bytesWritten, closedBytes),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
