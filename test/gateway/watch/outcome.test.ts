import { describe, expect, it } from 'vitest';
import { outcomeKind, outcomeOf, outcomeOfCode } from '../../../gateway/watch/outcome.ts';

const error = (code?: unknown) => ({ extensions: code === undefined ? {} : { code } });

describe('an answer’s outcome', () => {
  it.each([
    { name: 'all is well', given: { data: {} }, expected: 'OK' },
    { name: 'an empty list of errors', given: { data: {}, errors: [] }, expected: 'OK' },
    { name: 'data and errors', given: { data: {}, errors: [error('SUBGRAPH_ERROR')] }, expected: 'PARTIAL' },
    { name: 'a refusal', given: { errors: [error('CLIENT_UNKNOWN')] }, expected: 'CLIENT_UNKNOWN' },
    {
      name: 'null and errors',
      given: { data: null, errors: [error('SUBGRAPH_ERROR')] },
      expected: 'SUBGRAPH_ERROR',
    },
    {
      name: 'the first of several',
      given: { errors: [error('BAD_USER_INPUT'), error('CLIENT_UNKNOWN')] },
      expected: 'BAD_USER_INPUT',
    },
    { name: 'a code of somebody else’s', given: { errors: [error('canary')] }, expected: 'OTHER' },
    { name: 'no code', given: { errors: [error()] }, expected: 'OTHER' },
    { name: 'no extensions', given: { errors: [{}] }, expected: 'OTHER' },
  ])('$name', ({ given, expected }) => {
    expect(outcomeOf(given)).toBe(expected);
  });
});

it.each(['canary', 'toString', '__proto__', '', 7, null, undefined, ['OK'], { canary: 1 }])(
  'a code that is none of a fixed list is told in no words of its own: %j',
  (code) => {
    expect(outcomeOfCode(code)).toBe('OTHER');
  },
);

it.each([
  ['OK', 200, 'ok'],
  ['PARTIAL', 200, 'partial'],
  ['CLIENT_UNKNOWN', 403, 'refused'],
  ['CLIENT_LEFT', 499, 'refused'],
  ['REQUEST_INVALID', 404, 'refused'],
  ['BAD_USER_INPUT', 200, 'refused'],
  ['PERSONAL_DATA_REJECTED', 200, 'refused'],
  ['GATEWAY_ERROR', 200, 'failed'],
  ['DEADLINE_EXCEEDED', 504, 'failed'],
  // Data is null, since what a subgraph did not answer may not be.
  ['SUBGRAPH_ERROR', 200, 'failed'],
  ['OTHER', 500, 'failed'],
  ['OTHER', 200, 'failed'],
  ['OTHER', 400, 'failed'],
  ['INTERNAL_SERVER_ERROR', 500, 'failed'],
  ['INTERNAL_SERVER_ERROR', 200, 'failed'],
  // Apollo Server's code for persisted queries with a hash that is not theirs.
  ['INTERNAL_SERVER_ERROR', 400, 'refused'],
] as const)('%s with %d is %s', (outcome, status, kind) => {
  expect(outcomeKind(outcome, status)).toBe(kind);
});
