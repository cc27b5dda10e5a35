import { describe, expect, it } from 'vitest';
import { parseSupergraphConfig } from '../../../directives/compose/supergraphConfig.ts';

const ENVIRONMENT = { HOST: 'accounts.invalid', TOKEN: '${env.HOST}', EMPTY: '' };

function parsed(text: string): ReturnType<typeof parseSupergraphConfig>['subgraphs'] {
  return parseSupergraphConfig(text, 'dir/supergraph.yaml', ENVIRONMENT).subgraphs;
}

describe('a supergraph.yaml', () => {
  const rows: readonly { name: string; given: string; expected: object }[] = [
    {
      name: 'names files',
      given: `federation_version: =2.9.0
subgraphs:
  accounts:
    routing_url: http://a.invalid/graphql
    schema:
      file: ./accounts.graphql
`,
      expected: {
        name: 'accounts',
        routingUrl: 'http://a.invalid/graphql',
        schema: { kind: 'file', file: './accounts.graphql' },
        line: 3,
        column: 3,
      },
    },
    {
      name: 'names running subgraphs, whose address is where they are asked too',
      given: 'subgraphs: { a: { schema: { subgraph_url: "https://a.invalid/g" } } }',
      expected: {
        routingUrl: 'https://a.invalid/g',
        schema: { kind: 'url', url: 'https://a.invalid/g', headers: {} },
      },
    },
    {
      name: 'may route them elsewhere and send headers',
      given:
        'subgraphs: { a: { routing_url: "http://b.invalid", schema: { subgraph_url: "http://a.invalid", introspection_headers: { X-Key: "k ${env.TOKEN}" } } } }',
      expected: {
        routingUrl: 'http://b.invalid',
        // What the environment holds is not expanded again.
        schema: { kind: 'url', url: 'http://a.invalid', headers: { 'X-Key': 'k ${env.HOST}' } },
      },
    },
    {
      name: 'may hold a schema itself',
      given:
        'federation_version: 2\nsubgraphs: { a: { routing_url: "http://a.invalid", schema: { sdl: "type Query { a: Int }" } } }',
      expected: { schema: { kind: 'sdl', sdl: 'type Query { a: Int }' } },
    },
    {
      name: 'takes values from the environment',
      given:
        'subgraphs: { a: { routing_url: "http://${env.HOST}:${env.PORT:-4001}/${env.EMPTY}", schema: { file: a } } }',
      expected: { routingUrl: 'http://accounts.invalid:4001/' },
    },
  ];
  it.each(rows)('$name', ({ given, expected }) => expect(parsed(given)[0]).toMatchObject(expected));

  it('keeps the order of the subgraphs', () => {
    const given = ['zeta', 'alpha'].map(
      (name) => `  ${name}: { routing_url: "http://x.invalid", schema: { file: x } }`,
    );
    expect(parsed(`subgraphs:\n${given.join('\n')}`).map(({ name }) => name)).toEqual(['zeta', 'alpha']);
  });
});

/** One subgraph, its schema given, and further lines. */
function of(schema: string, more = ''): string {
  return `subgraphs:\n  a:\n    routing_url: http://a.invalid\n    schema: ${schema}\n${more}`;
}

describe('a supergraph.yaml is refused', () => {
  const rows: readonly { name: string; given: string; expected: RegExp }[] = [
    { name: 'that is no YAML', given: 'subgraphs: {', expected: /yaml:1:\d+: not readable as YAML/ },
    { name: 'without subgraphs', given: 'subgraphs: {}', expected: /one subgraph or more/ },
    {
      name: 'with an unknown key',
      given: of('{ file: x }', 'dev: true'),
      expected: /:5:1: the key dev is not known/,
    },
    {
      name: 'with an unknown key of a subgraph',
      given: of('{ fil: x }'),
      expected: /:4:15: the key fil.*file/,
    },
    { name: 'with two sources', given: of('{ file: x, sdl: y }'), expected: /:4:5: a needs one of/ },
    { name: 'without a source', given: of('{}'), expected: /:4:5: a needs one of/ },
    { name: 'with a registry’s schema', given: of('{ graphref: g@v, subgraph: a }'), expected: /registry/ },
    {
      name: 'with a file but no address',
      given: 'subgraphs: { a: { schema: { file: x } } }',
      expected: /:1:14: a has no routing_url/,
    },
    {
      name: 'with headers for nobody',
      given: of('{ file: x, introspection_headers: { a: b } }'),
      expected: /sent to a/,
    },
    {
      name: 'for Federation 1',
      given: `federation_version: 1\n${of('{ file: x }')}`,
      expected: /:1:21: .*expected 2/,
    },
    {
      name: 'with a name that Apollo does not take',
      given: 'subgraphs: { "a b": { schema: { sdl: x } } }',
      expected: /"?a b"? is not well formed/,
    },
    {
      name: 'with a variable that is not set',
      given: of('{ file: "${env.NONE}" }'),
      expected: /:4:21: .*NONE/,
    },
    {
      name: 'with another kind of variable',
      given: of('{ file: "${file.x}" }'),
      expected: /\$\{env\.NAME\}/,
    },
    {
      name: 'with an address of another kind',
      given: of('{ subgraph_url: "file:///x" }'),
      expected: /http:\/\//,
    },
  ];
  it.each(rows)('$name', ({ given, expected }) => expect(() => parsed(given)).toThrow(expected));

  it('without telling what the environment holds', () => {
    const given = 'subgraphs: { a: { routing_url: "${env.SECRET}", schema: { file: x } } }';
    expect(() => parseSupergraphConfig(given, 's.yaml', { SECRET: 'hunter2' })).toThrow(/^(?!.*hunter2)/s);
  });
});
