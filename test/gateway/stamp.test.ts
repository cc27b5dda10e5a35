import { describe, expect, it } from 'vitest';
import { PRIVACY_URL } from '../../directives/spec.ts';
import { isStamped } from '../../gateway/stamp.ts';
import { startGateway } from '../gatewayHarness.ts';

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

  it('without a stamp is served only where that is waived', async () => {
    await expect(
      startGateway({
        subgraphs: [{ name: 'a', typeDefs: 'type Query { a: Int }' }],
        override: { stamp: 'required' },
      }),
    ).rejects.toThrow(/not stamped.*--unverified/s);
  });
});
