import {
  buildSchema,
  getOperationAST,
  GraphQLError,
  Kind,
  parse,
  type FragmentDefinitionNode,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { conditionsOf, conditionVariables, settleConditions } from '../../gateway/prepare/conditions.ts';
import { consentWrites } from '../../gateway/prepare/consentWrites.ts';
import type { Caller } from '../../policies/caller.ts';
import { smallPolicy } from '../policies/smallPolicy.ts';
import { callerFor } from './prepareHarness.ts';

const schema = buildSchema(`
  type Query { a: Int }
  type Mutation {
    grant(subject: ID, purpose: String, recipient: String): Int
    grantConsent(subject: ID, purpose: String, recipient: String): Int
    objectToPurpose(subject: ID, purpose: String): Int
    suspend(subject: ID!): Int
    purge(purpose: String): Int
    other(subject: ID): Int
  }
`);

/** `writer` may write consents of `offers` and what lies below, `desk-of-all` every one, `desk` none. */
const policy = smallPolicy({
  'clients:\n': `clients:
  writer: { name: Writer, recipients: [internal], purposes: [service], consentWrite: [offers] }
  seasonal-writer: { name: Seasonal, recipients: [internal], purposes: [service], consentWrite: [offers.seasonal] }
  desk-of-all: { name: All, recipients: [internal], purposes: [service], consentWrite: ['*'] }
`,
});

const refusalOf = (
  query: string,
  caller: Partial<Caller>,
  variables: Readonly<Record<string, unknown>> = {},
): unknown => {
  const parsed = parse(query);
  const document = settleConditions(parsed, conditionsOf(conditionVariables(parsed), variables));
  const operation = getOperationAST(document);
  if (operation == null) throw new Error('Expected one operation.');
  const fragments = new Map(
    document.definitions
      .filter((each): each is FragmentDefinitionNode => each.kind === Kind.FRAGMENT_DEFINITION)
      .map((each) => [each.name.value, each]),
  );
  const check = consentWrites({
    schema,
    policy,
    operation,
    fragments,
    consentMutations: new Set(['grant', 'grantConsent', 'objectToPurpose', 'suspend', 'purge']),
  });
  try {
    check(callerFor(caller), variables);
    return null;
  } catch (error) {
    return error instanceof GraphQLError ? error.extensions['code'] : error;
  }
};

const FORBIDDEN = 'CONSENT_WRITE_FORBIDDEN';
const writer = { client: 'writer' };
const all = { client: 'desk-of-all' };
const self = { client: 'desk', endUser: 'user:1' };

describe('consent writes', () => {
  const rows: readonly {
    name: string;
    query: string;
    caller: Partial<Caller>;
    variables?: Readonly<Record<string, unknown>>;
    expected: string | null;
  }[] = [
    {
      name: 'of a client without the right',
      query: 'mutation { grant(subject: "user:1", purpose: "offers") }',
      caller: {},
      expected: FORBIDDEN,
    },
    {
      name: 'of a client that the registry does not have',
      query: 'mutation { grant(subject: "user:1", purpose: "offers") }',
      caller: { client: 'constructor' },
      expected: FORBIDDEN,
    },
    {
      name: 'for the purpose that the client may write',
      query: 'mutation { grant(subject: "user:1", purpose: "offers") }',
      caller: writer,
      expected: null,
    },
    {
      name: 'for a purpose below it',
      query: 'mutation { grant(subject: "user:1", purpose: "offers.seasonal") }',
      caller: writer,
      expected: null,
    },
    {
      name: 'for another purpose',
      query: 'mutation { grant(subject: "user:1", purpose: "panel") }',
      caller: writer,
      expected: FORBIDDEN,
    },
    {
      name: 'for a purpose that only begins alike',
      query: 'mutation { grant(subject: "user:1", purpose: "offers2") }',
      caller: writer,
      expected: FORBIDDEN,
    },
    {
      name: 'for no purpose, by a client with some',
      query: 'mutation { grant(subject: "user:1") }',
      caller: writer,
      expected: FORBIDDEN,
    },
    {
      name: 'for a null purpose, by a client with some',
      query: 'mutation { grant(subject: "user:1", purpose: null) }',
      caller: writer,
      expected: FORBIDDEN,
    },
    {
      name: 'that concern no one purpose, by a client with some',
      query: 'mutation { suspend(subject: "user:1") }',
      caller: writer,
      expected: FORBIDDEN,
    },
    {
      name: 'that concern no one purpose, by a client with all',
      query: 'mutation { suspend(subject: "user:1") }',
      caller: all,
      expected: null,
    },
    {
      name: 'that name no subject, by a client with the purpose',
      query: 'mutation { purge(purpose: "offers") }',
      caller: writer,
      expected: FORBIDDEN,
    },
    {
      name: 'that leave the subject out, by a client with the purpose',
      query: 'mutation { grant(purpose: "offers") }',
      caller: writer,
      expected: FORBIDDEN,
    },
    {
      name: 'whose subject is null, by a client with the purpose',
      query: 'mutation { grant(subject: null, purpose: "offers") }',
      caller: writer,
      expected: FORBIDDEN,
    },
    {
      name: 'that name no subject, by a client with all',
      query: 'mutation { purge(purpose: "offers") }',
      caller: all,
      expected: null,
    },
    {
      name: 'that name no subject, by an end user',
      query: 'mutation { purge(purpose: "offers") }',
      caller: self,
      expected: FORBIDDEN,
    },
    {
      name: 'by the end user about themself',
      query: 'mutation { grant(subject: "user:1", purpose: "panel") suspend(subject: "user:1") }',
      caller: self,
      expected: null,
    },
    {
      name: 'by the end user about somebody else',
      query: 'mutation { grant(subject: "user:2", purpose: "panel") }',
      caller: self,
      expected: FORBIDDEN,
    },
    {
      name: 'for a purpose that the policy does not have',
      query: 'mutation { grant(subject: "user:1", purpose: "nothing") }',
      caller: all,
      expected: 'PURPOSE_UNKNOWN',
    },
    {
      name: 'that say no to all purposes below a key',
      query: 'mutation { grant(subject: "user:1", purpose: "disclosure") }',
      caller: self,
      expected: null,
    },
    {
      name: 'that say no to purposes below what is only the beginning of a key',
      query: 'mutation { grant(subject: "user:1", purpose: "disclos") }',
      caller: self,
      expected: 'PURPOSE_UNKNOWN',
    },
    {
      name: 'that consent to all purposes below a key',
      query: 'mutation { grantConsent(subject: "user:1", purpose: "disclosure") }',
      caller: self,
      expected: 'PURPOSE_UNKNOWN',
    },
    {
      name: 'that consent to agreements as such',
      query: 'mutation { grantConsent(subject: "user:1", purpose: "agreed") }',
      caller: self,
      expected: 'PURPOSE_UNKNOWN',
    },
    {
      name: 'that consent to what rests on grounds alone',
      query: 'mutation { grantConsent(subject: "user:1", purpose: "disclosure.law") }',
      caller: self,
      expected: 'PURPOSE_UNKNOWN',
    },
    {
      name: 'that consent to what rests on notice',
      query: 'mutation { grantConsent(subject: "user:1", purpose: "service") }',
      caller: self,
      expected: null,
    },
    {
      name: 'that object to what nobody can object to',
      query: 'mutation { objectToPurpose(subject: "user:1", purpose: "upkeep") }',
      caller: self,
      expected: 'PURPOSE_NOT_OBJECTABLE',
    },
    {
      name: 'that object to what some below a key can be objected to',
      query: 'mutation { objectToPurpose(subject: "user:1", purpose: "offers") }',
      caller: self,
      expected: null,
    },
    {
      name: 'for all purposes below a key, by a client with one of them',
      query: 'mutation { grant(subject: "user:1", purpose: "offers") }',
      caller: { client: 'seasonal-writer' },
      expected: FORBIDDEN,
    },
    {
      name: 'for a recipient, and all below a key',
      query:
        'mutation { a: grant(subject: "user:1", purpose: "offers", recipient: "third_party.acme") b: grant(subject: "user:1", purpose: "offers", recipient: "third_party") }',
      caller: self,
      expected: null,
    },
    {
      name: 'for a recipient that the policy does not have',
      query: 'mutation { grant(subject: "user:1", purpose: "offers", recipient: "third_party.amce") }',
      caller: self,
      expected: 'RECIPIENT_UNKNOWN',
    },
    {
      name: 'that consent to one recipient',
      query: 'mutation { grantConsent(subject: "user:1", purpose: "offers", recipient: "third_party.acme") }',
      caller: self,
      expected: null,
    },
    {
      name: 'that consent to all recipients below a key',
      query: 'mutation { grantConsent(subject: "user:1", purpose: "offers", recipient: "third_party") }',
      caller: self,
      expected: 'RECIPIENT_UNKNOWN',
    },
    {
      name: 'of which one is forbidden',
      query:
        'mutation { a: grant(subject: "user:1", purpose: "offers") b: grant(subject: "user:1", purpose: "panel") }',
      caller: writer,
      expected: FORBIDDEN,
    },
    {
      name: 'in a fragment',
      query: 'mutation { ...F } fragment F on Mutation { ... { suspend(subject: "user:1") } }',
      caller: writer,
      expected: FORBIDDEN,
    },
    {
      name: 'that a literal switches off',
      query: 'mutation { suspend(subject: "user:1") @skip(if: true) other }',
      caller: writer,
      expected: null,
    },
    {
      name: 'that a variable switches off',
      query: 'mutation ($x: Boolean!) { ... @include(if: $x) { suspend(subject: "user:1") } other }',
      caller: writer,
      variables: { x: false },
      expected: null,
    },
    {
      name: 'that a variable switches on',
      query: 'mutation ($x: Boolean!) { ... @include(if: $x) { suspend(subject: "user:1") } other }',
      caller: writer,
      variables: { x: true },
      expected: FORBIDDEN,
    },
    {
      name: 'whose subject is a variable',
      query: 'mutation ($s: ID) { suspend(subject: $s) }',
      caller: self,
      variables: { s: 'user:2' },
      expected: FORBIDDEN,
    },
    {
      name: 'whose purpose is a variable',
      query: 'mutation ($p: String) { grant(subject: "user:9", purpose: $p) }',
      caller: writer,
      variables: { p: 'panel' },
      expected: FORBIDDEN,
    },
    {
      name: 'whose subject is an explicit null where there must be one',
      query: 'mutation ($s: ID = "user:1") { suspend(subject: $s) }',
      caller: all,
      variables: { s: null },
      expected: 'BAD_USER_INPUT',
    },
    {
      name: 'of another subgraph’s mutations',
      query: 'mutation { other(subject: "user:1") }',
      caller: {},
      expected: null,
    },
  ];
  it.each(rows)('$name: $expected', ({ query, caller, variables, expected }) => {
    expect(refusalOf(query, caller, variables)).toBe(expected);
  });
});
