import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../gatewayHarness.ts';
import { CANARY, sent, told } from './world.ts';

const users = [{ id: '1' }, { id: '2' }];

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({
    subgraphs: [
      {
        name: 'accounts',
        typeDefs: `
          type Query {
            sorted(by: Order): [User!]!
            ranked(by: Order! = CITY): [User!]!
            sifted(by: Sort = { order: CITY }): [User!]!
            sliced(by: [[Order!]!] = [[ID], [CITY]]): [User!]!
            plain(by: Plain = ID): [User!]!
            near(place: Place): [User!]!
            under(zone: Zone): [User!]!
            matching(where: Json): [User!]!
            hidden(where: Json @personal(category: "contact.address")): [User!]!
            me: User!
          }
          enum Order { ID CITY @personal(category: "contact.address") STREET @personal(category: "contact.address") }
          enum Plain { ID CITY }
          enum Zone @personal(category: "contact.address") { NORTH SOUTH }
          scalar Place @personal(category: "contact.address")
          scalar Json
          input Sort { order: Order = ID, next: [Sort!], place: Place }
          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            friends(by: Order = CITY): [User!]!
          }
        `,
        resolvers: {
          Query: {
            ...Object.fromEntries(
              ['sorted', 'ranked', 'sifted', 'sliced', 'plain', 'near', 'under', 'matching', 'hidden'].map(
                (name) => [name, () => users],
              ),
            ),
            me: () => users[0],
          },
          User: { friends: () => users },
        },
      },
    ],
  });
});

afterAll(async () => await gateway.close());

interface Row {
  readonly name: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

const refused: readonly Row[] = [
  { name: 'an enum value', query: '{ sorted(by: CITY) { id } }' },
  { name: 'another value of it', query: '{ sorted(by: STREET) { id } }' },
  {
    name: 'a value in a variable',
    query: 'query ($o: Order) { sorted(by: $o) { id } }',
    variables: { o: 'CITY' },
  },
  {
    name: 'a value in a default of the operation',
    query: 'query ($o: Order = CITY) { sorted(by: $o) { id } }',
  },
  {
    name: 'a default of the operation where the variable is left out',
    query: 'query ($o: Order! = CITY) { ranked(by: $o) { id } }',
    variables: {},
  },
  { name: 'a default of the schema', query: '{ ranked { id } }' },
  {
    name: 'a default of the schema where a variable is left out',
    query: 'query ($o: Order) { ranked(by: $o) { id } }',
  },
  { name: 'a default of the schema in an object', query: '{ sifted { id } }' },
  { name: 'a default of the schema in lists of lists', query: '{ sliced { id } }' },
  { name: 'a default of the schema below', query: '{ me { friends { id } } }' },
  { name: 'one value for a list of lists', query: '{ sliced(by: CITY) { id } }' },
  {
    name: 'a value in objects in lists, in a variable',
    query: 'query ($s: Sort) { sifted(by: $s) { id } }',
    variables: { s: { order: 'ID', next: [{ order: 'ID' }, { next: [{ order: 'STREET' }] }] } },
  },
  {
    name: 'a variable in an object',
    query: 'query ($o: Order!) { sifted(by: { next: [{ order: $o }] }) { id } }',
    variables: { o: 'STREET' },
  },
  { name: 'any value of a personal enum', query: '{ under(zone: NORTH) { id } }' },
  { name: 'a null of a personal enum', query: '{ under(zone: null) { id } }' },
  { name: 'a personal scalar', query: '{ near(place: "canary") { id } }' },
  { name: 'a personal scalar that holds an object', query: '{ near(place: { city: "canary" }) { id } }' },
  {
    name: 'a personal scalar in an object',
    query: 'query ($p: Place) { sifted(by: { order: ID, place: $p }) { id } }',
    variables: { p: { city: 'canary' } },
  },
  { name: 'an object in an argument of any JSON', query: '{ hidden(where: { city: ["canary"] }) { id } }' },
  {
    name: 'a variable in an object in an argument of any JSON',
    query: 'query ($c: Json) { hidden(where: { city: [$c] }) { id } }',
    variables: { c: { deep: 'canary' } },
  },
  {
    name: 'one among open ones',
    query: '{ plain(by: CITY) { id } a: sorted(by: ID) { id } b: sorted(by: CITY) { id } }',
  },
  { name: 'one in a fragment', query: '{ me { ...F } } fragment F on User { friends(by: STREET) { id } }' },
];

const allowed: readonly Row[] = [
  { name: 'a value that is nobody’s', query: '{ sorted(by: ID) { id } }' },
  { name: 'no value', query: '{ sorted { id } }' },
  { name: 'a null of an enum that is not personal itself', query: '{ sorted(by: null) { id } }' },
  {
    name: 'a value in place of the default',
    query: '{ ranked(by: ID) { id } me { friends(by: ID) { id } } }',
  },
  { name: 'the same name in another enum', query: '{ plain(by: CITY) { id } }' },
  { name: 'an object whose default is not used', query: '{ sifted(by: { next: [{}] }) { id } }' },
  { name: 'any JSON', query: '{ matching(where: { city: "here", by: CITY }) { id } }' },
  {
    name: 'what is switched off',
    query: 'query ($no: Boolean!) { sorted(by: CITY) @include(if: $no) { id } me { id } }',
    variables: { no: false },
  },
];

describe('orders and enum values that tell of personal data', () => {
  it.each(refused)('are refused before anything is fetched: $name', async ({ query, variables = {} }) => {
    gateway.forget();
    const answer = await gateway.send({ query, variables, purpose: 'communication.necessary' });
    expect([answer.status, answer.data]).toEqual([403, undefined]);
    expect(answer.errors.map(({ extensions }) => extensions['code'])).toEqual(['PERSONAL_ARGUMENT_REJECTED']);
    expect(sent(gateway, 'accounts')).toBe('');
    expect(told(gateway, answer)).not.toContain(CANARY);
  });

  it.each(allowed)('are not found where there are none: $name', async ({ query, variables = {} }) => {
    const answer = await gateway.send({ query, variables, purpose: 'communication.necessary' });
    expect(answer.errors).toEqual([]);
    expect(answer.text).toContain('"id":"1"');
  });

  it.each(refused)(
    'are served where the purpose lists their category: $name',
    async ({ query, variables = {} }) => {
      const caller = { client: 'data-protection', purpose: 'security.violation' };
      const answer = await gateway.send({ query, variables, ...caller });
      expect(answer.errors.map(({ extensions }) => extensions['code'])).not.toContain('GATEWAY_ERROR');
    },
  );
});
