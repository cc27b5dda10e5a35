import { GraphQLError } from 'graphql';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createLog, type Log } from '../../gateway/log.ts';
import { watchedOf } from '../../gateway/watch/watchedOf.ts';

const CANARY = 'taro@example.com';

const logged = (write: (log: Log) => void): readonly Record<string, unknown>[] => {
  const lines: string[] = [];
  write(
    createLog(pino({ base: null, timestamp: false }, { write: (line: string) => void lines.push(line) })),
  );
  for (const line of lines) expect(line).not.toContain(CANARY);
  return lines.map((line) => z.record(z.string(), z.unknown()).parse(JSON.parse(line)));
};

const contextWith = (traceparent?: string): Parameters<typeof watchedOf>[0] => {
  const headers = new Headers(traceparent === undefined ? [] : [['traceparent', traceparent]]);
  return { context: {}, request: { http: { method: 'POST', url: '/graphql', headers } } };
};

describe('a failure', () => {
  const withCode = Object.assign(new Error(CANARY), { code: 'ECONNREFUSED' });
  const rows: readonly { name: string; error: unknown; expected: object }[] = [
    { name: 'by its kind', error: new TypeError(CANARY), expected: { error: 'TypeError' } },
    { name: 'by its code', error: withCode, expected: { error: 'Error', code: 'ECONNREFUSED' } },
    {
      name: 'by its cause’s code',
      error: new Error(CANARY, { cause: withCode }),
      expected: { error: 'Error', code: 'ECONNREFUSED' },
    },
    {
      name: 'by a GraphQL code',
      error: new GraphQLError(CANARY, { extensions: { code: 'DOWNSTREAM_SERVICE_ERROR' } }),
      expected: { error: 'GraphQLError', code: 'DOWNSTREAM_SERVICE_ERROR' },
    },
    {
      name: 'a subgraph’s refusal of the context that the gateway signed',
      error: new GraphQLError(CANARY, { extensions: { code: 'CONTEXT_REFUSED' } }),
      expected: { error: 'GraphQLError', code: 'CONTEXT_REFUSED' },
    },
    {
      name: 'by what a GraphQL error was made of',
      error: new GraphQLError(CANARY, { originalError: new RangeError(CANARY) }),
      expected: { error: 'RangeError' },
    },
    {
      name: 'not by a code that is a sentence',
      error: Object.assign(new Error(CANARY), { code: CANARY }),
      expected: { error: 'Error' },
    },
    {
      name: 'of a message in several lines that look like a stack',
      error: new Error(`${CANARY}\n  of ${CANARY}`),
      expected: { error: 'Error' },
    },
    {
      name: 'not by a code that is a name',
      error: new GraphQLError(CANARY, { extensions: { code: 'TARO_YAMADA' } }),
      expected: { error: 'GraphQLError' },
    },
    {
      name: 'not by a code that is a number',
      error: Object.assign(new Error(CANARY), { code: '4111111111111111' }),
      expected: { error: 'Error' },
    },
    {
      name: 'not by a name that is somebody’s',
      error: Object.assign(new Error(CANARY), { name: CANARY }),
      expected: { error: 'Error' },
    },
    {
      name: 'not by what several failures say',
      error: new AggregateError([new Error(CANARY), CANARY], CANARY, { cause: { message: CANARY } }),
      expected: { error: 'AggregateError' },
    },
    {
      name: 'not by a stack of one’s own',
      error: Object.assign(new Error('x'), { stack: `Error: x\n    at ${CANARY}:1:2` }),
      expected: { error: 'Error' },
    },
    { name: 'that is a text', error: CANARY, expected: { error: 'string' } },
    { name: 'that is nothing', error: undefined, expected: { error: 'undefined' } },
  ];
  it.each(rows)('is logged $name', ({ error, expected }) => {
    const [line] = logged((log) => log.failure('it failed', error));
    const { at: _, ...rest } = line ?? {};
    expect(rest).toEqual({ level: 50, msg: 'it failed', ...expected });
  });

  it('says where in the code, and not what a message makes look like it', () => {
    const [line] = logged((log) => log.failure('it failed', new Error(`x\n    at ${CANARY} (file.ts:1:2)`)));
    expect(line?.['at']).toMatch(/^at .*log\.test\.ts/);
  });
});

describe('a subgraph error', () => {
  it('is logged by subgraph, path and trace', () => {
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const error = {
      subgraph: 'people',
      from: 'answer',
      path: ['users', 0, 'mail'],
      cause: new Error(CANARY),
    } as const;
    const [line] = logged((log) => log.subgraphError(error, watchedOf(contextWith(traceparent)).traceId));
    expect(line).toMatchObject({
      level: 40,
      subgraph: 'people',
      path: ['users', 0, 'mail'],
      traceId: 'a'.repeat(32),
      error: 'Error',
    });
  });
});

const problemOf = (message: string): unknown => {
  const error = {
    subgraph: 'people',
    from: 'answer',
    path: null,
    cause: new GraphQLError(message),
  } as const;
  const [line] = logged((log) => log.subgraphError(error, watchedOf(contextWith()).traceId));
  return line?.['problem'];
};

describe('what a subgraph says', () => {
  it.each([
    [
      'Cannot return null for non-nullable field User.name.',
      'Cannot return null for non-nullable field User.name.',
    ],
    [
      `Variable "$v0" got invalid value "${CANARY}"; expected an integer.`,
      'Variable "$v0" got invalid value …',
    ],
    [`String cannot represent value: { mail: "${CANARY}" }`, 'String cannot represent value: …'],
    [
      'Cannot query field "nam" on type "User". Did you mean "name"?',
      'Cannot query field "nam" on type "User".',
    ],
    [`no mail for ${CANARY}`, undefined],
    [`Cannot return null for non-nullable field User.name. ${CANARY}`, undefined],
    [`Unknown type "${CANARY}".`, undefined],
  ])('is logged where it is graphql-js that says it, without values: %s', (message, expected) => {
    expect(problemOf(message)).toBe(expected);
  });
});

describe('a trace id', () => {
  it('is one request’s own where none came with it, or one that is none', () => {
    const given = [undefined, CANARY, `00-${'A'.repeat(32)}-${'b'.repeat(16)}-01`, ''];
    const ids = given.map((traceparent) => watchedOf(contextWith(traceparent)).traceId);
    for (const id of ids) expect(id).toMatch(/^[\da-f]{32}$/);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
