import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below what Linux, macOS and Windows give out by themselves, so that a port is still free after its owner died. */
const FIRST = 15_000;
const COUNT = 15_000;

/** A TCP port on 127.0.0.1 that is free, and that no connection takes while who has it is being started again. */
export async function stablePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const listening = once(server, 'listening').then(
    () => true,
    () => false,
  );
  server.listen(port, '127.0.0.1');
  const free = await listening;
  if (free) {
    server.close();
    await once(server, 'close');
  }
  return free;
}
