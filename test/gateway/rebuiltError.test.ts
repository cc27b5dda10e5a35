import { describe, expect, it } from 'vitest';
import { ERRORS } from '../../gateway/errors.ts';
import { rebuiltError } from '../../gateway/rebuiltError.ts';

const FAILED = {
  message: 'The gateway failed; nothing was shown.',
  extensions: { code: 'INTERNAL_SERVER_ERROR' },
};

describe('an error that nobody knows', () => {
  it.each([
    { name: 'without code', error: { message: 'secret' } },
    { name: 'with a code of its own', error: { message: 'secret', extensions: { code: 'SECRET' } } },
    {
      name: 'with a code that is no text',
      error: { message: 'secret', extensions: { code: { secret: 1 } } },
    },
    { name: 'with a code of Object’s', error: { message: 'secret', extensions: { code: 'toString' } } },
    { name: 'with a hostile code', error: { message: 'secret', extensions: { code: '__proto__' } } },
    {
      name: 'with extensions',
      error: {
        message: 'secret',
        extensions: {
          stacktrace: ['secret'],
          exception: { secret: 1 },
          serviceName: 'secret',
          original: 'secret',
          coordinate: 'secret',
        },
      },
    },
    {
      name: 'with Apollo Server’s code',
      error: { message: 'Unexpected error value: secret', extensions: { code: 'INTERNAL_SERVER_ERROR' } },
    },
    { name: 'of a context', error: { message: 'Context creation failed: secret' } },
  ])('says nothing: $name', ({ error }) => {
    expect(rebuiltError(error)).toEqual(FAILED);
  });

  it('says where, by numbers alone', () => {
    const locations = [Object.assign({ line: 1, column: 2 }, { secret: 'secret' })];
    expect(rebuiltError({ message: 'secret', locations })).toEqual({
      ...FAILED,
      locations: [{ line: 1, column: 2 }],
    });
  });
});

describe('an error of ours', () => {
  it.each(Object.keys(ERRORS))('%s keeps its words, and of its extensions what is ours', (code) => {
    const ours = { coordinate: 'User.email', serviceName: 'accounts' };
    expect(
      rebuiltError({
        message: 'User.email …',
        path: ['a', 0],
        extensions: { code, ...ours, secret: 'secret' },
      }),
    ).toEqual({ message: 'User.email …', path: ['a', 0], extensions: { code, ...ours } });
  });
});

describe('an error of Apollo Server', () => {
  it.each([
    ['BAD_REQUEST', 'Operation batching disabled.'],
    ['BAD_REQUEST', 'The variables search parameter contains invalid JSON.'],
    ['BAD_REQUEST', 'GET requests only support query operations, not mutation operations'],
    ['PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound'],
    ['INTERNAL_SERVER_ERROR', 'provided sha does not match query'],
    ['GRAPHQL_VALIDATION_FAILED', 'Cannot query field "a" on type "Query".'],
  ])('%s keeps its words: %s', (code, message) => {
    expect(rebuiltError({ message, extensions: { code, secret: 1 } })).toEqual({
      message,
      extensions: { code },
    });
  });

  it.each([
    ['BAD_REQUEST', 'The secret search parameter contains invalid JSON.'],
    ['BAD_REQUEST', 'GET requests only support query operations, not secret operations'],
    ['BAD_USER_INPUT', 'The value secret does not fit.'],
    ['OPERATION_RESOLUTION_FAILURE', 'Unknown operation named "secret".'],
    ['PERSISTED_QUERY_NOT_FOUND', 'secret'],
  ])('%s loses what else it says: %s', (code, message) => {
    expect(JSON.stringify(rebuiltError({ message, extensions: { code } }))).not.toContain('secret');
  });

  it('is the same when it is rebuilt again', () => {
    const once = rebuiltError({
      message: 'Int cannot represent non-integer value: "secret"',
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
    });
    expect(rebuiltError(once)).toEqual(once);
    expect(once.message).toBe('Int cannot represent non-integer value: …');
  });
});
