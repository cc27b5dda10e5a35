import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { exportJWK, generateKeyPair } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFile } from './startCommand.ts';
import { LISTENING, villageFiles } from './startVillage.ts';
import { VILLAGE } from './village.ts';
import { composeTest, HEADER } from '../gatewayHarness.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');

let folder = '';
let good: { readonly supergraph: string; readonly policy: string };
let takenPort = 0;
const occupant = createServer();

beforeAll(async () => {
  folder = await villageFiles(new Map());
  good = { supergraph: join(folder, 'supergraph.graphql'), policy: join(folder, 'policy.yaml') };
  occupant.listen(0, '127.0.0.1');
  await once(occupant, 'listening');
  const address = occupant.address();
  takenPort = typeof address === 'object' && address !== null ? address.port : 0;

  const sdl = await readFile(good.supergraph, 'utf8');
  const policy = await readFile(good.policy, 'utf8');
  const files = {
    'empty.graphql': '',
    'blank.graphql': ' \n\n',
    'prose.graphql': 'This is not a schema.',
    'plain.graphql': 'type Query { hello: String }',
    'subgraph.graphql': HEADER + VILLAGE[0].typeDefs,
    'operation.graphql': '{ people { id } }',
    'cut.graphql': sdl.slice(0, sdl.length / 2),
    'consent.graphql': composeTest([
      {
        name: 'registry',
        typeDefs: 'type Query { a: Int _consentStates(subjects: [ID!]!): Int @inaccessible }',
      },
    ]),
    'jwk.json': JSON.stringify(
      await exportJWK((await generateKeyPair('ES256', { extractable: true })).publicKey),
    ),
    'binary.graphql': '\u0000\u0001\u0002',
    'wrong.json': '{"data":{"__schema":{}}}',
    'empty.yaml': '',
    'wrongKey.yaml': policy.replace('    levels:', '    levles:'),
    'notYaml.yaml': `${policy}\n  : [`,
    'list.yaml': '- a\n- b\n',
    'unknownPurpose.yaml': policy.replace(
      'purposes: [marketing.recommendation]',
      'purposes: [marketing.recommendaton]',
    ),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  await mkdir(join(folder, 'folder'));
});
afterAll(async () => {
  occupant.close();
  await rm(folder, { recursive: true, force: true });
});

interface Given {
  readonly supergraph?: string;
  readonly policy?: string;
  readonly flags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** The exit code and what was printed. */
async function start({
  supergraph,
  policy,
  flags,
  environment = {},
}: Given): Promise<{ code: unknown; says: string }> {
  const command = startFile(
    'gateway/cli.ts',
    [
      'start',
      `--supergraph=${supergraph === undefined ? good.supergraph : join(folder, supergraph)}`,
      `--policy=${policy === undefined ? good.policy : join(folder, policy)}`,
      '--port=0',
      ...(flags ?? ['--dev', '--unverified']),
    ],
    environment,
  );
  const code = await Promise.race([
    command.ended,
    command.prints(LISTENING).then(
      () => 'listens',
      async () => await command.ended,
    ),
  ]);
  await command.stop();
  return { code, says: command.standardError() };
}

const DEV = ['--dev', '--unverified'] as const;

describe('sudare start', { timeout: 60_000 }, () => {
  it.each<{ name: string; given: () => Given; expected: { code: number; says: RegExp } }>([
    {
      name: 'a policy with a wrong key: its line, and the key that was meant',
      given: () => ({ policy: 'wrongKey.yaml' }),
      expected: { code: 1, says: /wrongKey\.yaml:\d+:\d+.*levles.*perhaps levels/s },
    },
    {
      name: 'a policy with a purpose that is none: its line, and the purpose that was meant',
      given: () => ({ policy: 'unknownPurpose.yaml' }),
      expected: {
        code: 1,
        says: /unknownPurpose\.yaml:\d+:\d+.*marketing\.recommendaton.*marketing\.recommendation/s,
      },
    },
    {
      name: 'a policy that is not YAML',
      given: () => ({ policy: 'notYaml.yaml' }),
      expected: { code: 1, says: /notYaml\.yaml:\d+:\d+/ },
    },
    {
      name: 'an empty policy',
      given: () => ({ policy: 'empty.yaml' }),
      expected: { code: 1, says: /empty\.yaml:1.*expected/s },
    },
    {
      name: 'a policy that is a list',
      given: () => ({ policy: 'list.yaml' }),
      expected: { code: 1, says: /list\.yaml:1.*expected a mapping/s },
    },
    {
      name: 'no policy',
      given: () => ({ policy: 'nowhere.yaml' }),
      expected: { code: 1, says: /nowhere\.yaml.*ENOENT.*expected a policy/s },
    },
    {
      name: 'a folder for a policy',
      given: () => ({ policy: 'folder' }),
      expected: { code: 1, says: /folder.*EISDIR.*expected a policy/s },
    },
    ...['empty', 'blank', 'prose', 'plain', 'subgraph', 'operation', 'cut', 'binary'].map((name) => ({
      name: `a supergraph that is not one: ${name}`,
      given: () => ({ supergraph: `${name}.graphql` }),
      expected: { code: 1, says: /expected.*supergraph|not a .*supergraph/is },
    })),
    {
      name: 'a supergraph that is not one: JSON',
      given: () => ({ supergraph: 'wrong.json' }),
      expected: { code: 1, says: /expected.*supergraph|not a .*supergraph/is },
    },
    {
      name: 'no supergraph',
      given: () => ({ supergraph: 'nowhere.graphql' }),
      expected: {
        code: 1,
        says: /nowhere\.graphql: expected a file with the SDL of a composed supergraph \(ENOENT\)/,
      },
    },
    {
      name: 'a folder for a supergraph',
      given: () => ({ supergraph: 'folder' }),
      expected: { code: 1, says: /folder: expected a file with the SDL of a composed supergraph \(EISDIR\)/ },
    },
    {
      name: 'a supergraph without stamp',
      given: () => ({ flags: ['--dev'] }),
      expected: { code: 1, says: /not stamped.*--unverified/s },
    },
    {
      name: 'a port in use',
      given: () => ({ flags: [...DEV, '--port', String(takenPort)] }),
      expected: {
        code: 1,
        says: /cannot be listened on \(EADDRINUSE\)\. Stop what uses it, or choose .*--port/,
      },
    },
    {
      name: 'a host that is not this machine’s',
      given: () => ({ flags: [...DEV, '--host', '127.0.0.1', '--port', '99999'] }),
      expected: { code: 2, says: /--port 99999: expected a number from 0 to 65535/ },
    },
    {
      name: '--dev on all addresses',
      given: () => ({ flags: [...DEV, '--host', '0.0.0.0'] }),
      expected: { code: 2, says: /--dev believes every caller.*expected --host 127\.0\.0\.1/s },
    },
    {
      name: 'nobody who could be identified',
      given: () => ({ flags: ['--unverified'] }),
      expected: { code: 2, says: /expected --jwks FILE.*or --dev/s },
    },
    {
      name: 'keys that are not there',
      given: () => ({
        flags: ['--unverified', '--jwks', 'nowhere.json', '--jwt-issuer', 'x', '--jwt-audience', 'y'],
      }),
      expected: { code: 1, says: /nowhere\.json.*expected/s },
    },
    {
      name: 'a consent system that could not be told who is calling',
      given: () => ({
        supergraph: 'consent.graphql',
        flags: ['--unverified', `--jwks=${join(folder, 'jwk.json')}`, '--jwt-issuer=x', '--jwt-audience=y'],
      }),
      expected: { code: 1, says: /subgraph "registry".*Expected the key .*SUDARE_CALLER_KEY/s },
    },
    {
      name: 'an unknown flag',
      given: () => ({ flags: [...DEV, '--polcy', 'x'] }),
      expected: { code: 2, says: /--polcy.*--policy/s },
    },
    {
      name: 'a stray word',
      given: () => ({ flags: [...DEV, 'stray'] }),
      expected: { code: 2, says: /stray.*Flags: --supergraph/s },
    },
    {
      name: 'a flag without its value',
      given: () => ({ flags: [...DEV, '--consent-url'] }),
      expected: { code: 2, says: /--consent-url/ },
    },
    {
      name: 'a consent URL that is none',
      given: () => ({ flags: [...DEV, '--consent-url', 'localhost:4007'] }),
      expected: { code: 2, says: /--consent-url: expected a URL that begins with http:\/\// },
    },
    {
      name: 'a Redis URL that is none',
      given: () => ({
        flags: [...DEV, '--redis-url', 'http://127.0.0.1:6379'],
        environment: { SUDARE_CACHE_KEY: KEY },
      }),
      expected: { code: 2, says: /--redis-url: expected a URL that begins with redis:\/\// },
    },
    {
      name: 'Redis without a key',
      given: () => ({ flags: [...DEV, '--redis-url', 'redis://127.0.0.1:6379'] }),
      expected: { code: 2, says: /--redis-url needs SUDARE_CACHE_KEY/ },
    },
    {
      name: 'a key that is too short',
      given: () => ({ environment: { SUDARE_CALLER_KEY: 'c2hvcnQ=' } }),
      expected: { code: 2, says: /SUDARE_CALLER_KEY: expected 32 bytes or more in base64/ },
    },
    {
      name: 'a route to a subgraph that there is not',
      given: () => ({ flags: [...DEV, '--subgraph-url', 'pepole=http://127.0.0.1:1/graphql'] }),
      expected: { code: 1, says: /pepole: the supergraph has no such subgraph; it has people, work/ },
    },
    {
      name: 'a route without a URL',
      given: () => ({ flags: [...DEV, '--subgraph-url', 'people'] }),
      expected: { code: 2, says: /--subgraph-url: expected NAME=URL/ },
    },
    {
      name: 'an audit file that cannot be written',
      given: () => ({ flags: [...DEV, '--audit-file', join(folder, 'folder')] }),
      expected: { code: 1, says: /--audit-file .*folder.*expected/s },
    },
  ])('refuses $name', async ({ given, expected }) => {
    const { code, says } = await start(given());
    expect(says).toMatch(expected.says);
    expect(code).toBe(expected.code);
    expect(says).not.toMatch(/^\s+at /m);
  });

  it.each([
    { name: 'no command', given: [], expected: { code: 2, says: /^sudare start --supergraph FILE/m } },
    {
      name: 'another command',
      given: ['serve'],
      expected: {
        code: 2,
        says: /sudare serve: no such command; expected one of compose, check, start, dev/,
      },
    },
    {
      name: 'help',
      given: ['start', '--help'],
      expected: { code: 0, says: /^sudare start --supergraph FILE/ },
    },
    {
      name: 'no flags at all',
      given: ['start'],
      expected: { code: 2, says: /--supergraph is missing; expected a file with the SDL/ },
    },
  ])('explains itself: $name', async ({ given, expected }) => {
    const command = startFile('gateway/cli.ts', given);
    expect(await command.ended).toBe(expected.code);
    expect(command.standardOutput() + command.standardError()).toMatch(expected.says);
  });
});
