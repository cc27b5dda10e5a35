import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { Cluster, Redis } from 'ioredis';
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

describe('behind one address for changing servers', { timeout: 60_000 }, () => {
  const sockets = new Set<Socket>();
  let old: RedisServer;
  let promoted: RedisServer;
  beforeAll(async () => void ([old, promoted] = await Promise.all([startRedis(), startRedis()])));
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await Promise.all([old.stop(), promoted.stop()]);
  });

  it('the stream is appended to at the new primary once the old one is a replica', async () => {
    let target = new URL(old.url);
    const address = createServer((client) => {
      const upstream = connect(Number(target.port), target.hostname);
      for (const socket of [client, upstream]) {
        sockets.add(socket);
        socket.on('error', () => undefined);
      }
      client.pipe(upstream).pipe(client);
    });
    await new Promise<void>((listening) => address.listen(0, '127.0.0.1', listening));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on TCP
    const { port } = address.address() as AddressInfo;
    const connection = connectStream(`redis://127.0.0.1:${port}`);
    const [former, reader] = [new Redis(old.url), new Redis(promoted.url)];
    try {
      await connection.append(['a']);
      target = new URL(promoted.url);
      await former.replicaof(target.hostname, target.port);
      await expect(connection.append(['b'])).rejects.toThrow('EXECABORT');
      await expect
        .poll(
          async () =>
            await connection.append(['b']).then(
              () => true,
              () => false,
            ),
          {
            timeout: 10_000,
            interval: 50,
          },
        )
        .toBe(true);
      expect((await reader.xrange('sudare:record', '-', '+')).map(([, fields]) => fields)).toEqual([
        ['line', 'b'],
      ]);
    } finally {
      connection.close();
      former.disconnect();
      reader.disconnect();
      address.close();
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
