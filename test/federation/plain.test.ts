import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type TestAnswer, type TestGateway } from '../gatewayHarness.ts';
import { startPlainGateway, type PlainGateway } from '../plainGateway.ts';
import { libraryResolver, librarySubgraphs } from './library.ts';
import { data } from './libraryData.ts';
import { monolith, type Monolith } from './monolith.ts';

interface Row {
  readonly name: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
  /** Where plain ApolloGateway departs from the specification; ours is then compared with graphql-js alone. */
  readonly departs?: string;
}

const rows: readonly Row[] = [
  { name: 'entities', query: '{ books { title authors { name born: id } } }' },
  { name: 'several keys', query: '{ book(id: "b1") { isbn readers { name } reviews { text } } }' },
  { name: 'nested keys', query: '{ readers { name level reviews { stars book { title } } } }' },
  { name: '@requires', query: '{ me { fame } books { authors { fame } } }' },
  { name: '@requires with arguments', query: '{ books { offer } }' },
  {
    name: '@requires with arguments beside the client’s own',
    query: '{ books { offer price(currency: JPY) } }',
  },
  { name: '@requires in a chain and nested', query: '{ books { summary } }' },
  { name: '@provides', query: '{ reviews { book { pages } } }' },
  { name: '@shareable', query: '{ people { address { city country } } readers { card { no } } }' },
  { name: '@override', query: '{ media { ... on Film { rating title } } }' },
  {
    name: '@interfaceObject',
    query: '{ top { __typename title views score remark ... on Film { director { id } } } }',
  },
  { name: '@interfaceObject from the other side', query: '{ media { id views related { title score } } }' },
  {
    name: 'interfaces across subgraphs',
    query: '{ people { __typename name ... on Author { fame } ... on Reader { level } } }',
  },
  {
    name: 'unions across subgraphs',
    query:
      '{ search { __typename ... on Book { reviews { stars } } ... on Author { name } ... on Media { title } } }',
  },
  {
    name: 'value types behind an interface',
    query: '{ books { format { weight size ... on Paper { leaves cover } ... on Digital { bytes } } } }',
  },
  { name: 'enums', query: '{ media(genre: CRIME) { genre } book(id: "b1") { price(currency: USD) } }' },
  { name: 'lists of lists', query: '{ shelves { title ... on Book { pages } } }' },
  {
    name: 'variables with defaults',
    query: 'query ($n: Int = 2, $u: Boolean = true) { books(first: $n) { title(upper: $u) } }',
  },
  {
    name: 'variables with defaults, given',
    query: 'query ($n: Int = 2, $u: Boolean = true) { books(first: $n) { title(upper: $u) } }',
    variables: { n: 1, u: null },
  },
  {
    name: 'input objects with defaults',
    query: 'query ($f: PeopleFilter) { people(filter: $f) { name } }',
    variables: { f: { names: ['Aoki', 'Chiba'] } },
  },
  {
    name: 'explicit null',
    query: 'query ($n: Int) { reviews(min: $n) { stars } books(first: null) { id } }',
    variables: { n: null },
  },
  {
    name: 'a variable that is not given',
    query: 'query ($n: Int) { reviews(min: $n) { stars } books(first: $n) { id } }',
  },
  {
    name: 'nulls in lists and objects',
    query: '{ media { title sequel { title } } me { address { city } friend { name } } }',
  },
  {
    name: 'an error that nulls the object around it',
    query: '{ media { title } latest { ... on Film { sequel { title length } } } }',
  },
  { name: 'an error that nulls a list item', query: '{ media { title ... on Film { length } } }' },
  { name: 'an error in lists of lists', query: '{ shelves { title ... on Film { length } } }' },
  {
    name: 'an error that nulls everything',
    query: '{ latest { ... on Film { sequel { length } } } top { ... on Film { length } } }',
    departs: 'it leaves out what a fragment asks of an interface object',
  },
  { name: 'an error of an entity', query: '{ books { title authors { name born } } }' },
  { name: 'an error in a union', query: '{ search { ... on Film { length } ... on Book { title } } }' },
  {
    name: 'an error in a nullable position',
    query: '{ broken books { id } }',
  },
  {
    name: 'one error under two keys',
    query: '{ a: broken books { id } b: broken }',
  },
  {
    name: 'named fragments within fragments',
    query:
      'query Q { media { ...M } } fragment M on Media { title ...B ... on Film { ...F } } fragment B on Book { pages ...N } fragment N on Media { id } fragment F on Film { director { name } }',
  },
  {
    name: 'one of several operations',
    query: 'query A { me { id } } query B($n: Int) { books(first: $n) { id } }',
    operationName: 'B',
    variables: { n: 1 },
  },
  {
    name: '@skip and @include',
    query:
      'query ($y: Boolean!, $n: Boolean!) { books @include(if: $y) { id @skip(if: $n) title @skip(if: $y) ... @include(if: $n) { pages } } me @skip(if: true) { id } }',
    variables: { y: true, n: false },
  },
  {
    name: 'everything skipped',
    query: 'query ($y: Boolean!) { books { id @skip(if: $y) } me @skip(if: $y) { id } }',
    variables: { y: true },
  },
  {
    name: 'a literal below a condition',
    query:
      'query ($y: Boolean!) { books @include(if: $y) { id pages @skip(if: true) formats { ... on Digital @skip(if: true) { cover } } } }',
    variables: { y: true },
    departs: 'its planner forgets the literal',
  },
  {
    name: 'a condition on what @requires needs',
    query:
      'query ($y: Boolean!) { book(id: "b1") { offer @skip(if: $y) reviews { text } readers { name } } }',
    variables: { y: true },
    departs: 'it asks for no reviews where the price is left out',
  },
  {
    name: 'aliases',
    query: '{ a: books { b: title c: title(upper: true) title } me { x: id y: id name: id } }',
  },
  {
    name: 'aliases over keys',
    query: '{ books { id: title reviews { text } } }',
    departs: 'its planner reads the key by the alias',
  },
  {
    name: 'one entity under two keys, of which one fails',
    query: '{ a: people { __typename } people { ... on Author { born } } }',
  },
  {
    name: '__typename everywhere',
    query:
      '{ __typename t: __typename search { __typename u: __typename } books { __typename format { __typename } } }',
  },
  {
    name: 'introspection',
    query:
      '{ __type(name: "Book") { name fields { name type { kind name ofType { name } } } interfaces { name } } __schema { queryType { name } mutationType { name } } }',
  },
  {
    name: 'introspection beside data',
    query: 'query ($n: String!) { t: __type(name: $n) { enumValues { name } } books { id } }',
    variables: { n: 'Genre' },
  },
  {
    name: 'mutations in order',
    query:
      'mutation { a: rename(id: "b1", title: "x") { title pages authors { name } } b: rename(id: "b2", title: "y") { title pages } c: rename(id: "b1", title: "x") { pages offer } }',
  },
  {
    name: 'a mutation that fails',
    query: 'mutation { fail { title } rename(id: "b1", title: "z") { title } }',
  },
  { name: 'an unknown book', query: '{ book(id: "b9") { title } }' },
];

let ours: TestGateway;
let plain: PlainGateway;
let oracle: Monolith;

beforeAll(async () => {
  ours = await startGateway({ subgraphs: librarySubgraphs });
  plain = await startPlainGateway(ours.supergraph);
  oracle = monolith(ours.supergraph, libraryResolver);
});

afterAll(async () => {
  await plain.close();
  await ours.close();
});

describe('a supergraph without annotations is answered as by plain ApolloGateway', () => {
  it.each(rows)('$name', async ({ query, variables, operationName, departs }) => {
    const request = {
      query,
      ...(variables === undefined ? {} : { variables }),
      ...(operationName === undefined ? {} : { operationName }),
    };
    data.renamed.length = 0;
    const answer = await ours.send(request);
    data.renamed.length = 0;
    const theirs = await plain.send(request);
    data.renamed.length = 0;
    const expected = await oracle.execute(query, variables, operationName);

    expect(JSON.stringify(answer.data)).toBe(JSON.stringify(expected.data));
    expect(isTold(answer)).toBe(expected.errors !== undefined);
    if (departs === undefined) {
      expect(JSON.stringify(theirs.data)).toBe(JSON.stringify(answer.data));
      expect(paths(answer)).toEqual(paths(theirs));
      expect(answer.extensions).toEqual(theirs.extensions);
    } else {
      expect(JSON.stringify(theirs.data)).not.toBe(JSON.stringify(expected.data));
    }
  });
});

/** Whether a client learns that something is missing. */
function isTold({ errors, extensions }: TestAnswer): boolean {
  return errors.length > 0 || 'valueCompletion' in extensions;
}

/** Where errors are, without what they say: ours are rebuilt. */
function paths({ errors }: TestAnswer): readonly string[] {
  return [...new Set(errors.map(({ path }) => JSON.stringify(path ?? null)))].sort();
}
