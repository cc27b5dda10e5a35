import { GraphQLError } from 'graphql';
import { expect, test } from 'vitest';
import { describeFailure } from '../../../subgraphs/consent/describeFailure.ts';
import { UnusablePostgresError } from '../../../subgraphs/consent/postgresPool.ts';

const refused = Object.assign(new Error('insert ... user:u_1'), { name: 'error', code: '23505' });
const query = new Error('Failed query: insert ... params: user:u_1', { cause: refused });
const loop = new Error('user:u_1');
loop.cause = loop;

test.each([
  { name: 'no error', given: 'user:u_1', expected: 'unknown failure' },
  { name: 'any error', given: new TypeError('user:u_1'), expected: 'TypeError' },
  { name: 'the database’s', given: query, expected: 'error 23505' },
  {
    name: 'the database’s, within GraphQL’s',
    given: new GraphQLError('user:u_1', { originalError: query }),
    expected: 'error 23505',
  },
  { name: 'Redis’s', given: new Error('Redis failed: ECONNRESET'), expected: 'Redis failed: ECONNRESET' },
  {
    name: 'a standby’s',
    given: new Error('Failed query: user:u_1', { cause: new UnusablePostgresError('It is a standby.') }),
    expected: 'It is a standby.',
  },
  {
    name: 'a code that is none',
    given: Object.assign(new Error('x'), { code: 'user:u_1' }),
    expected: 'Error',
  },
  { name: 'its own cause', given: loop, expected: 'Error' },
])('of $name it tells no values', ({ given, expected }) => {
  expect(describeFailure(given)).toBe(expected);
});
