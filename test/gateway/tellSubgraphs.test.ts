import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { exportPKCS8 } from 'jose';
import { LocalGraphQLDataSource } from '@apollo/gateway';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openContextSigner, type ContextSigner } from '../../policies/context/contextSigner.ts';
import { createContextVerifier } from '../../policies/context/contextVerifier.ts';
import { testKey, type TestKey } from '../policies/keys/testKeys.ts';
import { HEADER, startGateway, type TestGateway } from '../gatewayHarness.ts';

const accounts = {
  name: 'accounts',
  typeDefs: `
    type Query { accounts: [Account] }
    type Account @key(fields: "id") { id: ID! plan: String askedFor: String }
  `,
};
const jobs = {
  name: 'jobs',
  typeDefs:
    'type Query { job: String } extend type Account @key(fields: "id") { id: ID! @external jobs: Int }',
};

let folder: string;
let key: TestKey;
let signer: ContextSigner;
let example: ChildProcess;
let exampleUrl: string;
let hostile: Server;
let hostileUrl: string;
let heard: string[];
let gateway: TestGateway;

/** The example of the documentation, as it stands there, on a free port. */
async function startExample(): Promise<void> {
  const page = await readFile('docs/subgraphs.md', 'utf8');
  const [, code = ''] =
    /<!-- example: a subgraph that answers the gateway alone -->\s+```ts\n([\s\S]*?)```/.exec(page) ?? [];
  const entry = pathToFileURL(resolve('policies/context/index.ts')).href;
  const text = code.replace("'sudare/subgraph-context'", `'${entry}'`).replace('port: 4001', 'port: 0');
  expect(text).toContain(entry);
  await writeFile(join(folder, 'example.ts'), text);
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await writeFile(join(folder, 'accounts.graphql'), HEADER + accounts.typeDefs);
  await writeFile(join(folder, 'gateway-public.pem'), key.pem);
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  example = spawn(process.execPath, ['example.ts'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: example.stdout ?? process.stdin });
  // Apollo Server says something else first.
  for await (const line of lines) {
    exampleUrl = line;
    if (line.startsWith('http://')) return;
  }
}

/** A subgraph that says in its errors what it was told. */
async function startHostile(): Promise<void> {
  heard = [];
  hostile = createServer((request, response) => {
    const told = String(request.headers['x-sudare-context']);
    heard.push(told);
    response.setHeader('content-type', 'application/json');
    response.setHeader('x-sudare-context', told);
    response.end(
      JSON.stringify({ data: null, errors: [{ message: told, extensions: { code: told, told } }] }),
    );
  });
  hostile.listen(0, '127.0.0.1');
  await once(hostile, 'listening');
  const address = hostile.address();
  hostileUrl = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sudare-told-'));
  key = await testKey('EdDSA');
  await writeFile(join(folder, 'key.pem'), await exportPKCS8(key.privateKey));
  signer = await openContextSigner(join(folder, 'key.pem'));
  await startExample();
  await startHostile();
  gateway = await startGateway({
    subgraphs: [accounts, jobs],
    override: {
      contextSigner: signer,
      subgraphUrls: new Map([
        ['accounts', exampleUrl],
        ['jobs', hostileUrl],
      ]),
    },
  });
});
afterAll(async () => {
  await gateway.close();
  example.kill();
  hostile.closeAllConnections();
  hostile.close();
  await rm(folder, { recursive: true, force: true });
});

const askDirectly = async (headers: Record<string, string>): Promise<unknown> => {
  const response = await fetch(exampleUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: '{ accounts { plan } }' }),
  });
  return { status: response.status, ...JSON.parse(await response.text()) };
};

const CONTEXT = {
  client: 'a',
  purpose: null,
  recipient: 'internal',
  policyRevision: 'r',
  requestId: '4bf92f3577b34da6a3ce929d0e0e4736',
};

describe('a subgraph that checks who calls', () => {
  it('answers the gateway, and knows what for', async () => {
    const answer = await gateway.send({ query: '{ accounts { id askedFor } }', purpose: 'service.support' });
    expect(answer.data).toEqual({ accounts: [{ id: 'a_1', askedFor: 'service.support' }] });
    const without = await gateway.send({ query: '{ accounts { askedFor } }' });
    expect(without.data).toEqual({ accounts: [{ askedFor: null }] });
  });

  const rows: readonly { name: string; header: () => Promise<string | null>; code: string }[] = [
    {
      name: 'that does not say who it is',
      header: async () => await Promise.resolve(null),
      code: 'CONTEXT_MISSING',
    },
    {
      name: 'with what was for another subgraph',
      header: async () => await signer.sign('jobs', CONTEXT),
      code: 'CONTEXT_FOR_ANOTHER',
    },
    {
      name: 'with what has expired',
      header: async () => await signer.sign('accounts', CONTEXT, Date.now() - 70_000),
      code: 'CONTEXT_EXPIRED',
    },
    { name: 'with anything', header: async () => await Promise.resolve('x'), code: 'CONTEXT_REFUSED' },
  ];
  it.each(rows)('refuses anybody else $name', async ({ header, code }) => {
    const value = await header();
    expect(await askDirectly(value === null ? {} : { 'x-sudare-context': value })).toMatchObject({
      status: 401,
      errors: [{ extensions: { code } }],
    });
  });

  it('is not deceived by what a client sends, which goes nowhere', async () => {
    const sent = await signer.sign('accounts', { ...CONTEXT, purpose: 'marketing' });
    const answer = await gateway.send({
      query: '{ accounts { askedFor } }',
      headers: { 'x-sudare-context': sent },
    });
    expect(answer.data).toEqual({ accounts: [{ askedFor: null }] });
  });
});

describe('what a subgraph is told', () => {
  it('is of this request, and nobody else hears of it', async () => {
    heard.length = 0;
    const requestId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const answer = await gateway.send({
      query: '{ accounts { jobs } job }',
      client: 'mail-campaign',
      purpose: 'marketing.recommendation',
      headers: { traceparent: `00-${requestId}-00f067aa0ba902b7-01` },
    });
    expect(answer.status).toBe(200);
    expect(heard.length).toBeGreaterThan(1);
    const verifier = await createContextVerifier({ subgraph: 'jobs', keys: { text: key.pem } });
    for (const told of heard) {
      expect(await verifier.verify(told)).toEqual({
        client: 'mail-campaign',
        purpose: 'marketing.recommendation',
        recipient: 'internal',
        policyRevision: '2020-05-08',
        requestId,
      });
      const elsewhere = [
        answer.text,
        JSON.stringify([...answer.headers]),
        gateway.logged(),
        gateway.audited().join(),
      ];
      for (const text of elsewhere) {
        expect(text).not.toContain(told);
        expect(text).not.toContain(told.split('.')[1]);
      }
    }
    expect(gateway.logged()).toContain(requestId);
  });

  it('cannot be told by data sources of one’s own, which is refused', async () => {
    const schema = buildSubgraphSchema({ typeDefs: parse(HEADER + accounts.typeDefs) });
    await expect(
      startGateway({
        subgraphs: [accounts],
        override: { contextSigner: signer, buildService: () => new LocalGraphQLDataSource(schema) },
      }),
    ).rejects.toThrow('contextSigner');
  });
});
