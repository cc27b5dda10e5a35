import { buildSchema, getOperationAST, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { coerceVariables, renamed, type Variables } from '../../gateway/coerceVariables.ts';

const schema = buildSchema(`
  type Query { a(i: Int): Int }
  input In { n: Int! list: [Int!] = [1] }
  input Chain { next: Chain }
  enum Mood { GOOD BAD }
`);

const coerced = (definitions: string, given?: Variables): Variables => {
  const operation = getOperationAST(parse(`query (${definitions}) { a }`));
  if (operation == null) throw new Error('Expected one operation.');
  return coerceVariables(schema, operation, given);
};

describe('variables', () => {
  const rows: readonly { name: string; definitions: string; given?: string; expected: string }[] = [
    {
      name: 'are judged by their types',
      definitions: '$a: Int, $b: [Mood!], $c: In',
      given: '{"a":1,"b":"GOOD","c":{"n":2}}',
      expected: '{"a":1,"b":["GOOD"],"c":{"n":2,"list":[1]}}',
    },
    {
      name: 'have defaults',
      definitions: '$a: Int = 3, $b: Int = 4',
      given: '{"b":5}',
      expected: '{"a":3,"b":5}',
    },
    { name: 'may be null', definitions: '$a: Int = 3', given: '{"a":null}', expected: '{"a":null}' },
    { name: 'may be missing', definitions: '$a: Int', given: '{}', expected: '{}' },
    { name: 'may all be missing', definitions: '$a: Int = 3', expected: '{"a":3}' },
    {
      name: 'that nobody declared are left out',
      definitions: '$a: Int',
      given: '{"a":1,"b":2}',
      expected: '{"a":1}',
    },
    {
      name: 'have hostile names',
      definitions: '$__proto__: Int, $constructor: Int = 2, $toString: Int',
      given: '{"__proto__":7}',
      expected: '{"__proto__":7,"constructor":2}',
    },
    {
      name: 'with hostile names have defaults',
      definitions: '$__proto__: Int = 5',
      given: '{}',
      expected: '{"__proto__":5}',
    },
    {
      name: 'are never what every object has',
      definitions: '$constructor: Int, $valueOf: Int',
      given: '{}',
      expected: '{}',
    },
  ];
  it.each(rows)('$name', ({ definitions, given, expected }) => {
    const values = coerced(definitions, given === undefined ? undefined : JSON.parse(given));
    expect(JSON.stringify(values)).toBe(expected);
    expect(Object.getPrototypeOf(values)).toBeNull();
  });

  const refused: { name: string; definitions: string; given: string }[] = [
    { name: 'of another type', definitions: '$a: Int', given: '{"a":"canary"}' },
    { name: 'of no value of an enum', definitions: '$a: Mood', given: '{"a":"canary"}' },
    { name: 'with a field too many', definitions: '$a: In', given: '{"a":{"n":1,"canary":2}}' },
    { name: 'with a field that is missing', definitions: '$a: In', given: '{"a":{"list":[7]}}' },
    { name: 'null where there must be one', definitions: '$a: Int!', given: '{"a":null}' },
    { name: 'missing where there must be one', definitions: '$a: Int!', given: '{}' },
    { name: 'deep in lists', definitions: '$a: [[Int]]', given: '{"a":[[1],["canary"]]}' },
    { name: 'whose name is hostile', definitions: '$__proto__: Int', given: '{"__proto__":"canary"}' },
  ];
  refused.push({
    name: 'too deep to be judged',
    definitions: '$a: Chain',
    given: `{"a":${'{"next":'.repeat(100_000)}{"canary":1}${'}'.repeat(100_001)}`,
  });
  it.each(refused)('$name are refused by name and not quoted', ({ definitions, given }) => {
    const name = /\$(\w+)/.exec(definitions)?.[1] ?? '';
    const refusal = ((): unknown => {
      try {
        return coerced(definitions, JSON.parse(given));
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toMatchObject({ extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } } });
    expect(String(refusal)).toContain(`"$${name}"`);
    expect(JSON.stringify(refusal)).not.toContain('canary');
  });
});

describe('renamed', () => {
  it('gives planned names what the client’s names hold, and nothing else', () => {
    const values = coerced('$__proto__: Int, $a: Int, $b: Int', JSON.parse('{"__proto__":1,"a":2}'));
    const names = new Map([
      ['__proto__', 'v0'],
      ['b', 'v1'],
      ['constructor', 'v2'],
    ]);
    expect(JSON.stringify(renamed(values, names))).toBe('{"v0":1}');
  });
});
