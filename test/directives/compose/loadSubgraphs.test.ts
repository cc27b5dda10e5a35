import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'graphql';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSubgraphs, overlayOf, type LoadedSubgraphs } from '../../../directives/compose/loadSubgraphs.ts';
import { parseSupergraphConfig } from '../../../directives/compose/supergraphConfig.ts';
import { serveGraphql, type RunningServer } from '../../../subgraphs/serveGraphql.ts';
import { ANNOTATED } from './composing.ts';

const SDL = `${ANNOTATED}type Query { me: User }
type User @key(fields: "id") @personal(subject: ["id"]) { id: ID! email: String @personal(category: "contact.email") }`;

let folder = '';
let subgraph: RunningServer;
const others: Server[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sudare-load-'));
  subgraph = await serveGraphql({
    schema: buildSubgraphSchema({ typeDefs: parse(SDL) }),
    host: '127.0.0.1',
    port: 0,
    mostBodyBytes: 10_000,
  });
});
afterAll(async () => {
  await subgraph.stop();
  for (const server of others) server.close();
  await rm(folder, { recursive: true, force: true });
});

/** Serves one answer for whatever is asked. */
async function answering(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(status, headers);
    response.end(body);
  });
  others.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return `http://127.0.0.1:${String(typeof address === 'object' && address !== null ? address.port : 0)}/graphql`;
}

/** An address where nothing listens. */
async function nowhere(): Promise<string> {
  const url = await answering(200, {}, '');
  const server = others.pop();
  await new Promise((resolve) => server?.close(resolve));
  return url;
}

async function load(yaml: string, overlays: readonly string[] = []): Promise<LoadedSubgraphs> {
  const file = join(folder, 'supergraph.yaml');
  return await loadSubgraphs(parseSupergraphConfig(yaml, file, {}), overlays);
}

const introspecting = (url: string): string =>
  `subgraphs:\n  accounts:\n    schema: { subgraph_url: "${url}" }\n`;

describe('the schema of a subgraph', () => {
  it('is what a running one tells, its directives among it', async () => {
    const { subgraphs, findings } = await load(introspecting(`${subgraph.url}?key=k`));
    expect(findings).toEqual([]);
    expect(subgraphs).toMatchObject([{ name: 'accounts', url: `${subgraph.url}?key=k`, file: subgraph.url }]);
    expect(subgraphs[0]?.sdl).toContain('@personal(category: "contact.email")');
    expect(subgraphs[0]?.sdl).toContain('@composeDirective(name: "@personal")');
  });

  it('is read from a file beside the supergraph.yaml', async () => {
    await writeFile(join(folder, 'a.graphql'), 'type Query { a: Int }');
    const { subgraphs } = await load(
      'subgraphs: { a: { routing_url: "http://a.invalid", schema: { file: ./a.graphql } } }',
    );
    expect(subgraphs).toEqual([
      { name: 'a', url: 'http://a.invalid', file: join(folder, 'a.graphql'), sdl: 'type Query { a: Int }' },
    ]);
  });

  const rows: readonly { name: string; given: () => Promise<string>; expected: RegExp }[] = [
    { name: 'nobody tells', given: nowhere, expected: /does not answer \(/ },
    {
      name: 'is no federated subgraph’s',
      given: async () =>
        await answering(400, {}, '{"errors":[{"message":"Cannot query field _service, hunter2"}]}'),
      expected: /HTTP 400 and without its schema/,
    },
    {
      name: 'is no JSON',
      given: async () => await answering(200, {}, '<html>hunter2'),
      expected: /HTTP 200 and/,
    },
    {
      name: 'is elsewhere, where headers are not sent on',
      given: async () => await answering(307, { location: subgraph.url }, ''),
      expected: /does not answer/,
    },
  ];
  it.each(rows)('that $name is a finding', async ({ given, expected }) => {
    const { subgraphs, findings } = await load(introspecting(await given()));
    expect(subgraphs).toEqual([]);
    expect(findings).toMatchObject([
      {
        rule: 'config',
        file: join(folder, 'supergraph.yaml'),
        line: 2,
        message: expect.stringMatching(expected) as unknown,
      },
    ]);
    expect(JSON.stringify(findings)).not.toContain('hunter2');
  });

  it('that is no file is a finding', async () => {
    const { findings } = await load(
      'subgraphs: { a: { routing_url: "http://a.invalid", schema: { file: none.graphql } } }',
    );
    expect(findings.map(({ message }) => message)).toEqual([
      `the schema of a, ${join(folder, 'none.graphql')}, cannot be read (ENOENT); expected GraphQL SDL in UTF-8.`,
    ]);
  });
});

describe('an --overlay', () => {
  const rows: readonly { given: string; expected: ReturnType<typeof overlayOf> }[] = [
    { given: 'o.graphql', expected: { subgraph: null, file: 'o.graphql' } },
    { given: 'accounts=o.graphql', expected: { subgraph: 'accounts', file: 'o.graphql' } },
    { given: './accounts=o.graphql', expected: { subgraph: null, file: './accounts=o.graphql' } },
    { given: 'accounts=a=b.graphql', expected: { subgraph: 'accounts', file: 'a=b.graphql' } },
  ];
  it.each(rows)('$given', ({ given, expected }) => expect(overlayOf(given)).toEqual(expected));

  it('for a subgraph that there is not, or without its file, is a finding', async () => {
    const yaml =
      'subgraphs: { a: { routing_url: "http://a.invalid", schema: { sdl: "type Query { a: Int }" } } }';
    const { findings, overlays } = await load(yaml, ['b=o.graphql', join(folder, 'none.graphql')]);
    expect(overlays).toEqual([]);
    expect(findings.map(({ message }) => message)).toEqual([
      '--overlay b=o.graphql: there is no subgraph b; expected one of a.',
      `--overlay ${join(folder, 'none.graphql')}: the file cannot be read (ENOENT); expected GraphQL SDL in UTF-8.`,
    ]);
  });
});
