import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { z } from 'zod';
import { freePort, startRedis } from '../harness.ts';

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
  const port = await freePort();
  const server = await startRedis({ port, args: ['--enable-debug-command', 'local'] });

  async function asAdmin<T>(work: (redis: Redis) => Promise<T>): Promise<T> {
    const redis = new Redis({ port, host: '127.0.0.1', retryStrategy: () => null });
    redis.on('error', () => undefined);
    try {
      return await work(redis);
    } finally {
      redis.disconnect();
    }
  }

  const file = await asAdmin(async (redis) => {
    const [, directory] = z.tuple([z.string(), z.string()]).parse(await redis.config('GET', 'dir'));
    return join(directory, 'dump.rdb');
  });
  return {
    port,
    asAdmin,
    snapshot: async () => {
      await asAdmin(async (redis) => await redis.save());
      return await readFile(file);
    },
    kill: server.crash,
    restart: async (snapshot) => {
      await rm(file, { force: true });
      if (snapshot !== null) await writeFile(file, snapshot);
      await server.restart();
    },
    pause: server.pause,
    resume: server.resume,
    stop: server.stop,
  };
}
