import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveGraphql, type RunningServer } from '../../../subgraphs/serveGraphql.ts';
import { startFile, type RunningCommand } from '../../demo/startCommand.ts';
import { ANNOTATED } from '../../directives/compose/composing.ts';
import { sendTo, type TestAnswer } from '../../gatewayHarness.ts';

const ACCOUNTS = `${ANNOTATED}
type Query { me: User }
type User @key(fields: "id") @personal(subject: ["id"]) { id: ID! name: String @personal(category: "identity.name") plan: String }
`;
const JOBS = `${ANNOTATED}
type User @key(fields: "id") @personal(subject: ["id"]) { id: ID! title: String }
`;

let folder = '';
const servers: RunningServer[] = [];
let dev: RunningCommand;
let url = '';
const inFolder = (file: string): string => join(folder, file);

function startDev(more: readonly string[]): RunningCommand {
  const files = ['--config', inFolder('supergraph.yaml'), '--policy', inFolder('policy.yaml')];
  return startFile('gateway/cli.ts', ['dev', ...files, '--port=0', ...more]);
}

/** A subgraph whose schema changes while it keeps its address. */
async function serveAccounts(sdl: string, port: number): Promise<RunningServer> {
  return await serveGraphql({
    schema: buildSubgraphSchema({
      typeDefs: parse(sdl),
      resolvers: { Query: { me: () => ({ id: 'u_1', name: 'Hanako', plan: 'FREE', motto: 'Hello' }) } },
    }),
    host: '127.0.0.1',
    port,
    mostBodyBytes: 10_000,
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sudare-dev-'));
  const accounts = await serveAccounts(ACCOUNTS, 0);
  servers.push(accounts);
  await writeFile(inFolder('jobs.graphql'), JOBS);
  await writeFile(inFolder('policy.yaml'), await readFile('policies/crowdworks/policy.yaml'));
  await writeFile(
    inFolder('supergraph.yaml'),
    `subgraphs:
  accounts: { schema: { subgraph_url: "${accounts.url}" } }
  jobs: { routing_url: "http://127.0.0.1:1/graphql", schema: { file: ./jobs.graphql } }
`,
  );
  dev = startDev([`--audit-file=${inFolder('audit.ndjson')}`]);
  [, url = ''] = await dev.prints(/"url":"([^"]+)"/);
});
afterAll(async () => {
  await dev.stop();
  for (const server of servers) await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function ask(query: string): Promise<TestAnswer> {
  return await sendTo(url, { query, purpose: 'service.support' });
}

describe('sudare dev', () => {
  it('serves what it composed, on loopback', async () => {
    expect(new URL(url).hostname).toBe('127.0.0.1');
    const answer = await ask('{ me { id plan name } }');
    expect(answer.data).toMatchObject({ me: { id: 'u_1', plan: 'FREE' } });
    expect(answer.text).not.toContain('Hanako');
  });

  it('keeps the old one in force over a bad edit, says what is wrong, and takes a good one', async () => {
    await writeFile(
      inFolder('jobs.graphql'),
      JOBS.replace('title: String', 'title: String @personal(category: "nope") pay: Int'),
    );
    await dev.prints(/jobs\.graphql:\d+:\d+: error: User\.title \(unknown-category\)/);
    expect((await ask('{ me { plan } }')).data).toEqual({ me: { plan: 'FREE' } });
    expect((await ask('{ me { pay } }')).errors[0]?.extensions['code']).toBe('GRAPHQL_VALIDATION_FAILED');

    await writeFile(inFolder('jobs.graphql'), JOBS.replace('title: String', 'title: String pay: Int'));
    await dev.prints(/supergraph composed anew/);
    expect((await ask('{ __type(name: "User") { fields { name } } }')).text).toContain('"pay"');
  });

  it('takes a policy that makes a bad edit good', async () => {
    await writeFile(
      inFolder('jobs.graphql'),
      JOBS.replace('title: String', 'title: String wish: String @personal(category: "usage.wish")'),
    );
    await dev.prints(/error: User\.wish \(unknown-category\)/);
    const policy = await readFile(inFolder('policy.yaml'), 'utf8');
    const category = /\n( {2}usage\.content:\n(?: {4}.*\n)+)/.exec(policy)?.[1] ?? '';
    await writeFile(
      inFolder('policy.yaml'),
      policy.replace(category, category + category.replace('usage.content:', 'usage.wish:')),
    );
    await dev.prints(/policy reloaded/);
    expect((await ask('{ __type(name: "User") { fields { name } } }')).text).toContain('"wish"');
  });

  it('asks running subgraphs again', async () => {
    const [running] = servers.splice(0);
    const port = Number(new URL(running?.url ?? '').port);
    await running?.stop();
    await dev.prints(/accounts was asked at .*: it does not answer/);
    servers.push(await serveAccounts(ACCOUNTS.replace('plan: String', 'plan: String motto: String'), port));
    for (let tries = 0; tries < 100; tries++) {
      const { data } = await ask('{ me { motto } }');
      if (data !== undefined) {
        expect(data).toEqual({ me: { motto: 'Hello' } });
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect.unreachable('the new field was never served');
  });
});

describe('sudare dev refuses', () => {
  const rows: readonly {
    name: string;
    given: readonly string[];
    expected: { code: number; says: RegExp };
  }[] = [
    {
      name: 'to listen where others are',
      given: ['--host=0.0.0.0'],
      expected: { code: 2, says: /loopback only/ },
    },
    {
      name: 'to route a subgraph that there is not, and ends',
      given: ['--subgraph-url=nobody=http://127.0.0.1:1/graphql'],
      expected: { code: 1, says: /--subgraph-url nobody: the supergraph has no such subgraph/ },
    },
    {
      name: 'to begin with what does not compose',
      given: ['--config=subgraphs/none.yaml'],
      expected: { code: 1, says: /none\.yaml:1:1: error: .*cannot be read.*do not compose/s },
    },
  ];
  it.each(rows)('$name', async ({ given, expected: { code, says } }) => {
    const command = startDev(given);
    expect(await command.ended).toBe(code);
    expect(command.standardError()).toMatch(says);
  });
});
