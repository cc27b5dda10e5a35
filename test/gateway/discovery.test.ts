import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../gatewayHarness.ts';
import { sent, startWorld } from '../leaks/world.ts';

const WHOLE = `{
  client recipients grounds
  purposes { key text article bases { recipient basis } lookups grounds }
}`;

const DECLINED = { __typename: 'User', id: '2' };

let offered: TestGateway;
let production: TestGateway;
beforeAll(async () => {
  offered = await startWorld({ override: { discovery: 'offered' } });
  production = await startWorld();
});
afterAll(async () => {
  await offered.close();
  await production.close();
});

describe('what a client may declare', () => {
  it.each([
    {
      name: 'one purpose, by consent',
      given: { client: 'mail-campaign' },
      expected: {
        client: 'mail-campaign',
        recipients: ['internal'],
        grounds: [],
        purposes: [
          {
            key: 'marketing.recommendation',
            text: 'For the mailing and transmission of guidance on the products and services, etc., recommended by the Company',
            article: '4(6)',
            bases: [{ recipient: 'internal', basis: 'consent' }],
            lookups: [],
            grounds: [],
          },
        ],
      },
    },
    {
      name: 'several recipients, which need no choosing to ask',
      given: { client: 'survey-panel' },
      expected: {
        client: 'survey-panel',
        recipients: ['internal', 'third_party.acme'],
        grounds: [],
        purposes: [
          {
            key: 'agreed.survey_panel',
            text: 'Agreed with the customer: invitations to a research panel (an example of an agreement)',
            article: '4(11)',
            bases: [
              { recipient: 'internal', basis: 'consent' },
              { recipient: 'third_party.acme', basis: 'consent' },
            ],
            lookups: [],
            grounds: [],
          },
        ],
      },
    },
  ])('$name', async ({ given, expected }) => {
    offered.forget();
    const answer = await offered.send({ query: `{ _privacy ${WHOLE} }`, ...given });
    expect(answer.data).toEqual({ _privacy: expected });
    expect(sent(offered)).toBe('');
    expect(offered.asked()).toEqual([]);
  });

  it('under the policy in force', async () => {
    const query = `{ _privacy { purposes { key bases { basis } grounds } } }`;
    expect((await offered.send({ query, client: 'business-transfer' })).data).toEqual({
      _privacy: {
        purposes: [
          'service.operation',
          'service.operation.billing',
          'service.provision',
          'service.support',
        ].flatMap((key) => [
          { key, bases: [], grounds: ['business_transfer'] },
          ...(key === 'service.support'
            ? [{ key: 'service.support.callback', bases: [], grounds: ['business_transfer'] }]
            : []),
        ]),
      },
    });
  });

  it('never of one client to another that asks the same', async () => {
    const query = `{ _privacy { client purposes { key } } }`;
    // Prepared once: neither declares a purpose, and both serve ourselves alone.
    const [one, other] = await Promise.all([
      offered.send({ query, client: 'mail-campaign' }),
      offered.send({ query, client: 'investor-relations' }),
    ]);
    expect(one.data).toEqual({
      _privacy: { client: 'mail-campaign', purposes: [{ key: 'marketing.recommendation' }] },
    });
    expect(other.data).toEqual({
      _privacy: { client: 'investor-relations', purposes: [{ key: 'ir.information' }] },
    });
    const stranger = await offered.send({ query, client: 'nobody' });
    expect(stranger).toMatchObject({ status: 403, errors: [{ extensions: { code: 'CLIENT_UNKNOWN' } }] });
  });
});

describe('beside other fields', () => {
  it.each([
    {
      name: 'with aliases',
      query: `{ a: _privacy { b: client } me { id } }`,
      expected: { a: { b: 'mail-campaign' }, me: { id: '2' } },
    },
    {
      name: 'in fragments, merged',
      query: `{ ...F ... on Query { _privacy { recipients } } me { id } } fragment F on Query { _privacy { ...P } } fragment P on _Privacy { client __typename }`,
      expected: {
        _privacy: { client: 'mail-campaign', __typename: '_Privacy', recipients: ['internal'] },
        me: { id: '2' },
      },
    },
    {
      name: 'in the order that was asked for, with introspection',
      query: `{ me { __typename id } _privacy { client } __type(name: "_Privacy") { kind } }`,
      expected: { me: DECLINED, _privacy: { client: 'mail-campaign' }, __type: { kind: 'OBJECT' } },
    },
    {
      name: 'switched on and off',
      query: `query ($on: Boolean = false) { _privacy @include(if: $on) { client } x: _privacy @skip(if: $on) { client } me { id } }`,
      expected: { x: { client: 'mail-campaign' }, me: { id: '2' } },
    },
  ])('$name', async ({ query, expected }) => {
    offered.forget();
    const answer = await offered.send({ query, client: 'mail-campaign' });
    expect(answer.errors).toEqual([]);
    expect(JSON.stringify(answer.data)).toBe(JSON.stringify(expected));
    expect(sent(offered)).not.toContain('rivacy');
  });

  it('leaves what is denied denied, whatever it is called', async () => {
    const { data, text } = await offered.send({
      query: `{ _privacy { client } me { _privacy: email client: name } recipients: me { purposes: contact } }`,
      client: 'mail-campaign',
    });
    expect(data).toEqual({
      _privacy: { client: 'mail-campaign' },
      me: { _privacy: '█████@masked.invalid', client: '█████' },
      recipients: { purposes: '█████@masked.invalid' },
    });
    expect(text).not.toContain('canary');
  });
});

it('is answered at the root alone, where Query stands below itself', async () => {
  const gateway = await startGateway({
    subgraphs: [
      {
        name: 'own',
        typeDefs: `type Query { again: Query plain: String }`,
        resolvers: { Query: { again: () => ({}), plain: () => 'plain' } },
      },
    ],
    override: { discovery: 'offered' },
  });
  const query = `{ _privacy { client } again { _privacy { recipients } plain again { x: _privacy { client } } } }`;
  expect(await gateway.send({ query })).toMatchObject({
    data: {
      _privacy: { client: 'support-desk' },
      again: { _privacy: null, plain: 'plain', again: { x: null } },
    },
    errors: [],
  });
  await gateway.close();
});

describe('where it is not offered', () => {
  it('the field does not exist', async () => {
    const answer = await production.send({ query: `{ _privacy { client } }` });
    expect(answer).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
    });
    const { data } = await production.send({ query: `{ __type(name: "_Privacy") { name } }` });
    expect(data).toEqual({ __type: null });
  });

  it.each([
    {
      name: 'a field',
      typeDefs: `type Query { _privacy: String }`,
      query: `{ _privacy }`,
      own: 'theirs',
      expected: 'theirs',
    },
    {
      name: 'a type',
      typeDefs: `type Query { _privacy: _PrivacyBasis } type _PrivacyBasis { note: String }`,
      query: `{ _privacy { note } }`,
      own: { note: 'theirs' },
      expected: { note: 'theirs' },
    },
  ])('a schema keeps $name of its own by that name', async ({ typeDefs, query, own, expected }) => {
    const gateway = await startGateway({
      subgraphs: [{ name: 'own', typeDefs, resolvers: { Query: { _privacy: () => own } } }],
      override: { discovery: 'offered' },
    });
    expect((await gateway.send({ query })).data).toEqual({ _privacy: expected });
    expect(gateway.logged()).toContain('_privacy is not offered');
    await gateway.close();
  });
});
