import { z } from 'zod';
import { forwardedHeaders } from '../../execute/forwardedHeaders.ts';
import { ConfigError } from '../../flags.ts';
import { orNone, section } from '../setting.ts';
import { count, fileName, httpUrl, text } from '../settingSchemas.ts';

const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

const timeoutMs = count('whole milliseconds', 1, LONGEST_TIMEOUT_MS);
const names = z.array(text, { error: 'expected a list of names of subgraphs' });

/** One subgraph's own settings, `SubgraphSettings` among them. */
const subgraph = z.strictObject({
  url: httpUrl.exactOptional().describe('its address, in place of the supergraph’s'),
  timeoutMs: timeoutMs.exactOptional().describe('how long a call may take, in ms'),
  http2: z
    .enum(['offered', 'never'])
    .exactOptional()
    .describe('`offered`: HTTP/2 where the subgraph offers it (experimental); default `never`'),
  connections: count('a whole number', 1, 65_535)
    .exactOptional()
    .describe('connections at a time; default 128'),
  maxAnswerBytes: count('whole bytes', 1, 2 ** 29 - 24)
    .exactOptional()
    .describe('how long an answer may be; default 64 MiB'),
});

/** How subgraphs are called. */
export const subgraphs = section({
  help: 'How subgraphs are called.',
  settings: {
    timeoutMs: {
      schema: timeoutMs.default(30_000),
      help: 'how long a call of a subgraph may take, in ms, where it has no time-out of its own',
    },
    forwardHeaders: {
      schema: z.array(z.string().superRefine(mayBeForwarded)).default([]),
      help: 'headers of the client’s request that go on to subgraphs',
      flag: { name: 'forward-header', value: 'NAME', repeats: true, read: (given) => given },
    },
    includeErrors: {
      schema: names.default([]),
      help: 'with --dev: tell the errors of these subgraphs, such as accounts,jobs, in their own words',
      flag: {
        name: 'include-subgraph-errors',
        value: 'NAMES',
        read: ([given = '']) => namesOf('include-subgraph-errors', given),
      },
    },
    contextKey: {
      schema: orNone(fileName),
      help: 'private key (Ed25519 or EC, PEM or JWK) that signs for each subgraph what a request is made for',
      names: 'file',
      change: 'followed',
      flag: { name: 'context-key', value: 'FILE' },
    },
    byName: {
      schema: z.record(z.string(), subgraph).default({}),
      help: 'settings of single subgraphs, by name',
    },
  },
  flags: [
    {
      name: 'subgraph-url',
      value: 'NAME=URL',
      help: 'route a subgraph elsewhere; may be repeated',
      repeats: true,
      read: (given) => ({ byName: urlsOf(given) }),
    },
    {
      name: 'subgraph-timeout',
      value: 'NAME=MS',
      help: 'how long a call of a subgraph may take; MS alone for all others (30000); may be repeated',
      repeats: true,
      read: timeoutsOf,
    },
    {
      name: 'subgraph-http2',
      value: 'NAMES',
      help: 'call these subgraphs, such as accounts,jobs, by HTTP/2 where they offer it (experimental)',
      read: ([given = '']) => ({
        byName: Object.fromEntries(
          namesOf('subgraph-http2', given).map((name) => [name, { http2: 'offered' }]),
        ),
      }),
    },
  ],
});

function mayBeForwarded(name: string, context: z.core.$RefinementCtx<string>): void {
  try {
    forwardedHeaders([name]);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    context.addIssue({
      code: 'custom',
      message: message.replace('--forward-header ', '').replace(/\.$/, ''),
      input: name,
    });
  }
}

function urlsOf(given: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    given.map((pair) => {
      const [, name = '', url = ''] = /^([^=]+)=(.+)$/.exec(pair) ?? [];
      if (name !== '') return [name, { url }];
      throw new ConfigError(
        '--subgraph-url: expected NAME=URL, e.g. accounts=http://127.0.0.1:4001/graphql.',
      );
    }),
  );
}

function timeoutsOf(given: readonly string[]): Readonly<Record<string, unknown>> {
  const pairs = given.map((pair) => {
    const [, name = null, ms = ''] = /^(?:([^=]+)=)?(\d{1,9})$/.exec(pair) ?? [];
    if (Number(ms) > 0) return { name, timeoutMs: Number(ms) };
    throw new ConfigError(
      '--subgraph-timeout: expected NAME=MS or MS, whole milliseconds above 0, e.g. accounts=2000.',
    );
  });
  const general = pairs.findLast(({ name }) => name === null);
  return {
    ...(general === undefined ? {} : { timeoutMs: general.timeoutMs }),
    byName: Object.fromEntries(
      pairs.flatMap(({ name, timeoutMs: ms }) => (name === null ? [] : [[name, { timeoutMs: ms }]])),
    ),
  };
}

function namesOf(flag: string, given: string): readonly string[] {
  const found = given.split(',').map((name) => name.trim());
  if (!found.includes('')) return found;
  throw new ConfigError(`--${flag}: expected names of subgraphs, such as accounts,jobs.`);
}
