import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { startRedis } from '../harness.ts';
import { stablePort } from './stablePort.ts';

/** One standalone Redis, which comes back at the same port. */
export interface SingleRedis {
  readonly port: number;
  /** What is in it, as it would be written to disk. */
  readonly snapshot: () => Promise<Uint8Array>;
  /** Ends it as a crash does and waits. */
  readonly kill: () => Promise<void>;
  /** Starts it again after `kill`: empty, or with a snapshot. */
  readonly restart: (snapshot: Uint8Array | null) => Promise<void>;
  readonly pause: () => Promise<void>;
  readonly resume: () => Promise<void>;
  /** Does something with a connection of its own. */
  readonly asAdmin: <T>(work: (redis: Redis) => Promise<T>) => Promise<T>;
  readonly stop: () => Promise<void>;
}

/** Starts it. */
export async function startSingleRedis(): Promise<SingleRedis> {
  const port = await stablePort();
  const directory = await mkdtemp(join(tmpdir(), 'sudare-faults-redis-'));
  const file = join(directory, 'dump.rdb');
  const args = ['--dir', directory, '--enable-debug-command', 'local'];
  let server = await startRedis({ port, args });

  async function asAdmin<T>(work: (redis: Redis) => Promise<T>): Promise<T> {
    const redis = new Redis({ port, host: '127.0.0.1', retryStrategy: () => null });
    redis.on('error', () => undefined);
    try {
      return await work(redis);
    } finally {
      redis.disconnect();
    }
  }

  return {
    port,
    asAdmin,
    snapshot: async () => {
      await asAdmin(async (redis) => await redis.save());
      return await readFile(file);
    },
    kill: async () => await server.kill(),
    restart: async (snapshot) => {
      await rm(file, { force: true });
      if (snapshot !== null) await writeFile(file, snapshot);
      server = await startRedis({ port, args });
    },
    pause: async () => await server.pause(),
    resume: async () => await server.resume(),
    stop: async () => {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
