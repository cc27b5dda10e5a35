import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  constants,
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import { connect, createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { text } from 'node:stream/consumers';
import { GraphQLDataSourceRequestKind } from '@apollo/gateway/dist/datasources/types.js';
import { afterEach, describe, expect, it } from 'vitest';
import { httpSources, type HttpSourcesOptions } from '../../../gateway/execute/httpSources.ts';
import { TEST_ONLY_CERTIFICATE } from './testOnlyCertificate.ts';

const closing: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

const TLS = { ca: TEST_ONLY_CERTIFICATE.cert };
const H2 = { tls: TLS, http2: 'offered' } as const;
const REFUSED = constants.NGHTTP2_REFUSED_STREAM;
const ANSWER = { data: { open: 1 } };

type Reply = (request: Pick<Http2ServerRequest, 'stream'>, body: string, answer: () => void) => void;

interface Secure {
  readonly url: string;
  /** HTTP version and body of what arrived. */
  readonly arrived: () => readonly { readonly version: string; readonly body: string }[];
  readonly sessions: () => readonly ServerHttp2Session[];
}

/** A real subgraph over TLS, which offers HTTP/2 unless `offers` says otherwise. */
async function startSecure(
  reply: Reply = (_request, _body, answer) => answer(),
  { maxConcurrentStreams, offers = 'h2' }: { maxConcurrentStreams?: number; offers?: 'h2' | 'http/1.1' } = {},
): Promise<Secure> {
  const arrived: { version: string; body: string }[] = [];
  const sessions: ServerHttp2Session[] = [];
  const take = async (
    request: Http2ServerRequest | IncomingMessage,
    response: Http2ServerResponse | ServerResponse,
  ): Promise<void> => {
    const body = await text(request);
    arrived.push({ version: request.httpVersion, body });
    const answer = (): void => void response.end(JSON.stringify(ANSWER));
    if ('stream' in request) reply(request, body, answer);
    else answer();
  };
  const settings = maxConcurrentStreams === undefined ? {} : { settings: { maxConcurrentStreams } };
  const server =
    offers === 'h2'
      ? createSecureServer({ ...TEST_ONLY_CERTIFICATE, ...settings, allowHTTP1: true })
      : createHttpsServer(TEST_ONLY_CERTIFICATE);
  server.on(
    'request',
    (request: Http2ServerRequest | IncomingMessage, response: Http2ServerResponse | ServerResponse) => {
      take(request, response).catch(() => undefined);
    },
  );
  server.on('session', (session: ServerHttp2Session) => {
    sessions.push(session);
    session.on('error', () => undefined);
  });
  server.on('sessionError', () => undefined);
  closing.push(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  return {
    url: `https://127.0.0.1:${await listen(server)}/graphql`,
    arrived: () => arrived,
    sessions: () => sessions,
  };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return portOf(server.address());
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('Expected a TCP address.');
  return address.port;
}

function asking(url: string, options: Partial<HttpSourcesOptions> = {}): (query: string) => Promise<unknown> {
  const sources = httpSources({
    timeoutMs: 2_000,
    subgraphs: new Map([['people', H2]]),
    forwardHeaders: [],
    ...options,
  });
  closing.push(async () => await sources.destroy());
  const source = sources.sourceOf({ name: 'people', url });
  return async (query) =>
    await source.process({
      kind: GraphQLDataSourceRequestKind.HEALTH_CHECK,
      request: { query },
      context: {},
    });
}

describe('a subgraph over TLS', () => {
  it('is called by HTTP/2 where settings say so and it offers it, many calls on one connection', async () => {
    const subgraph = await startSecure();
    const ask = asking(subgraph.url);
    const answers = await Promise.all(Array.from({ length: 20 }, async () => await ask('{ open }')));
    expect(answers).toEqual(Array.from({ length: 20 }, () => ANSWER));
    expect(new Set(subgraph.arrived().map(({ version }) => version))).toEqual(new Set(['2.0']));
    expect(subgraph.sessions()).toHaveLength(1);
  });

  it('is called by HTTP/1.1 where it does not offer more', async () => {
    const subgraph = await startSecure(undefined, { offers: 'http/1.1' });
    expect(await asking(subgraph.url)('{ open }')).toEqual(ANSWER);
    expect(subgraph.arrived().map(({ version }) => version)).toEqual(['1.1']);
  });

  it('is called by HTTP/1.1 where settings say nothing', async () => {
    const subgraph = await startSecure();
    const ask = asking(subgraph.url, { subgraphs: new Map([['people', { tls: TLS }]]) });
    expect(await ask('{ open }')).toEqual(ANSWER);
    expect(subgraph.arrived().map(({ version }) => version)).toEqual(['1.1']);
  });

  it('is not believed without an authority that is trusted', async () => {
    const subgraph = await startSecure();
    await expect(asking(subgraph.url, { subgraphs: new Map() })('{ open }')).rejects.toThrow(/certificate/);
    expect(subgraph.arrived()).toEqual([]);
  });

  it('takes no more calls at a time than it says', async () => {
    let running = 0;
    let most = 0;
    const slowly: Reply = (_request, _body, answer) => {
      most = Math.max(most, (running += 1));
      setTimeout(() => {
        running -= 1;
        answer();
      }, 20);
    };
    const subgraph = await startSecure(slowly, { maxConcurrentStreams: 2 });
    const ask = asking(subgraph.url, { subgraphs: new Map([['people', { ...H2, connections: 1 }]]) });
    await ask('{ open }');
    const answers = await Promise.all(Array.from({ length: 6 }, async () => await ask('{ open }')));
    expect(answers).toHaveLength(6);
    expect(most).toBe(2);
  });
});

describe('an HTTP/2 connection that is lost before the answer', () => {
  const ways: readonly { readonly name: string; readonly given: Reply }[] = [
    { name: 'its session is destroyed', given: ({ stream }) => stream.session?.destroy() },
    { name: 'its socket is closed', given: ({ stream }) => stream.session?.socket.destroy() },
  ];
  const breakingFirst = (break_: Reply): Reply => {
    let isFirst = true;
    return (request, body, answer) => {
      if (!isFirst) return answer();
      isFirst = false;
      break_(request, body, answer);
    };
  };

  it.each(ways)('is replaced for a query, where $name', async ({ given }) => {
    const subgraph = await startSecure(breakingFirst(given));
    expect(await asking(subgraph.url)('{ open }')).toEqual(ANSWER);
    expect(subgraph.arrived()).toHaveLength(2);
  });

  it.each(ways)('fails a mutation, which is never sent twice, where $name', async ({ given }) => {
    const subgraph = await startSecure(breakingFirst(given));
    const ask = asking(subgraph.url);
    await expect(ask('mutation { pay }')).rejects.toThrow();
    expect(await ask('{ open }')).toEqual(ANSWER);
    expect(subgraph.arrived().filter(({ body }) => body.includes('pay'))).toHaveLength(1);
  });

  it('fails mutations that share it, each sent once', async () => {
    let waiting = 0;
    const subgraph = await startSecure((request, body, answer) => {
      if (!body.includes('pay')) return answer();
      waiting += 1;
      if (waiting === 5) request.stream.session?.socket.destroy();
    });
    const ask = asking(subgraph.url);
    await ask('{ open }');
    const paid = await Promise.allSettled(
      Array.from({ length: 5 }, async (_, at) => await ask(`mutation { pay(n: ${at}) }`)),
    );
    expect(paid.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'rejected'));
    expect(await ask('{ open }')).toEqual(ANSWER);
    expect(subgraph.arrived().filter(({ body }) => body.includes('pay'))).toHaveLength(5);
  });

  it.each([
    {
      name: 'refused the call',
      given: ({ stream }: Pick<Http2ServerRequest, 'stream'>) => stream.close(REFUSED),
    },
    {
      name: 'began nothing',
      given: ({ stream }: Pick<Http2ServerRequest, 'stream'>) => {
        stream.session?.goaway(constants.NGHTTP2_NO_ERROR, 0);
      },
    },
  ])('fails a mutation also where the subgraph says that it $name', async ({ given }) => {
    const subgraph = await startSecure(breakingFirst(given));
    const ask = asking(subgraph.url);
    await expect(ask('mutation { pay }')).rejects.toThrow();
    expect(await ask('{ open }')).toEqual(ANSWER);
    expect(subgraph.arrived().filter(({ body }) => body.includes('pay'))).toHaveLength(1);
  });

  it('is left where the subgraph says goodbye, and no answer is lost', async () => {
    const subgraph = await startSecure((request, body, answer) => {
      if (body.includes('last')) request.stream.session?.goaway();
      setTimeout(answer, 20);
    });
    const ask = asking(subgraph.url);
    for (let round = 0; round < 3; round++) {
      expect(await Promise.all(['{ a }', 'mutation { last }', '{ c }'].map(ask))).toHaveLength(3);
    }
    expect(subgraph.arrived()).toHaveLength(9);
  });
});

describe('a subgraph that says nothing', () => {
  it('has the time of its own settings', async () => {
    const server = createServer(() => undefined);
    closing.push(() => {
      server.closeAllConnections();
      server.close();
    });
    const url = `http://127.0.0.1:${await listen(server)}/`;
    const ask = asking(url, { timeoutMs: 60_000, subgraphs: new Map([['people', { timeoutMs: 50 }]]) });
    await expect(ask('{ open }')).rejects.toThrow(/"people": timeout, no answer in 50 ms/);
  });

  it('loses its HTTP/2 connection, and is found again on another', async () => {
    const subgraph = await startSecure();
    const network = await startNetwork(subgraph.url);
    const ask = asking(network.url, {
      subgraphs: new Map([['people', { ...H2, timeoutMs: 200, connections: 1 }]]),
    });
    await ask('{ open }');
    network.cut();
    await expect(ask('{ open }')).rejects.toThrow(/timeout/i);
    const again = async (tries: number): Promise<unknown> =>
      await ask('{ open }').catch(async (error: unknown) => {
        if (tries > 0) return await again(tries - 1);
        throw error;
      });
    expect(await again(15)).toEqual(ANSWER);
    expect(subgraph.sessions()).toHaveLength(2);
  });
});

/** A network that can drop the connections which it has without a word to anybody. */
async function startNetwork(to: string): Promise<{ readonly url: string; readonly cut: () => void }> {
  const { port, pathname } = new URL(to);
  let links: { isCut: boolean }[] = [];
  const server = createTcpServer((near) => {
    const link = { isCut: false };
    links.push(link);
    const far = connect(Number(port), '127.0.0.1');
    for (const [from, into] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (bytes) => link.isCut || into.write(bytes));
      from.on('close', () => link.isCut || into.destroy());
      from.on('error', () => undefined);
    }
    closing.push(() => {
      near.destroy();
      far.destroy();
    });
  });
  closing.push(() => void server.close());
  return {
    url: `https://127.0.0.1:${await listen(server)}${pathname}`,
    cut: () => {
      for (const link of links) link.isCut = true;
      links = [];
    },
  };
}

describe('a subgraph without an address', () => {
  it.each(['', 'nowhere', 'file:///a', 'ftp://a/'])('%j fails when it is called', async (url) => {
    await expect(asking(url)('{ open }')).rejects.toThrow(/"people" has no URL/);
  });
});

describe('settings', () => {
  const rows: readonly { name: string; given: Partial<HttpSourcesOptions>; expected: RegExp }[] = [
    { name: 'a time-out of 0', given: { timeoutMs: 0 }, expected: /^Time-out of subgraphs/ },
    { name: 'a time-out of weeks', given: { timeoutMs: 2 ** 31 }, expected: /^Time-out of subgraphs/ },
    {
      name: 'a part of a millisecond',
      given: { subgraphs: new Map([['a', { timeoutMs: 0.5 }]]) },
      expected: /^Time-out of subgraph "a": expected whole milliseconds/,
    },
    {
      name: 'no connection',
      given: { subgraphs: new Map([['a', { connections: 0 }]]) },
      expected: /^Connections of subgraph "a"/,
    },
    {
      name: 'no answer',
      given: { subgraphs: new Map([['a', { maxAnswerBytes: Number.NaN }]]) },
      expected: /^Longest answer of subgraph "a"/,
    },
    { name: 'a header of one hop', given: { forwardHeaders: ['te'] }, expected: /^--forward-header "te"/ },
  ];
  it.each(rows)('with $name are refused', ({ given, expected }) => {
    expect(() => httpSources({ timeoutMs: 1, subgraphs: new Map(), forwardHeaders: [], ...given })).toThrow(
      expected,
    );
  });

  it('for a subgraph that there is not are refused', () => {
    const { check } = httpSources({ timeoutMs: 1, subgraphs: new Map([['jbos', {}]]), forwardHeaders: [] });
    expect(() => check([{ name: 'jobs', url: '' }])).toThrow(
      /jbos: the supergraph has no such subgraph; it has jobs/,
    );
  });
});
