import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { z } from 'zod';
import { redisFlags, startRedis, startSentinel, type RedisServer } from '../harness.ts';

/** A primary and a replica, watched by three Sentinels. */
export interface SentinelRedis {
  /** As `--redis-url` takes it. */
  readonly url: string;
  /** The server that the Sentinels name, and the other one. Throws where they do not agree with any of the two. */
  readonly roles: () => Promise<{ readonly primary: RedisServer; readonly replica: RedisServer }>;
  /** Has the roles change, as the Sentinels see to it; does not wait. Throws where they cannot. */
  readonly failOver: () => Promise<void>;
  /** Waits until the two are primary and replica, in step. Throws where they are not in time. */
  readonly untilWhole: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

const NAME = 'consents';
const SENTINELS = 3;
const DOWN_AFTER_MS = 1_000;
const START_TIMEOUT_MS = 60_000;

const address = z.tuple([z.string(), z.coerce.number()]);

/** Starts them and waits until they know each other. */
export async function startSentinelRedis(): Promise<SentinelRedis> {
  await using opened = new AsyncDisposableStack();
  const start = async (args: readonly string[]): Promise<RedisServer> => {
    const server = await startRedis({ args: [...redisFlags({ 'repl-diskless-sync-delay': 0 }), ...args] });
    opened.defer(server.stop);
    return server;
  };
  const first = await start([]);
  const second = await start(['--replicaof', '127.0.0.1', String(first.port)]);
  const sentinels = await Promise.all(
    Array.from({ length: SENTINELS }, async () => {
      const sentinel = await startSentinel({
        primaryPort: first.port,
        name: NAME,
        downAfterMs: DOWN_AFTER_MS,
      });
      opened.defer(sentinel.stop);
      await asked(sentinel, async (redis) => {
        await redis.call('SENTINEL', 'SET', NAME, 'quorum', '2');
        // It may not be tried again before twice that.
        await redis.call('SENTINEL', 'SET', NAME, 'failover-timeout', '3000');
      });
      return sentinel;
    }),
  );

  const oneOf = (): RedisServer => sentinels[0] ?? first;
  const roles: SentinelRedis['roles'] = async () => {
    const [, port] = address.parse(
      await asked(oneOf(), async (redis) => await redis.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', NAME)),
    );
    if (port === first.port) return { primary: first, replica: second };
    if (port === second.port) return { primary: second, replica: first };
    throw new Error('The Sentinels name a server that is none of ours.');
  };

  const isWhole = async (): Promise<boolean> => {
    const { primary, replica } = await roles();
    const [of, to] = await Promise.all(
      [primary, replica].map(
        async (server) => await asked(server, async (redis) => await redis.info('replication')),
      ),
    );
    const known = await Promise.all(
      sentinels.map(async (each) => await asked(each, async (redis) => await redis.info('sentinel'))),
    );
    return (
      (of?.includes('role:master') ?? false) &&
      (to?.includes('master_link_status:up') ?? false) &&
      known.every((info) => /status=ok,[^\r]*,slaves=1,sentinels=3/.test(info))
    );
  };
  const untilWhole = async (): Promise<void> => {
    const deadline = performance.now() + START_TIMEOUT_MS;
    while (!(await isWhole().catch(() => false))) {
      if (performance.now() > deadline)
        throw new Error('Primary, replica and Sentinels did not come together.');
      await sleep(100);
    }
  };
  await untilWhole();
  const resources = opened.move();
  return {
    url: `redis-sentinel://${sentinels.map(({ port }) => `127.0.0.1:${String(port)}`).join(',')}#${NAME}`,
    roles,
    failOver: async () => {
      await asked(oneOf(), async (redis) => await redis.call('SENTINEL', 'FAILOVER', NAME));
    },
    untilWhole,
    stop: async () => await resources.disposeAsync(),
  };
}

/** Asks one server, which may be frozen, on a connection of its own. */
async function asked<T>({ port }: RedisServer, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis({
    port,
    host: '127.0.0.1',
    retryStrategy: () => null,
    commandTimeout: 2_000,
    enableReadyCheck: false,
  });
  redis.on('error', () => undefined);
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}
