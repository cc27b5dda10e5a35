import type { Redis } from 'ioredis';
import { FILL, MARK } from './cacheScripts.ts';
import { NO_CLUSTER_NODE, UnusableRedisError } from './redisFailure.ts';
import type { SubjectKeys } from './subjectKeys.ts';

/** What a server must be. `nodeId`: of a node of a Cluster; `tag`: a text in one of its slots. */
export type ExpectedServer =
  | { readonly mode: 'standalone' }
  | { readonly mode: 'cluster'; readonly nodeId: string; readonly tag: string };

const ALONE_TAG = 'fingerprint';

/**
 * Finds out which run of which server a fresh connection talks to, and tells the server our scripts. Throws where the
 * server must not be used for the cache, saying why.
 */
export async function identifyServer(
  redis: Redis,
  keys: SubjectKeys,
  expected: ExpectedServer,
): Promise<string> {
  const { db = 0 } = redis.options;
  // INVARIANT: what is kept in one database is never looked for, nor deleted, in another. ioredis has asked for it, and
  // goes on in database 0 where that was refused. Test: test/policies/consent/redis/redisAccess.test.ts, "may not select".
  if (db !== 0) await redis.select(db);
  const info = parseInfo(await redis.info());
  const id = info.get('run_id') ?? '';
  if (!/^[0-9a-f]{40}$/.test(id)) throw new UnusableRedisError('its INFO names no run_id.');
  const mode = info.get('redis_mode');
  if (mode !== expected.mode) throw new UnusableRedisError(otherMode(mode));
  if (info.get('role') !== 'master') {
    throw new UnusableRedisError('it is a replica; give the URL of the primary.');
  }
  // Addresses are given to others: what was a node of our Cluster may be one of another by now.
  if (expected.mode === 'cluster' && (await redis.cluster('MYID')) !== expected.nodeId) {
    throw new UnusableRedisError('another node of a Cluster is at the address.');
  }
  // A writer with another secret would delete keys that nobody reads, and believe the cache clean.
  const key = keys.fingerprintKey(id, expected.mode === 'cluster' ? expected.tag : ALONE_TAG);
  await redis.set(key, keys.fingerprint, 'NX');
  if ((await redis.get(key)) !== keys.fingerprint) {
    throw new UnusableRedisError(
      'another process uses it with another cache key secret. Give the gateways and the consent subgraph ' +
        'the same secret; after changing it, restart or flush that Redis.',
    );
  }
  for (const { lua, sha } of [MARK, FILL]) {
    if ((await redis.script('LOAD', lua)) !== sha)
      throw new UnusableRedisError('it names scripts otherwise.');
  }
  return id;
}

function otherMode(mode: string | undefined): string {
  if (mode === 'cluster') {
    return 'it is a node of a Redis Cluster; give the URLs of two or more of its nodes, with commas between.';
  }
  if (mode === 'sentinel') return 'it is a Sentinel; give redis-sentinel://host:26379/0#primary.';
  return NO_CLUSTER_NODE;
}

/** The fields of an answer to INFO. */
export function parseInfo(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split('\r\n').map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1)];
    }),
  );
}
