import { getOperationAST, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { admitCaller } from '../../gateway/admitCaller.ts';
import type { Caller } from '../../policies/caller.ts';
import { smallPolicy } from '../policies/smallPolicy.ts';
import { NOW } from './prepareHarness.ts';

const policy = smallPolicy();

const admitted = (query: string, purpose: string | null): Caller => {
  const operation = getOperationAST(parse(query));
  if (operation == null) throw new Error('Expected one operation.');
  const claims = {
    client: 'desk',
    endUser: null,
    actor: null,
    ground: null,
    purposes: null,
    recipient: null,
  };
  return admitCaller(policy, { ...claims, purpose }, operation, NOW);
};

describe('the purpose of a request', () => {
  const rows: readonly { name: string; query: string; header: string | null; expected: string | null }[] = [
    { name: 'is the header’s', query: '{ a }', header: 'service', expected: 'service' },
    {
      name: 'is the operation’s',
      query: 'query @usedFor(purpose: "service") { a }',
      header: null,
      expected: 'service',
    },
    {
      name: 'is a mutation’s',
      query: 'mutation @usedFor(purpose: "service") { a }',
      header: null,
      expected: 'service',
    },
    {
      name: 'may be said twice',
      query: 'query @usedFor(purpose: "service") { a }',
      header: 'service',
      expected: 'service',
    },
    { name: 'may be none', query: '{ a }', header: null, expected: null },
    {
      name: 'is not what stands on a field',
      query: '{ a @usedFor(purpose: "service") }',
      header: null,
      expected: null,
    },
  ];
  it.each(rows)('$name', ({ query, header, expected }) => {
    expect(admitted(query, header).purpose).toBe(expected);
  });

  const refused: readonly { name: string; query: string; header: string | null; code: string }[] = [
    {
      name: 'two different ones',
      query: 'query @usedFor(purpose: "service") { a }',
      header: 'upkeep',
      code: 'PURPOSE_CONFLICT',
    },
    {
      name: 'a wider one in the header',
      query: 'query @usedFor(purpose: "service.part") { a }',
      header: 'service',
      code: 'PURPOSE_CONFLICT',
    },
    {
      name: 'a variable',
      query: 'query ($p: String!) @usedFor(purpose: $p) { a }',
      header: null,
      code: 'PURPOSE_UNKNOWN',
    },
    {
      name: 'a variable beside a good header',
      query: 'query ($p: String!) @usedFor(purpose: $p) { a }',
      header: 'service',
      code: 'PURPOSE_UNKNOWN',
    },
    {
      name: 'none in the directive',
      query: 'query @usedFor { a }',
      header: 'service',
      code: 'PURPOSE_UNKNOWN',
    },
    { name: 'a null', query: 'query @usedFor(purpose: null) { a }', header: null, code: 'PURPOSE_UNKNOWN' },
    {
      name: 'an empty one',
      query: 'query @usedFor(purpose: "") { a }',
      header: null,
      code: 'PURPOSE_UNKNOWN',
    },
    {
      name: 'one that the policy does not have',
      query: 'query @usedFor(purpose: "constructor") { a }',
      header: null,
      code: 'PURPOSE_UNKNOWN',
    },
    {
      name: 'one that the client may not declare',
      query: 'query @usedFor(purpose: "offers") { a }',
      header: null,
      code: 'PURPOSE_NOT_PERMITTED',
    },
  ];
  it.each(refused)('$name: $code', ({ query, header, code }) => {
    expect(() => admitted(query, header)).toThrow(
      expect.objectContaining({ extensions: expect.objectContaining({ code }) }),
    );
  });
});
