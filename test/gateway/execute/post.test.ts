import { getEventListeners, once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { Pool } from 'undici';
import { post, type Posted, type PostInput } from '../../../gateway/execute/post.ts';

const closing: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

interface Started {
  readonly send: (override?: Partial<PostInput>) => Promise<Posted>;
  /** Paths of what arrived. */
  readonly arrived: () => readonly string[];
  /** How many answers the client did not wait for. */
  readonly left: () => number;
  readonly pool: Pool;
}

/** A real server, and POSTs to it on one connection. */
async function start(manner: (response: ServerResponse, path: string) => void): Promise<Started> {
  const arrived: string[] = [];
  let left = 0;
  const server: Server = createServer((request, response) => {
    arrived.push(request.url ?? '');
    response.on('close', () => {
      if (!response.writableFinished) left += 1;
    });
    request.resume();
    request.on('end', () => manner(response, request.url ?? ''));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Expected a TCP address.');
  const origin = `http://127.0.0.1:${address.port}`;
  const pool = new Pool(origin, { connections: 1 });
  closing.push(
    () => {
      server.closeAllConnections();
      server.close();
    },
    async () => await pool.destroy(),
  );
  return {
    pool,
    arrived: () => arrived,
    left: () => left,
    send: async (override = {}) =>
      await post({
        name: 'people',
        dispatcher: pool,
        origin,
        path: '/graphql?a=b',
        headers: ['content-type', 'application/json'],
        body: '{}',
        timeoutMs: 2_000,
        maxBytes: 1_000,
        signal: null,
        effect: 'reads',
        cutOff: 'at-once',
        ...override,
      }),
  };
}

async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; waited < 2_000 && !holds(); waited += 5) await sleep(5);
  expect(holds()).toBe(true);
}

describe('an answer', () => {
  const whole = Buffer.from('{"data":{"name":"渡辺🎋"}}');
  const rows: readonly { name: string; given: readonly Buffer[]; expected: string }[] = [
    { name: 'is empty', given: [], expected: '' },
    { name: 'comes at once', given: [whole], expected: whole.toString() },
    {
      name: 'comes byte by byte, characters in several chunks',
      given: [...whole].map((byte) => Buffer.from([byte])),
      expected: whole.toString(),
    },
    {
      name: 'begins with a byte order mark',
      given: [Buffer.from([0xef]), Buffer.from([0xbb, 0xbf]), whole],
      expected: whole.toString(),
    },
    { name: 'is as long as it may be', given: [Buffer.alloc(1_000, 'a')], expected: 'a'.repeat(1_000) },
  ];
  it.each(rows)('$name', async ({ given, expected }) => {
    const server = await start((response) => {
      const next = (at: number): void => {
        const chunk = given[at];
        if (chunk === undefined) response.end();
        else response.write(chunk, () => setImmediate(() => next(at + 1)));
      };
      response.flushHeaders();
      next(0);
    });
    expect(await server.send()).toEqual({ status: 200, text: expected });
    expect(server.arrived()).toEqual(['/graphql?a=b']);
  });

  it('comes after hints that are none', async () => {
    const server = await start((response) => {
      response.writeEarlyHints({ link: '</a>; rel=preload' });
      response.writeProcessing();
      response.statusCode = 400;
      response.end('{}');
    });
    expect(await server.send()).toEqual({ status: 400, text: '{}' });
  });

  it('that was only hinted at when the connection was lost is asked for again', async () => {
    const lost: string[] = [];
    const server = await start((response, path) => {
      if (lost.push(path) > 1) return response.end('{}');
      return response.writeEarlyHints({ link: '</a>; rel=preload' }, () => {
        setTimeout(() => response.destroy(), 20);
      });
    });
    expect(await server.send()).toEqual({ status: 200, text: '{}' });
    expect(server.arrived()).toHaveLength(2);
  });

  it('that leads elsewhere is not followed', async () => {
    const server = await start((response) => {
      response.writeHead(307, { location: '/elsewhere' });
      response.end();
    });
    expect(await server.send()).toEqual({ status: 307, text: '' });
    expect(server.arrived()).toEqual(['/graphql?a=b']);
  });
});

describe('an answer is refused', () => {
  const rows: readonly { name: string; given: (response: ServerResponse) => void; code: string }[] = [
    {
      name: 'one byte over its limit',
      given: (response) => response.end('a'.repeat(1_001)),
      code: 'EMSGSIZE',
    },
    {
      name: 'without an end',
      given: (response) => {
        const more = (): unknown =>
          response.destroyed || response.write('a'.repeat(100), () => setImmediate(more));
        more();
      },
      code: 'EMSGSIZE',
    },
    {
      name: 'compressed, which was not asked for',
      given: (response) => {
        response.setHeader('content-encoding', 'gzip');
        response.end(gzipSync('{"data":{}}'));
      },
      code: 'EENCODING',
    },
    {
      name: 'that does not end in time',
      given: (response) => response.write('{'),
      code: 'ETIMEDOUT',
    },
    { name: 'that does not come', given: () => undefined, code: 'ETIMEDOUT' },
  ];
  it.each(rows)('$name', async ({ given, code }) => {
    const server = await start((response, path) => (path === '/good' ? response.end('{}') : given(response)));
    await expect(server.send({ timeoutMs: 200 })).rejects.toMatchObject({ name: 'SubgraphHttpError', code });
    // The connection was given up, and the next call does not wait for it.
    expect(await server.send({ path: '/good' })).toEqual({ status: 200, text: '{}' });
    expect(server.arrived()).toEqual(['/graphql?a=b', '/good']);
  });

  it('where time ran out before there was a connection, and is not asked for later', async () => {
    const waiting: ServerResponse[] = [];
    const server = await start((response, path) => {
      if (path === '/first') waiting.push(response);
      else response.end('{}');
    });
    const first = server.send({ path: '/first' });
    await until(() => server.arrived().length === 1);
    await expect(server.send({ path: '/late', timeoutMs: 50 })).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    for (const response of waiting) response.end('{}');
    await first;
    await server.send({ path: '/third' });
    expect(server.arrived()).toEqual(['/first', '/third']);
  });

  it('quoting nothing', async () => {
    const server = await start((response) => {
      response.setHeader('content-encoding', 'canary');
      response.end('canary');
    });
    const problem: unknown = await server.send({ body: 'canary' }).catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(Error);
    expect(String(problem)).not.toContain('canary');
  });
});

describe('a call that nobody waits for', () => {
  it('is given up, and its connection too', async () => {
    const leaving = new AbortController();
    const server = await start(() => undefined);
    const sent = server.send({ signal: leaving.signal });
    await until(() => server.arrived().length === 1);
    leaving.abort();
    await expect(sent).rejects.toMatchObject({ code: 'ECANCELED' });
    await until(() => server.left() === 1);
  });

  it('is cut off when its answer begins, where that is asked for', async () => {
    const leaving = new AbortController();
    const waiting: ServerResponse[] = [];
    const server = await start((response) => void waiting.push(response));
    const sent = server.send({ signal: leaving.signal, cutOff: 'with-answer' });
    await until(() => server.arrived().length === 1);
    leaving.abort();
    await expect(sent).rejects.toMatchObject({ code: 'ECANCELED' });
    await sleep(50);
    expect(server.left()).toBe(0);
    for (const response of waiting) response.write('{');
    await until(() => server.left() === 1);
  });

  it('is not sent', async () => {
    const server = await start((response) => response.end('{}'));
    await expect(server.send({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ECANCELED' });
    await sleep(50);
    expect(server.arrived()).toEqual([]);
  });

  it('is sent and waited for all the same where it may write', async () => {
    const leaving = new AbortController();
    const server = await start((response) => void setTimeout(() => response.end('{}'), 100));
    const sent = server.send({ signal: leaving.signal, effect: 'may-write' });
    await until(() => server.arrived().length === 1);
    leaving.abort();
    expect(await sent).toEqual({ status: 200, text: '{}' });
    expect(await server.send({ signal: leaving.signal, effect: 'may-write' })).toEqual({
      status: 200,
      text: '{}',
    });
  });

  it('leaves nothing behind that answered in time', async () => {
    const leaving = new AbortController();
    const server = await start((response) => response.end('{}'));
    for (let call = 0; call < 3; call++) await server.send({ signal: leaving.signal });
    expect(getEventListeners(leaving.signal, 'abort')).toEqual([]);
  });
});

describe('what cannot be sent', () => {
  it.each([
    { name: 'a header with a line break', given: { headers: ['x-a', 'b\r\nx-c: d'] } },
    { name: 'a header that is not Latin-1', given: { headers: ['x-a', '渡'] } },
  ])('$name fails the call', async ({ given }) => {
    const server = await start((response) => response.end('{}'));
    await expect(server.send(given)).rejects.toThrow(/invalid x-a header/);
    expect(server.arrived()).toEqual([]);
  });

  it('on a pool that was destroyed', async () => {
    const server = await start((response) => response.end('{}'));
    await server.pool.destroy();
    await expect(server.send()).rejects.toThrow(/destroyed/);
  });
});
