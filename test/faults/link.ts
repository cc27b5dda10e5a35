import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../harness.ts';

/** The way between two processes, which a test can disturb while both live on. */
export interface Link {
  readonly port: number;
  /** Holds everything in a direction back for so long; 0 lets it pass. `there` is away from who connected. */
  readonly delay: (direction: 'there' | 'back', ms: number) => void;
  /** Connections stay open, and nothing passes in either direction. */
  readonly freeze: () => void;
  /** Breaks what is connected, by RST. Who connects anew gets through. */
  readonly reset: () => void;
  /** Breaks what is connected and refuses what would connect. */
  readonly cut: () => Promise<void>;
  /** Undoes all of the above; what was held back then goes its way. */
  readonly heal: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Leads from a free port of loopback to another port of it, of which nobody need listen yet. */
export async function openLink(to: number): Promise<Link> {
  const sockets = new Set<Socket>();
  const delays = { there: 0, back: 0 };
  /** Ends when what is held back may go. */
  let delayed = new AbortController();
  let thaw: PromiseWithResolvers<void> | null = null;

  /** Passes on what comes from a socket, in its order. */
  const carry = (from: Socket, into: Socket, direction: 'there' | 'back'): void => {
    let waiting = 0;
    let last: Promise<void> = Promise.resolve();
    const inTurn = (pass: () => void): void => {
      if (waiting === 0 && delays[direction] === 0 && thaw === null) {
        pass();
        return;
      }
      waiting += 1;
      last = afterThat(last, performance.now() + delays[direction], delayed.signal, pass);
    };
    const afterThat = async (
      before: Promise<void>,
      due: number,
      signal: AbortSignal,
      pass: () => void,
    ): Promise<void> => {
      await before;
      const left = due - performance.now();
      if (left > 0) await sleep(left, null, { signal }).catch(() => undefined);
      await thaw?.promise;
      waiting -= 1;
      pass();
    };
    from.on('data', (bytes) =>
      inTurn(() => {
        if (!into.destroyed) into.write(bytes);
      }),
    );
    from.on('end', () => inTurn(() => into.end()));
    from.on('error', () => into.destroy());
    from.on('close', () => {
      sockets.delete(from);
      inTurn(() => into.destroy());
    });
    sockets.add(from);
  };

  const server = createServer((near) => {
    const far = connect({ port: to, host: '127.0.0.1', noDelay: true });
    near.setNoDelay();
    carry(near, far, 'there');
    carry(far, near, 'back');
  });
  const port = await freePort();
  const listen = async (): Promise<void> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen();
  const cut = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const flow = (): void => {
    delays.there = 0;
    delays.back = 0;
    delayed.abort();
    delayed = new AbortController();
    thaw?.resolve();
    thaw = null;
  };
  return {
    port,
    delay: (direction, ms) => {
      delays[direction] = ms;
    },
    freeze: () => {
      thaw ??= Promise.withResolvers();
    },
    reset: () => {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    cut,
    heal: async () => {
      flow();
      if (!server.listening) await listen();
    },
    close: async () => {
      flow();
      await cut();
    },
  };
}
