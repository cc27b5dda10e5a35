import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createConsentCache } from '../../../policies/consent/cache.ts';
import { GATEWAY_CLIENT } from '../../../policies/consent/callerToken.ts';
import { createGraphqlConsentSource } from '../../../policies/consent/source/graphqlSource.ts';
import { createConsentLookup } from '../../../policies/consent/lookup.ts';
import { startConsentSubgraph } from '../../../subgraphs/consent/startConsentSubgraph.ts';
import { openLink } from '../../faults/link.ts';
import type { Link } from '../../faults/link.ts';
import { freePort, startRedis } from '../../harness.ts';
import type { RedisServer } from '../../harness.ts';
import { askConsent, CALLER_KEY, callerHeader } from './askConsent.ts';
import { startPostgres } from './startPostgres.ts';

const SECRET = new Uint8Array(32).fill(4);
const ALICE = 'user:u_1';
/** So long that no entry ends by itself within a test. */
const LEASE_MS = 600_000;
const LATER = { effectiveInMs: LEASE_MS + 1_000 };
/** What a relay has to repeat, it has repeated by then. */
const SOON = { timeout: 20_000, interval: 50 };

const write = async (url: string, mutation: string): Promise<unknown> => {
  const text = `mutation ($s: ID!) { ${mutation}(subject: $s, purpose: "marketing") { effectiveInMs } }`;
  const { data } = await askConsent(url, { endUser: ALICE }, text, { s: ALICE });
  return data?.[mutation] ?? 'failed';
};

const headers = async (): Promise<Record<string, string>> => await callerHeader({ client: GATEWAY_CLIENT });

const server = await startPostgres();
afterAll(async () => await server?.stop());

describe.each(server === null ? [] : [{ name: 'PostgreSQL', postgres: server }])(
  'on $name',
  ({ postgres }) => {
    let redis: RedisServer;
    /** The way of the first instance to Redis. Gateways have another. */
    let link: Link;
    let databaseUrl: string;
    let database: Client;
    let keys: Redis;
    let cleanup: AsyncDisposableStack;

    beforeEach(async () => {
      cleanup = new AsyncDisposableStack();
      redis = await startRedis();
      cleanup.defer(async () => await redis.stop());
      link = await openLink(redis.port);
      cleanup.defer(link.close);
      databaseUrl = await postgres.createDatabase();
      database = new Client(databaseUrl);
      await database.connect();
      cleanup.defer(async () => await database.end());
      keys = new Redis(redis.url);
      cleanup.defer(() => keys.disconnect());
    });
    afterEach(async () => await cleanup.disposeAsync());

    const environment = (redisUrl: string): Record<string, string> => ({
      DATABASE_URL: databaseUrl,
      REDIS_URL: redisUrl,
      SUDARE_CACHE_KEY: Buffer.from(SECRET).toString('base64'),
      SUDARE_CALLER_KEY: Buffer.from(CALLER_KEY).toString('base64'),
      CONSENT_LEASE_MS: String(LEASE_MS),
    });

    /** An instance in this process. */
    const start = async (redisUrl: string, url = databaseUrl): Promise<string> => {
      const instance = await startConsentSubgraph({
        host: '127.0.0.1',
        port: 0,
        callerKey: CALLER_KEY,
        databaseUrl: url,
        redisUrl,
        cacheKeySecret: SECRET,
        leaseMs: LEASE_MS,
      });
      cleanup.defer(instance.stop);
      return instance.url;
    };

    /** An instance in a process of its own, which can be killed. */
    const spawned = async (
      redisUrl: string,
    ): Promise<{ readonly url: string; readonly child: ChildProcess }> => {
      const port = await freePort();
      const child = spawn(process.execPath, ['subgraphs/consent/main.ts'], {
        env: { ...environment(redisUrl), PORT: String(port) },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      cleanup.defer(() => void child.kill('SIGKILL'));
      for await (const line of createInterface({ input: child.stdout })) {
        if (line.includes('serves')) break;
      }
      return { url: `http://127.0.0.1:${port}/graphql`, child };
    };

    const linked = (): string => `redis://127.0.0.1:${link.port}`;

    /** What a gateway that reads from `url` sees of Alice's consent, each time with a new request. */
    const gateway = async (url: string): Promise<() => Promise<string>> => {
      const cache = createConsentCache({ redisUrl: redis.url, keySecret: SECRET, onError: () => undefined });
      const source = createGraphqlConsentSource({ url, timeoutMs: 5_000, headers, keptAt: cache.place });
      const lookup = createConsentLookup({ source, cache, timeoutMs: 10_000 });
      cleanup.defer(lookup.close);
      expect(await cache.ready(5_000)).toBe(true);
      return async () => {
        const state = (await lookup.forRequest().load([ALICE])).get(ALICE);
        return state?.kind === 'known' ? (state.state.entries[0]?.state ?? 'none') : 'unavailable';
      };
    };

    const count = async (what: string): Promise<number> => {
      const { rows } = await database.query<{ readonly n: number }>(`select count(*)::int as n from ${what}`);
      return rows[0]?.n ?? -1;
    };
    const withdrawn = "consent_events where event_state = 'WITHDRAWN'";
    const cached = async (): Promise<number> => (await keys.keys('sudare:consent:*')).length;

    /** Alice has given consent, and gateways keep that. */
    const given = async (url: string): Promise<() => Promise<string>> => {
      const seen = await gateway(url);
      expect(await write(url, 'grantConsent')).toEqual({ effectiveInMs: 0 });
      expect(await seen()).toBe('GIVEN');
      expect(await cached()).toBe(1);
      return seen;
    };

    test('an instance ends between commit and DEL: the next one sends it', async () => {
      const { url, child } = await spawned(linked());
      await given(url);
      link.freeze();
      const answer = write(url, 'withdrawConsent').catch(() => 'no answer');
      await expect.poll(async () => await count(withdrawn), SOON).toBe(1);
      child.kill('SIGKILL');
      await once(child, 'exit');
      await link.cut();
      expect(await answer).toBe('no answer');
      expect(await cached()).toBe(1);
      await link.heal();

      const next = await spawned(linked());
      await expect.poll(cached, SOON).toBe(0);
      await expect.poll(async () => await count('cache_outbox'), SOON).toBe(0);
      expect(await (await gateway(next.url))()).toBe('WITHDRAWN');
    });

    test('Redis is out of reach and then back: the DEL is repeated, and the outbox empties', async () => {
      const url = await start(linked());
      const seen = await given(url);
      await link.cut();
      expect(await write(url, 'withdrawConsent')).toEqual(LATER);
      expect(await cached()).toBe(1);
      // That of the grant has been acknowledged, and goes.
      await expect.poll(async () => await count('cache_outbox'), SOON).toBe(1);
      await link.heal();
      await expect.poll(cached, SOON).toBe(0);
      await expect.poll(async () => await count('cache_outbox'), SOON).toBe(0);
      expect(await seen()).toBe('WITHDRAWN');
    });

    test('one of two instances has lost Redis: the other one sends its DEL', async () => {
      const [url] = [await start(linked()), await start(redis.url)];
      const seen = await given(url);
      link.freeze();
      expect(await write(url, 'withdrawConsent')).toEqual(LATER);
      await expect.poll(cached, SOON).toBe(0);
      await expect.poll(async () => await count('cache_outbox'), SOON).toBe(0);
      expect(await seen()).toBe('WITHDRAWN');
    });

    test('a retry is no second withdrawal, and its DEL makes the first one effective', async () => {
      // Here the relay does nothing: the retry has to.
      const url = await start(linked());
      await database.query("alter table cache_outbox alter due_at set default now() + interval '1 hour'");
      const seen = await given(url);
      await link.cut();
      expect(await write(url, 'withdrawConsent')).toEqual(LATER);
      expect(await cached()).toBe(1);
      await link.heal();
      await expect.poll(async () => await write(url, 'withdrawConsent'), SOON).toEqual({ effectiveInMs: 0 });
      expect(await cached()).toBe(0);
      expect(await seen()).toBe('WITHDRAWN');
      expect(await count(withdrawn)).toBe(1);
    });

    test('the database’s answer is lost while it commits: the DEL is sent all the same', async () => {
      const wire = await openLink(postgres.port);
      cleanup.defer(wire.close);
      const url = await start(redis.url, databaseUrl.replace(`:${postgres.port}/`, `:${wire.port}/`));
      const seen = await given(url);
      await database.query(`
      alter table cache_outbox alter due_at set default now() + interval '1 hour';
      create function take_time() returns trigger language plpgsql as $$ begin perform pg_sleep(1); return null; end $$;
      create constraint trigger take_time after insert on consent_events
        deferrable initially deferred for each row execute function take_time();`);
      const answer = write(url, 'withdrawConsent');
      // Within the commit, which takes a second now.
      await expect
        .poll(async () => await count("pg_stat_activity where query = 'commit' and wait_event = 'PgSleep'"), {
          ...SOON,
          interval: 10,
        })
        .toBe(1);
      wire.delay('back', 60_000);
      await expect.poll(async () => await count(withdrawn), SOON).toBe(1);
      expect(await cached()).toBe(1);
      wire.reset();
      await wire.heal();
      expect(await answer).toBe('failed');
      expect(await cached()).toBe(0);
      expect(await seen()).toBe('WITHDRAWN');
      // And the process is none the worse for it.
      expect(await write(url, 'withdrawConsent')).toEqual({ effectiveInMs: 0 });
      expect(await count(withdrawn)).toBe(1);
    });

    test('what is left behind where the database commits after the DEL, the relay sees to', async () => {
      const wire = await openLink(postgres.port);
      cleanup.defer(wire.close);
      const url = await start(redis.url, databaseUrl.replace(`:${postgres.port}/`, `:${wire.port}/`));
      const seen = await given(url);
      await database.query(`
      create function take_time() returns trigger language plpgsql as $$ begin perform pg_sleep(3); return null; end $$;
      create constraint trigger take_time after insert on consent_events
        deferrable initially deferred for each row execute function take_time();`);
      const answer = write(url, 'withdrawConsent');
      await expect
        .poll(
          async () => await count("pg_stat_activity where query = 'commit' and wait_event = 'PgSleep'"),
          SOON,
        )
        .toBe(1);
      wire.reset();
      expect(await answer).toBe('failed');
      // Not committed yet, so this is right, and kept.
      expect(await seen()).toBe('GIVEN');
      expect(await cached()).toBe(1);
      await expect.poll(async () => await count(withdrawn), SOON).toBe(1);
      await expect.poll(seen, SOON).toBe('WITHDRAWN');
      await expect.poll(async () => await count('cache_outbox'), SOON).toBe(0);
    });
  },
);
