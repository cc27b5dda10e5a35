import { randomUUID } from 'node:crypto';
import { FILL, MARK, MARKER_LIFE_MS } from './cacheScripts.ts';
import type { CacheStore, Fill } from './cacheStore.ts';
import { encodeState } from '../encoding.ts';
import type { decodeState } from '../encoding.ts';
import { parseInfo } from './identifyServer.ts';
import type { RedisConnection } from './redisConnection.ts';
import type { SubjectKeys } from './subjectKeys.ts';

/**
 * Options of `createServerStore`.
 * `alone`: `may be` where the server is the only one that anybody is sent to, `never` where others may take over.
 */
export interface ServerStoreOptions {
  readonly connection: RedisConnection;
  readonly keys: SubjectKeys;
  readonly decode: typeof decodeState;
  readonly alone: 'may be' | 'never';
}

/** One server with all subjects: a single one, or the primary that Sentinels name. One command a call. */
export function createServerStore({ connection, keys, decode, alone }: ServerStoreOptions): CacheStore {
  const { redis, exchange } = connection;

  const place = (): string | null => {
    const run = connection.run();
    return run === null ? null : `${run}/${redis.options.db ?? 0}`;
  };

  const fillOf =
    (run: string, on: number, time: number, tokens: readonly string[]): Fill =>
    async ({ states, leaseMs }) => {
      // INVARIANT: what is filled is where the source was told that it is kept: nobody has been elsewhere meanwhile.
      // Test: test/policies/consent/cache.test.ts, "another connection".
      if (connection.connection() !== on) return;
      const names = states.flatMap(({ subject }) => [keys.marker(run, subject), keys.entry(run, subject)]);
      const values = states.flatMap((state, index) => [tokens[index] ?? '', encodeState(state)]);
      const end = String(time + leaseMs);
      await exchange(
        run,
        async () => await redis.call('EVALSHA', [FILL.sha, names.length, ...names, end, ...values]),
      );
    };

  return {
    held: async (subjects) => {
      const run = connection.responsiveRun();
      if (run === null) return subjects.map(() => null);
      const names = subjects.map((subject) => keys.entry(run, subject));
      const texts = await exchange(run, async () => await redis.mget(names));
      return subjects.map((subject, index) => {
        const text = texts?.[index];
        return typeof text === 'string' ? decode(subject, text) : null;
      });
    },

    mark: async (subjects) => {
      const run = connection.responsiveRun();
      if (run === null) return null;
      const on = connection.connection();
      const markers = subjects.map((subject) => keys.marker(run, subject));
      const answer = await exchange(
        run,
        async () =>
          await redis.call('EVALSHA', [MARK.sha, markers.length, ...markers, randomUUID(), MARKER_LIFE_MS]),
      );
      if (!Array.isArray(answer)) return null;
      const [time, ...tokens] = answer as readonly unknown[];
      if (typeof time !== 'number' || !tokens.every((token) => typeof token === 'string')) return null;
      return fillOf(run, on, time, tokens);
    },

    remove: async (subjects) => {
      const run = connection.run();
      if (run === null) return 'unacknowledged';
      const names = subjects.flatMap((subject) => [keys.entry(run, subject), keys.marker(run, subject)]);
      // Replicas could take over with what a DEL has not reached yet; one may have joined since we connected.
      const answer = await exchange(
        run,
        async () => await redis.pipeline().del(names).info('replication').exec(),
      );
      const [deleted, info] = answer ?? [];
      const error = deleted?.[0] ?? info?.[0];
      if (error != null) connection.failed(error);
      if (deleted === undefined || deleted[0] !== null) return 'unacknowledged';
      return alone === 'may be' && isAlone(String(info?.[1])) ? 'effective' : 'acknowledged';
    },

    place,
    confirm: async (named) => {
      const run = connection.run();
      if (run === null || named !== place()) return false;
      return (await exchange(run, async () => await redis.time())) !== null && named === place();
    },
    // What Sentinels lead to never makes a deletion `effective`, so it need not reach anybody.
    reaches: (theirs) => alone === 'never' || (theirs !== null && theirs === place()),
    ready: connection.ready,
    close: connection.close,
  };
}

/** Whether an INFO is that of a primary without replicas, now and as long as it remembers (`repl-backlog-ttl`). */
function isAlone(info: string): boolean {
  const fields = parseInfo(info);
  return (
    fields.get('role') === 'master' &&
    fields.get('connected_slaves') === '0' &&
    fields.get('repl_backlog_active') === '0'
  );
}
