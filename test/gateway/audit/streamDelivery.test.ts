import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deliverFiles } from '../../../gateway/audit/deliverFiles.ts';
import { connectStream, type StreamConnection } from '../../../gateway/audit/streamConnection.ts';
import { createStreamDelivery, type StreamDelivery } from '../../../gateway/audit/streamDelivery.ts';
import { createLog } from '../../../gateway/log.ts';
import { stampLine, type ChainHead } from '../../../policies/record/recordLine.ts';
import { freePort, startRedis, type RedisServer } from '../../harness.ts';

/** A busy machine takes its time. */
const PATIENT = { timeout: 20_000, interval: 20 };

let server: RedisServer;
let logged: string[];
const open: { close: () => unknown }[] = [];
beforeEach(async () => {
  server = await startRedis();
  logged = [];
});
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
  await server.stop();
});

const log = () => createLog(pino({ base: null }, { write: (line: string) => void logged.push(line) }));
const deliveryTo = (connection: StreamConnection, maxSpooled?: number): StreamDelivery => {
  const delivery = createStreamDelivery({
    connection,
    log: log(),
    ...(maxSpooled === undefined ? {} : { maxSpooled }),
  });
  open.push(delivery);
  return delivery;
};

const tick = async (): Promise<void> => await new Promise((next) => setImmediate(next));

const many = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, index) => `line ${from + index}`);

/** The stream's lines, as a consumer of another connection reads them. */
const streamed = async (): Promise<readonly string[]> => {
  const redis = new Redis(server.url);
  try {
    const entries = await redis.xrange('sudare:record', '-', '+');
    for (const [, fields] of entries) expect(fields[0]).toBe('line');
    return entries.map(([, fields]) => fields[1] ?? '');
  } finally {
    redis.disconnect();
  }
};

describe('the stream', () => {
  it('gets lines in their order', async () => {
    const delivery = deliveryTo(connectStream(server.url));
    delivery.send(many(3));
    delivery.send(many(1_500, 3));
    await expect.poll(async () => (await streamed()).length, PATIENT).toBe(1_503);
    expect(await streamed()).toEqual(many(1_503));
    expect(delivery.dropped()).toBe(0);
  });

  it('gets what came while Redis was away, in its order, once it is back', async () => {
    const port = await freePort();
    const delivery = deliveryTo(connectStream(`redis://127.0.0.1:${port}`));
    delivery.send(many(5));
    await expect.poll(() => logged.length, PATIENT).toBe(1);
    delivery.send(many(5, 5));
    await server.stop();
    server = await startRedis({ port });
    await expect.poll(async () => (await streamed()).length, PATIENT).toBe(10);
    expect(await streamed()).toEqual(many(10));
    // An outage is told once, and so is its end.
    expect(logged.map((line) => /"msg":"([^"]*)"/.exec(line)?.[1])).toEqual([
      expect.stringMatching(/^the record’s stream is not appended to \([^)]+\); it is tried again$/),
      'the record’s stream is appended to again',
    ]);
    expect(logged.join()).not.toContain('line ');
  });

  it('may get lines twice that it did not confirm, and misses none', async () => {
    const delivery = deliveryTo(connectStream(server.url));
    delivery.send(many(1));
    await expect.poll(streamed, PATIENT).toEqual(many(1));
    await server.pause();
    delivery.send(many(1, 1));
    await new Promise((next) => setTimeout(next, 5_600));
    await server.resume();
    await expect.poll(async () => new Set(await streamed()), PATIENT).toEqual(new Set(many(2)));
  }, 60_000);

  it('holds nobody up, and counts what it cannot take', async () => {
    const delivery = deliveryTo(connectStream(`redis://127.0.0.1:${await freePort()}`), 60);
    const began = performance.now();
    delivery.send(many(10));
    expect(performance.now() - began).toBeLessThan(500);
    expect(delivery.dropped()).toBe(0);
    delivery.send(many(3, 10));
    expect(delivery.dropped()).toBe(3);
    await delivery.close();
    expect(delivery.dropped()).toBe(13);
    expect(logged.at(-1)).toContain('"dropped":13');
  });

  it('gets no more than about a megabyte at once, and a line at least', async () => {
    const groups: (readonly string[])[] = [];
    const delivery = deliveryTo({
      append: async (lines) => await Promise.resolve(void groups.push(lines)),
      bytes: async () => await Promise.resolve(0),
      close: () => undefined,
    });
    const [small, large] = ['.'.repeat(400_000), '.'.repeat(3_000_000)];
    const lines = [small, small, small, large, small, ...many(600)];
    delivery.send(lines);
    await delivery.close();
    expect(groups.flat()).toEqual(lines);
    expect(groups.map((group) => group.length)).toEqual([2, 1, 1, 500, 101]);
  });

  it('gets nothing more once it is closed: that is dropped, and keeps nobody', async () => {
    let appends = 0;
    const delivery = deliveryTo({
      append: async () => {
        appends += 1;
        return await Promise.reject(new Error('closed'));
      },
      bytes: async () => await Promise.resolve(0),
      close: () => undefined,
    });
    await delivery.close();
    delivery.send(many(2));
    await tick();
    expect(delivery.dropped()).toBe(2);
    expect(appends).toBe(0);
    // There is nothing left to wait for.
    await delivery.close();
    expect(delivery.dropped()).toBe(2);
  });

  it('is not waited for behind Sentinels that are not there, and says so', async () => {
    const port = await freePort();
    const delivery = createStreamDelivery({
      connection: connectStream(`redis-sentinel://127.0.0.1:${String(port)}/0#mymaster`, 200),
      log: log(),
    });
    delivery.send(['one']);
    await expect.poll(() => logged.join(), PATIENT).toContain('not appended to');
    expect(logged.join()).toContain('Connection timed out');
    const started = performance.now();
    await delivery.close();
    expect(performance.now() - started).toBeLessThan(4_500);
    expect(delivery.dropped()).toBe(1);
  });

  it('does not grow for ever where nobody reads it, and goes on once somebody does', async () => {
    const connection = connectStream(server.url);
    const delivery = createStreamDelivery({ connection, log: log(), maxStream: 20_000, maxSpooled: 5_000 });
    open.push(delivery);
    const redis = new Redis(server.url);
    try {
      const send = (turn: number): void => delivery.send([String(turn).padEnd(1_000, '.')]);
      for (let turn = 0; turn < 1_000 && !logged.join().includes('StreamFullError'); turn += 1) {
        send(turn);
        await new Promise((next) => setTimeout(next, 15));
      }
      expect(logged.join()).toContain('StreamFullError');
      for (let turn = 0; turn < 20; turn += 1) send(turn);
      expect(delivery.dropped()).toBeGreaterThan(10);
      const length = await redis.xlen('sudare:record');
      expect(length).toBeGreaterThan(10);
      expect(length).toBeLessThan(80);
      await redis.xtrim('sudare:record', 'MAXLEN', 0);
      await expect.poll(async () => await redis.xlen('sudare:record'), PATIENT).toBe(5);
    } finally {
      redis.disconnect();
    }
  }, 60_000);

  it('is not spoken to before there is a line', async () => {
    const connection = connectStream(server.url);
    open.push(connection);
    const redis = new Redis(server.url);
    try {
      const clients = async (): Promise<number> =>
        String(await redis.client('LIST'))
          .trim()
          .split('\n').length;
      expect(await clients()).toBe(1);
      await connection.append(many(1));
      expect(await clients()).toBe(2);
    } finally {
      redis.disconnect();
    }
  });

  it('takes a group whole or not at all', async () => {
    const connection = connectStream(server.url);
    open.push(connection);
    const redis = new Redis(server.url);
    try {
      await redis.set('sudare:record', 'of another type');
      await expect(connection.append(many(2))).rejects.toThrow('WRONGTYPE');
      await redis.del('sudare:record');
      await connection.append(many(2));
      expect(await redis.xlen('sudare:record')).toBe(2);
    } finally {
      redis.disconnect();
    }
  });
});

describe('files that are delivered', () => {
  it('come line by line, without what is no whole line', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sudare-deliver-'));
    try {
      let head: ChainHead = { chain: 'gw/5f3b2a10-0000-4000-8000-000000000001', sequence: 0, hash: '' };
      const lines = many(1_200).map((text) => {
        const stamped = stampLine(JSON.stringify({ text }), head);
        ({ head } = stamped);
        return stamped.line;
      });
      const [first, second] = [join(folder, 'a'), join(folder, 'b')];
      await writeFile(first, `${lines.slice(0, 700).join('\n')}\nbroken o\n`);
      await writeFile(
        second,
        `${lines.slice(700).join('\n')}\n${lines[0]?.replace('line', 'lime')}\n${lines[1]}`,
      );
      const connection = connectStream(server.url);
      open.push(connection);
      expect(await deliverFiles([first, second], connection)).toEqual({ delivered: 1_200, others: 3 });
      expect(await streamed()).toEqual(lines);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
