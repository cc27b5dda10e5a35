import { GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { Caller } from '../../../policies/caller.ts';
import { smallPolicy } from '../../policies/smallPolicy.ts';
import { callerFor, generationOf, prepareQuery } from '../prepareHarness.ts';

const category = (name: string, rest: string): string =>
  `  ${name}: { article: '2', identifying: true, dpv: 'https://example.test/c', collected: [website], ${rest} }\n`;

const policy = smallPolicy({
  'masks:\n': `masks:
  decade: { kind: date, parameters: { unit: decade } }
  day: { kind: date, parameters: { unit: day } }
  network: { kind: ip }
  tens: { kind: number, parameters: { unit: 10, atMost: 80 } }
  unsaid: { kind: value, parameters: { value: UNSAID } }
`,
  'scalars: {': `scalars: { Date: '1970-01-01', Int: -1,`,
  'categories:\n': `categories:
${category('contact.birth', 'mask: decade')}${category('contact.seen', 'mask: day')}${category('contact.ip', 'mask: network, format: ip')}${category('contact.age', 'mask: tens')}${category('contact.status', 'mask: unsaid')}`,
});

const generation = generationOf(
  `
  scalar Date
  scalar DateTime
  type Query { a: Int }
  type Mutation {
    save(
      birth: Date @personal(category: "contact.birth")
      births: [[Date!]] @personal(category: "contact.birth")
      seen: DateTime @personal(category: "contact.seen")
      ip: String @personal(category: "contact.ip")
      age: Int @personal(category: "contact.age")
      status: Status @personal(category: "contact.status")
      both: Date @personal(category: "contact.birth") @personal(category: "secret")
      open: Date
      person: Person
      whole: Whole @personal(category: "contact.birth")
    ): Int
  }
  enum Status { SINGLE MARRIED UNSAID }
  input Person { birth: Date @personal(category: "contact.birth"), open: Date, next: Person }
  input Whole { date: Date, next: Whole }
`,
  policy,
);

/** `desk`, who sees contact data in full for `service`, masked for `service.part`, and not at all without a purpose. */
const FULL: Partial<Caller> = { purpose: 'service' };
const MASKED: Partial<Caller> = { purpose: 'service.part' };
const DENIED: Partial<Caller> = { purpose: null };

/** The code that writing these arguments is refused with; `null` where it is not. */
const codeOf = (given: string, changes: Partial<Caller>): unknown => {
  const caller = callerFor(changes);
  const prepared = prepareQuery(generation, `mutation { save(${given}) }`, caller);
  try {
    prepared.checkArguments(caller, {});
    return null;
  } catch (error) {
    return error instanceof GraphQLError ? error.extensions['code'] : error;
  }
};

interface Row {
  readonly name: string;
  readonly given: string;
  readonly caller: Partial<Caller>;
}

describe('a mutation is refused that writes back', () => {
  const rows: readonly Row[] = [
    { name: 'the constant of a type, where it is denied', given: 'birth: "1970-01-01"', caller: DENIED },
    { name: 'the constant of a type, where it is masked', given: 'birth: "1970-01-01"', caller: MASKED },
    { name: 'a constant with space around it', given: 'birth: " 1970-01-01 "', caller: DENIED },
    { name: 'a constant as an app writes times', given: 'seen: "1970-01-01T00:00:00.000Z"', caller: DENIED },
    { name: 'a constant that is a number', given: 'age: -1', caller: DENIED },
    { name: 'a constant of the author’s', given: 'status: UNSAID', caller: DENIED },
    { name: 'a decade', given: 'birth: "1990-01-01"', caller: MASKED },
    { name: 'a day as an app writes times', given: 'seen: "2026-03-31T00:00:00Z"', caller: MASKED },
    { name: 'a network', given: 'ip: "203.0.113.0"', caller: MASKED },
    { name: 'a step of a scale', given: 'age: 30', caller: MASKED },
    { name: 'a status of the author’s', given: 'status: UNSAID', caller: MASKED },
    { name: 'one of a list', given: 'births: [["1991-02-03"], null, ["1990-01-01"]]', caller: MASKED },
    { name: 'a field of an input', given: 'person: { birth: "1990-01-01" }', caller: MASKED },
    { name: 'a field deep in an input', given: 'person: { next: { birth: "1990-01-01" } }', caller: MASKED },
    { name: 'what a personal input holds', given: 'whole: { next: { date: "1990-01-01" } }', caller: MASKED },
    { name: 'what is of several categories', given: 'both: "1970-01-01"', caller: FULL },
    { name: 'an address that no host has, in full', given: 'ip: "100::2588"', caller: FULL },
  ];
  it.each(rows)('$name', ({ given, caller }) => {
    expect(codeOf(given, caller)).toBe('MASKED_VALUE_WRITTEN');
  });

  it('the constant, where its recipient may see nothing', () => {
    expect(codeOf('birth: "1970-01-01"', { purpose: 'advertising', recipient: 'advertiser.ads' })).toBe(
      'MASKED_VALUE_WRITTEN',
    );
  });
});

describe('a mutation passes that writes', () => {
  const rows: readonly Row[] = [
    { name: 'a constant, where its caller sees in full', given: 'birth: "1970-01-01"', caller: FULL },
    { name: 'what looks masked, where its caller sees in full', given: 'birth: "1990-01-01"', caller: FULL },
    { name: 'a network, where its caller sees in full', given: 'ip: "203.0.113.0"', caller: FULL },
    { name: 'a status, where its caller sees in full', given: 'status: UNSAID', caller: FULL },
    {
      name: 'what looks masked, where its caller sees constants',
      given: 'birth: "1990-01-01"',
      caller: DENIED,
    },
    { name: 'a value, where its caller sees the mask', given: 'birth: "1990-05-17"', caller: MASKED },
    { name: 'an address, where its caller sees the mask', given: 'ip: "203.0.113.77"', caller: MASKED },
    { name: 'what the mask cannot read', given: 'ip: "localhost"', caller: MASKED },
    { name: 'a number, where its caller sees the mask', given: 'age: 37', caller: MASKED },
    { name: 'another status', given: 'status: MARRIED', caller: MASKED },
    { name: 'what is nobody’s', given: 'open: "1970-01-01", person: { open: "1990-01-01" }', caller: MASKED },
    { name: 'null and nothing', given: 'birth: null, births: []', caller: MASKED },
  ];
  it.each(rows)('$name', ({ given, caller }) => {
    expect(codeOf(given, caller)).toBeNull();
  });
});

it('a client that may not write is told so first', () => {
  expect(codeOf('birth: "1990-01-01"', { ...MASKED, client: 'legal' })).toBe('PERSONAL_ARGUMENT_REJECTED');
});
