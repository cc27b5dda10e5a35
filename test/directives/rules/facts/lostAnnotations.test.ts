import { describe, expect, it } from 'vitest';
import { composeServices } from '@apollo/composition';
import { closeSupergraph } from '../../../../directives/closedSupergraph.ts';
import { lostAnnotations } from '../../../../directives/rules/facts/lostAnnotations.ts';
import { PRIVACY_LINK_SDL } from '../../../../directives/spec.ts';
import { readSubgraph } from '../../../../directives/subgraphSource.ts';
import { indexSupergraph } from '../../../../directives/supergraphIndex.ts';
import { loadPolicy } from '../../../../policies/loadPolicy.ts';
import { FEDERATION } from '../../composed.ts';

const policy = await loadPolicy('policies/crowdworks/policy.yaml');

/** What is lost of annotations on an external copy, beside those on the field itself. */
function lost(own: string, external: string): readonly string[] {
  const texts = {
    accounts: `type Query { me: User } type User @key(fields: "id") {
      id: ID! ownerId: ID
      email: String @personal(category: "contact.email") ${own} }`,
    mail: `type User @key(fields: "id") {
      id: ID!
      email: String @external ${external}
      greeting: String @requires(fields: "email") }`,
  };
  const subgraphs = Object.entries(texts).map(([name, sdl]) =>
    readSubgraph(name, `http://127.0.0.1/${name}`, [
      { file: `${name}.graphql`, sdl: `${FEDERATION}${PRIVACY_LINK_SDL}${sdl}` },
    ]),
  );
  const { supergraphSdl = '', errors } = composeServices(
    subgraphs.map(({ name, url, document }) => ({ name, url, typeDefs: document })),
  );
  expect(errors).toBeUndefined();
  const closed = closeSupergraph(indexSupergraph(supergraphSdl, 'with positions'), []);
  return [...lostAnnotations({ ...closed, policy, subgraphs })].map(
    ({ coordinate, subgraph, external: isExternal }) => `${coordinate} ${subgraph} ${String(isExternal)}`,
  );
}

const LOST = ['User.email mail true'];

describe('of an annotation on an external copy', () => {
  const table = [
    { name: 'the same', own: '', external: '@personal(category: "contact.email")', expected: [] },
    {
      name: 'another spelling',
      own: '',
      external: '@personal(category: """contact.email""", mask: null)',
      expected: [],
    },
    {
      name: 'another reason',
      own: '',
      external: '@personal(category: "contact.email", reason: "r")',
      expected: [],
    },
    { name: 'another category', own: '', external: '@personal(category: "usage.content")', expected: LOST },
    {
      name: 'a mask',
      own: '',
      external: '@personal(category: "contact.email", mask: "domain")',
      expected: LOST,
    },
    {
      name: 'a mask that is there',
      own: '@personal(mask: "domain")',
      external: '@personal(category: "contact.email", mask: "domain")',
      expected: [],
    },
    {
      name: 'reject',
      own: '',
      external: '@personal(category: "contact.email", otherwise: "reject")',
      expected: LOST,
    },
    {
      name: 'no reject',
      own: '',
      external: '@personal(category: "contact.email", otherwise: "mask")',
      expected: [],
    },
    {
      name: 'a subject',
      own: '',
      external: '@personal(category: "contact.email", subject: ["id"])',
      expected: LOST,
    },
    {
      name: 'a subject that is there',
      own: '@personal(subject: ["ownerId"])',
      external: '@personal(category: "contact.email", subject: "ownerId")',
      expected: [],
    },
    {
      name: 'a subject that is there in another namespace',
      own: '@personal(subject: ["ownerId"])',
      external: '@personal(category: "contact.email", subject: ["ownerId"], namespace: "staff")',
      expected: LOST,
    },
    {
      name: 'an unreviewed none',
      own: '',
      external: '@personal(category: "none", reason: "r")',
      expected: LOST,
    },
    {
      name: 'a purpose denied',
      own: '@purpose(deny: ["marketing.recommendation"])',
      external: '@purpose(deny: ["marketing"])',
      expected: LOST,
    },
    {
      name: 'a purpose that is denied with its ancestor',
      own: '@purpose(deny: ["marketing"])',
      external: '@purpose(deny: ["marketing.recommendation"])',
      expected: [],
    },
    { name: 'purposes allowed', own: '', external: '@purpose(allow: ["service"])', expected: LOST },
    {
      name: 'purposes allowed that are narrower already',
      own: '@purpose(allow: ["service.support"])',
      external: '@purpose(allow: ["service"])',
      expected: [],
    },
    {
      name: 'purposes allowed that are narrower than what is left',
      own: '@purpose(allow: ["service"])',
      external: '@purpose(allow: ["service.support"])',
      expected: LOST,
    },
    {
      name: 'nothing allowed',
      own: '@purpose(allow: ["service"])',
      external: '@purpose(allow: [])',
      expected: LOST,
    },
  ];
  it.each(table)('$name', ({ own, external, expected }) => {
    expect(lost(own, external)).toEqual(expected);
  });
});
