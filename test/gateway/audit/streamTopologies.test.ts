import { Cluster } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectStream } from '../../../gateway/audit/streamConnection.ts';
import { startRedis, type RedisServer } from '../../harness.ts';
import { startRedisCluster, type RedisCluster } from '../../redisCluster.ts';

describe('in a Cluster, the stream', { timeout: 120_000 }, () => {
  let cluster: RedisCluster;
  beforeAll(async () => void (cluster = await startRedisCluster()), 120_000);
  afterAll(async () => await cluster.stop());

  it('is appended to where its slot is', async () => {
    const connection = connectStream(cluster.url);
    const [host = '', port = ''] = (cluster.url.split(',')[0] ?? '').replace('redis://', '').split(':');
    const reader = new Cluster([{ host, port: Number(port) }]);
    try {
      await connection.append(['a', 'b']);
      await connection.append(['c']);
      const entries = await reader.xrange('sudare:record', '-', '+');
      expect(entries.map(([, fields]) => fields)).toEqual([
        ['line', 'a'],
        ['line', 'b'],
        ['line', 'c'],
      ]);
      expect(await connection.bytes()).toBeGreaterThan(0);
    } finally {
      connection.close();
      reader.disconnect();
    }
  });
});

describe('with a user who may do no more than needed', () => {
  let server: RedisServer;
  beforeAll(async () => {
    const user = 'writer on >s:cret ~sudare:record -@all +info +xadd +multi +exec +memory|usage';
    server = await startRedis({ args: ['--user', ...user.split(' ')] });
  });
  afterAll(async () => await server.stop());

  it('the stream is appended to', async () => {
    const connection = connectStream(server.url.replace('://', '://writer:s%3Acret@'));
    try {
      await connection.append(['a']);
      expect(await connection.bytes()).toBeGreaterThan(0);
    } finally {
      connection.close();
    }
  });

  it('who may not is told so, without the password', async () => {
    const connection = connectStream(server.url.replace('://', '://writer:wrong@'));
    try {
      const failure: unknown = await connection.append(['a']).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(Error);
      expect(String(failure)).not.toContain('wrong@');
    } finally {
      connection.close();
    }
  });
});
