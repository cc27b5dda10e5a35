import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';

/** A consent system of somebody else's: JSON of its own over HTTP, asked in three ways. People are in memory. */
export interface ForeignConsents {
  /** Its origin. */
  readonly url: string;
  /** What came in, oldest first. */
  readonly requests: readonly ForeignRequest[];
  readonly record: (person: string, status: 'granted' | 'revoked') => void;
  /** Replaces what is said of a person, or of the ids in an answer. */
  readonly distort: (change: ((person: string, said: Said) => unknown) | null) => void;
  /** Milliseconds before each answer. */
  readonly delay: (ms: number) => void;
  readonly stop: () => Promise<void>;
}

export interface ForeignRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

type Said = Readonly<Record<string, unknown>>;

const query = z.object({ filter: z.object({ ids: z.array(z.string()), tenant: z.string().optional() }) });

/** Starts one on a free loopback port. */
export async function startForeignConsents(): Promise<ForeignConsents> {
  const people = new Map<string, { readonly status: string; readonly ts: number }[]>();
  const requests: ForeignRequest[] = [];
  let change: ((person: string, said: Said) => unknown) | null = null;
  let delayMs = 0;

  function saidOf(person: string): unknown {
    const said = {
      personId: person,
      frozen: 'no',
      consents: (people.get(person) ?? []).map(({ status, ts }) => ({ code: 'RECO', status, ts })),
    };
    return change === null ? said : change(person, said);
  }

  function answerTo(path: URL, body: string): { status: number; json: unknown } {
    if (path.pathname === '/query') {
      const { ids } = query.parse(JSON.parse(body)).filter;
      return { status: 200, json: { data: { people: ids.filter((id) => people.has(id)).map(saidOf) } } };
    }
    if (path.pathname === '/people') {
      const ids = path.searchParams.get('ids')?.split(',') ?? [];
      // Not by Object.fromEntries: an id may be named `__proto__`, which a literal's own key must be.
      const members = ids
        .filter((id) => people.has(id))
        .map((id) => `${JSON.stringify(id)}:${JSON.stringify(saidOf(id))}`);
      return { status: 200, json: { people: JSON.parse(`{${members.join(',')}}`) as unknown } };
    }
    const [, encoded = ''] = /^\/people\/([^/]+)\/consents$/.exec(path.pathname) ?? [];
    const id = decodeURIComponent(encoded);
    return people.has(id) ? { status: 200, json: saidOf(id) } : { status: 404, json: { error: 'unknown' } };
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
    const body = Buffer.concat(parts).toString('utf8');
    const { method = '', url = '', headers } = request;
    requests.push({ method, url, headers, body });
    // What is said is what is true when the question arrives, however long it takes to say it.
    const { status, json } = answerTo(new URL(url, 'http://here'), body);
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(400).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    record: (person, status) => {
      const events = people.get(person) ?? [];
      const ts = Math.max(Date.now(), (events.at(-1)?.ts ?? 0) + 1);
      people.set(person, [...events, { status, ts }]);
    },
    distort: (next) => {
      change = next;
    },
    delay: (ms) => {
      delayMs = ms;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const STATE = `
  suspended: { from: frozen, values: { yes: true, no: false } }
  lastServiceUse: { absent: null }
  collectionMethods: { absent: [] }
  entries:
    from: consents
    purpose: { from: code, values: { RECO: marketing.recommendation } }
    recipient: { absent: null }
    state: { from: status, values: { granted: GIVEN, revoked: WITHDRAWN } }
    at: { from: ts, format: epochMilliseconds }
    expiresAt: { absent: null }
`;

/** Mappings for its three ways of being asked. */
export const FOREIGN_MAPPINGS = {
  'a list in a body': `
request:
  path: /query
  subjects: { in: body, at: filter.ids, ids: local, namespace: user }
  body: { filter: { tenant: t1 } }
  headers: { authorization: { env: FOREIGN_TOKEN, prefix: 'Bearer ' } }
answer: { states: data.people, missing: empty }
state:
  subject: { from: personId }${STATE}`,
  'a query parameter': `
request:
  method: GET
  path: /people
  subjects: { in: query, parameter: ids, separator: ',', ids: local, namespace: user }
  batch: 50
answer: { states: people, form: bySubject, missing: empty }
state:
  subject: { from: personId }${STATE}`,
  'a call for each': `
request:
  method: GET
  path: /people/{subject}/consents
  subjects: { in: path, ids: local, namespace: user }
  parallel: 16
answer: { form: one, notFound: empty }
state:
  subject: { from: personId }${STATE}`,
} as const;
