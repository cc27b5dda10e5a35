import { describe, expect, it } from 'vitest';
import { stampSupergraph } from '../../directives/compose/stampSupergraph.ts';
import { PRIVACY_URL } from '../../directives/spec.ts';
import { isStamped } from '../../gateway/stamp.ts';
import { composeTest, startGateway } from '../gatewayHarness.ts';
import { startPlainGateway } from '../plainGateway.ts';

const link = (url: string, more = ''): string => `@link(url: "${url}"${more})`;

describe('a supergraph', () => {
  const rows: readonly { name: string; sdl: string; expected: boolean }[] = [
    {
      name: 'whose privacy link is for security',
      sdl: `schema ${link(PRIVACY_URL, ', for: SECURITY')} { query: Query }`,
      expected: true,
    },
    {
      name: 'whose privacy link on an extension is',
      sdl: `extend schema ${link(PRIVACY_URL, ', as: "p", for: SECURITY')}`,
      expected: true,
    },
    {
      name: 'whose privacy link says nothing',
      sdl: `schema ${link(PRIVACY_URL)} { query: Query }`,
      expected: false,
    },
    {
      name: 'whose privacy link is for execution',
      sdl: `schema ${link(PRIVACY_URL, ', for: EXECUTION')} { query: Query }`,
      expected: false,
    },
    {
      name: 'that says it as text',
      sdl: `schema ${link(PRIVACY_URL, ', for: "SECURITY"')} { query: Query }`,
      expected: false,
    },
    {
      name: 'where another link is for security',
      sdl: `schema ${link(PRIVACY_URL)} ${link('https://specs.apollo.dev/inaccessible/v0.2', ', for: SECURITY')} { query: Query }`,
      expected: false,
    },
    {
      name: 'whose link only begins alike',
      sdl: `schema ${link('https://specs.sudare.dev/privacy-not/v1.0', ', for: SECURITY')} { query: Query }`,
      expected: false,
    },
    {
      name: 'that says it on a type',
      sdl: `type Query ${link(PRIVACY_URL, ', for: SECURITY')} { a: Int }`,
      expected: false,
    },
    {
      name: 'that says it in a description',
      sdl: `"""${link(PRIVACY_URL, ', for: SECURITY').replaceAll('"', "'")}""" type Query { a: Int }`,
      expected: false,
    },
    { name: 'without links', sdl: 'type Query { a: Int }', expected: false },
  ];
  it.each(rows)('$name: $expected', ({ sdl, expected }) => expect(isStamped(sdl)).toBe(expected));
});

describe('a gateway', () => {
  const subgraphs = [
    {
      name: 'accounts',
      typeDefs:
        'type Query { me: User } type User @key(fields: "id") @personal(subject: ["id"]) { id: ID! email: String @personal(category: "contact.email") }',
      resolvers: { Query: { me: () => ({ id: 'u_1', email: 'hanako@example.jp' }) } },
    },
  ];
  const required = { stamp: 'required' } as const;

  it('takes a stamped supergraph', async () => {
    const stamped = stampSupergraph(composeTest(subgraphs));
    const gateway = await startGateway({
      subgraphs,
      override: { ...required, supergraph: { sdl: stamped } },
    });
    await gateway.close();
  });

  const rows: readonly { name: string; given: string; expected: RegExp }[] = [
    {
      name: 'one that is not stamped, and says how to compose',
      given: composeTest(subgraphs),
      expected: /not stamped.*sudare compose.*--unverified/s,
    },
    {
      name: 'one without annotations that is not stamped',
      given: composeTest([{ name: 'a', header: '', typeDefs: 'type Query { a: Int }' }]),
      expected: /not stamped.*--unverified/s,
    },
    {
      name: 'a stamped one whose composition dropped what some subgraphs say',
      given: stampSupergraph(composeTest(subgraphs)).replace(
        /(directive @personal\(.*) repeatable on/,
        '$1 on',
      ),
      expected: /@personal without `repeatable`.*sudare compose.*--unverified/s,
    },
    {
      name: 'one that is no supergraph, and says so rather than that it is not stamped',
      given: 'type Query { a: Int }',
      expected: /Expected the SDL of a composed supergraph/,
    },
  ];
  it.each(rows)('refuses $name', async ({ given, expected }) => {
    await expect(
      startGateway({ subgraphs, override: { ...required, supergraph: { sdl: given } } }),
    ).rejects.toThrow(expected);
  });

  it('takes them where that is waived', async () => {
    for (const { given } of rows.slice(0, 3)) {
      const override = { stamp: 'waived', supergraph: { sdl: given } } as const;
      const gateway = await startGateway({ subgraphs, override });
      await gateway.close();
    }
  });

  it('of another make refuses a stamped supergraph, and would show everything of the same without the stamp', async () => {
    const real = await startGateway({ subgraphs });
    try {
      await expect(startPlainGateway(stampSupergraph(real.supergraph))).rejects.toThrow(
        /privacy\/v1\.0 is for: SECURITY but is unsupported/,
      );
      const plain = await startPlainGateway(real.supergraph);
      try {
        expect((await plain.send({ query: '{ me { email } }' })).data).toEqual({
          me: { email: 'hanako@example.jp' },
        });
      } finally {
        await plain.close();
      }
    } finally {
      await real.close();
    }
  });
});
