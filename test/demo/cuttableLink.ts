import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A TCP connection's detour that can be cut while both ends live on. */
export interface CuttableLink {
  readonly port: number;
  /** Breaks what is connected and refuses what would connect. */
  readonly cut: () => Promise<void>;
  readonly mend: () => Promise<void>;
}

/** Leads from a free port of loopback to another port of it. */
export async function cuttableLink(to: number): Promise<CuttableLink> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket, other: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => other.destroy());
    socket.on('close', () => {
      sockets.delete(socket);
      other.destroy();
    });
  };
  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1');
    keep(near, far);
    keep(far, near);
    near.pipe(far).pipe(near);
  });
  const listen = async (at: number): Promise<number> => {
    server.listen(at, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('Expected a TCP address.');
    return address.port;
  };
  const port = await listen(0);
  return {
    port,
    cut: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    mend: async () => void (await listen(port)),
  };
}
