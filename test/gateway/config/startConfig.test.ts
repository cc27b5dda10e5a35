import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isLoopback } from '../../../gateway/config/isLoopback.ts';
import { readStartConfig, USAGE } from '../../../gateway/config/startConfig.ts';
import { ConfigError } from '../../../gateway/flags.ts';

const KEY = randomBytes(32).toString('base64');
const files = ['--supergraph', 's.graphql', '--policy', 'policy.yaml'];
const dev = [...files, '--dev'];

const problemOf = (args: readonly string[], environment: Readonly<Record<string, string>> = {}): string => {
  try {
    readStartConfig(args, environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'nothing was wrong';
};

describe('flags', () => {
  it('that say the least', () => {
    expect(readStartConfig(dev, {})).toMatchObject({
      mode: 'dev',
      supergraph: { file: 's.graphql', unverified: false },
      policy: { file: 'policy.yaml' },
      consent: { url: null, mapping: null },
      redis: { url: null },
      server: { host: '127.0.0.1', port: 4000 },
      subgraphs: { timeoutMs: 30_000, forwardHeaders: [], includeErrors: [], byName: {} },
      tokens: { keyFile: null, issuer: null, audience: null },
      audit: {
        file: null,
        mode: 'required',
        flushMs: 100,
        writer: null,
        checkpoints: null,
        signingKey: null,
      },
      keys: { caller: null, cache: null, audit: null, pseudonym: null },
    });
  });

  it('that say all', () => {
    const config = readStartConfig(
      [
        ...files,
        '--jwks',
        'k.json',
        '--jwt-issuer',
        'i',
        '--jwt-audience',
        'a',
        '--host=0.0.0.0',
        '--port=0',
        '--unverified',
        '--consent-url',
        'http://127.0.0.1:5/graphql',
        '--consent-mapping=m.yaml',
        '--redis-url',
        'rediss://r:6379',
        '--audit-file',
        'a.ndjson',
        '--audit=best-effort',
        '--audit-flush=20',
        '--audit-writer=gw-1',
        '--audit-checkpoints=c.jws',
        '--audit-signing-key=k.pem',
        '--subgraph-url',
        'a=http://a/x?y=z',
        '--subgraph-url',
        'b=https://b/',
        '--subgraph-timeout=5000',
        '--subgraph-timeout',
        'a=2000',
        '--subgraph-http2',
        'a, b',
        '--forward-header',
        'Accept-Language',
        '--forward-header=authorization',
      ],
      { SUDARE_CACHE_KEY: KEY, SUDARE_CALLER_KEY: KEY, SUDARE_AUDIT_KEY: KEY, SUDARE_PSEUDONYM_KEY: KEY },
    );
    expect(config).toMatchObject({
      mode: 'production',
      supergraph: { unverified: true },
      server: { host: '0.0.0.0', port: 0 },
      tokens: { keyFile: 'k.json', issuer: 'i', audience: 'a' },
      consent: { url: 'http://127.0.0.1:5/graphql', mapping: 'm.yaml' },
      redis: { url: 'rediss://r:6379' },
      audit: {
        file: 'a.ndjson',
        mode: 'best-effort',
        flushMs: 20,
        writer: 'gw-1',
        checkpoints: 'c.jws',
        signingKey: 'k.pem',
      },
      subgraphs: {
        timeoutMs: 5_000,
        forwardHeaders: ['Accept-Language', 'authorization'],
        byName: {
          a: { url: 'http://a/x?y=z', timeoutMs: 2_000, http2: 'offered' },
          b: { url: 'https://b/', http2: 'offered' },
        },
      },
    });
    expect(Object.values(config.keys).map((key) => key?.length)).toEqual([32, 32, 32, 32]);
  });

  it('that name the subgraphs whose errors are told in their own words', () => {
    const { subgraphs } = readStartConfig([...dev, '--include-subgraph-errors', 'accounts, jobs'], {});
    expect(subgraphs.includeErrors).toEqual(['accounts', 'jobs']);
  });

  const rows: readonly {
    name: string;
    args: readonly string[];
    environment?: Record<string, string>;
    expected: RegExp;
  }[] = [
    {
      name: 'no supergraph',
      args: ['--policy', 'p', '--dev'],
      expected: /^--supergraph is missing; expected a file/,
    },
    {
      name: 'an empty supergraph',
      args: ['--supergraph=', '--policy', 'p', '--dev'],
      expected: /^--supergraph is empty; expected a value/,
    },
    ...['accounts=', '=5', '0', 'accounts=0', 'accounts=2s', '1e3', '-1', ''].map((value) => ({
      name: `a time-out of "${value}"`,
      args: [...dev, `--subgraph-timeout=${value}`],
      expected: /^--subgraph-timeout: expected NAME=MS or MS/,
    })),
    {
      name: 'no name of a subgraph for HTTP/2',
      args: [...dev, '--subgraph-http2=a,,b'],
      expected: /^--subgraph-http2: expected names of subgraphs/,
    },
    ...['', 'x-end-user', 'host', 'two words'].map((value) => ({
      name: `a header "${value}" to forward`,
      args: [...dev, `--forward-header=${value}`],
      expected: /^--forward-header "/,
    })),
    {
      name: 'subgraphs’ own words outside development',
      args: [
        ...files,
        '--jwks',
        'k',
        '--jwt-issuer',
        'i',
        '--jwt-audience',
        'a',
        '--include-subgraph-errors',
        'jobs',
      ],
      expected: /^--include-subgraph-errors tells .* expected it with --dev alone/,
    },
    {
      name: 'subgraphs’ own words, of none',
      args: [...dev, '--include-subgraph-errors', 'jobs,,accounts'],
      expected: /^--include-subgraph-errors: expected names/,
    },
    {
      name: 'an issuer that nothing says',
      args: [...files, '--jwks', 'k', '--jwt-audience', 'a'],
      expected: /^--jwt-issuer is missing; expected the issuer/,
    },
    {
      name: 'an audience that nothing says',
      args: [...files, '--jwks', 'k', '--jwt-issuer', 'i'],
      expected: /^--jwt-audience is missing; expected the audience/,
    },
    {
      name: 'an issuer without keys',
      args: [...dev, '--jwt-issuer', 'i'],
      expected: /^--jwt-issuer needs --jwks/,
    },
    {
      name: 'an audience without keys',
      args: [...files, '--jwt-audience', 'a'],
      expected: /^--jwt-audience needs --jwks/,
    },
    {
      name: 'an empty issuer, which would be no check',
      args: [...files, '--jwks', 'k', '--jwt-issuer='],
      expected: /^--jwt-issuer is empty/,
    },
    {
      name: 'an empty audience, which would be no check',
      args: [...files, '--jwks', 'k', '--jwt-issuer', 'i', '--jwt-audience', ''],
      expected: /^--jwt-audience is empty/,
    },
    {
      name: 'no policy',
      args: ['--supergraph', 's', '--dev'],
      expected: /^--policy is missing; expected a policy\.yaml/,
    },
    {
      name: 'a flag without its value',
      args: [...files, '--port'],
      expected: /--port <value>' argument missing\. Flags: --supergraph/,
    },
    {
      name: 'a flag that is none',
      args: [...dev, '--prot', '1'],
      expected: /Unknown option '--prot'.*Flags: .*--port/,
    },
    { name: 'a word too many', args: [...dev, 'word'], expected: /Flags: / },
    { name: 'a value where none is taken', args: [...files, '--dev=yes'], expected: /--dev/ },
    {
      name: 'a port that is no number',
      args: [...dev, '--port', 'http'],
      expected: /^--port http: expected a number from 0 to 65535\.$/,
    },
    { name: 'a port that is too high', args: [...dev, '--port', '65536'], expected: /expected a number/ },
    { name: 'a port below nothing', args: [...dev, '--port=-1'], expected: /expected a number/ },
    { name: 'a port in other digits', args: [...dev, '--port', '0x50'], expected: /expected a number/ },
    { name: 'a fraction of a port', args: [...dev, '--port', '80.5'], expected: /expected a number/ },
    { name: 'an empty port', args: [...dev, '--port='], expected: /^--port is empty/ },
    {
      name: 'a consent mapping without the system that it is for',
      args: [...dev, '--consent-mapping=m.yaml'],
      expected: /^--consent-mapping needs --consent-url\.$/,
    },
    {
      name: 'a consent URL that is none',
      args: [...dev, '--consent-url', 'localhost'],
      expected: /^--consent-url: expected a URL that begins with http:\/\/ or https:\/\/\.$/,
    },
    {
      name: 'a consent URL of another kind',
      args: [...dev, '--consent-url', 'file:///etc/passwd'],
      expected: /^--consent-url: expected a URL/,
    },
    {
      name: 'a Redis URL of another kind',
      args: [...dev, '--redis-url', 'http://r'],
      expected:
        /^--redis-url: expected a URL that begins with redis:\/\/ or rediss:\/\/; or two or more of them/,
    },
    {
      name: 'a Redis URL without the key',
      args: [...dev, '--redis-url', 'redis://r'],
      expected: /^--redis-url needs SUDARE_CACHE_KEY/,
    },
    {
      name: 'a subgraph URL without a name',
      args: [...dev, '--subgraph-url', 'http://a'],
      expected: /^--subgraph-url: expected NAME=URL/,
    },
    {
      name: 'a subgraph URL that is none',
      args: [...dev, '--subgraph-url', 'a=b'],
      expected: /^--subgraph-url: expected a URL/,
    },
    {
      name: 'nobody to verify callers',
      args: files,
      expected: /^Nobody could be identified: expected --jwks FILE .* or --dev/,
    },
    { name: 'an empty key file', args: [...files, '--jwks='], expected: /--jwks/ },
    { name: 'an empty host', args: [...files, '--jwks', 'k', '--host='], expected: /--host/ },
    {
      name: '--dev for other machines',
      args: [...dev, '--host', '0.0.0.0'],
      expected: /^--dev believes every caller, so it listens on loopback only/,
    },
    { name: '--dev for every address', args: [...dev, '--host', '::'], expected: /loopback only/ },
    {
      name: '--dev for a name that begins alike',
      args: [...dev, '--host', 'localhost.example'],
      expected: /loopback only/,
    },
    ...['redis://a,redis://b', 'redis-sentinel://a,b#main'].map((url) => ({
      name: `a cache without its key: ${url}`,
      args: [...dev, '--redis-url', url],
      expected: /^--redis-url needs SUDARE_CACHE_KEY/,
    })),
    {
      name: 'a key that is too short',
      args: dev,
      environment: { SUDARE_CALLER_KEY: 'c2VjcmV0' },
      expected: /^SUDARE_CALLER_KEY: expected 32 bytes or more in base64/,
    },
    {
      name: 'a key that is no base64',
      args: dev,
      environment: { SUDARE_AUDIT_KEY: '!'.repeat(64) },
      expected: /^SUDARE_AUDIT_KEY: expected 32 bytes/,
    },
    {
      name: 'an unknown mode of the record',
      args: [...dev, '--audit=off'],
      expected: /^--audit: expected required or/,
    },
    ...['0', '-1', '1.5', '1s', '100000'].map((value) => ({
      name: `a record that waits for "${value}"`,
      args: [...dev, '--audit=best-effort', `--audit-flush=${value}`],
      expected: /^--audit-flush: expected whole milliseconds from 1/,
    })),
    {
      name: 'a record that waits where none does',
      args: [...dev, '--audit-flush=5'],
      expected: /^--audit-flush needs --audit=best-effort/,
    },
    {
      name: 'a writer that could not stand in a chain’s name',
      args: [...dev, '--audit-writer=a/b'],
      expected: /^--audit-writer: expected up to 100 letters/,
    },
    {
      name: 'checkpoints that nobody signs',
      args: [...dev, '--audit-checkpoints=c'],
      expected: /^--audit-checkpoints and --audit-signing-key need each other/,
    },
    {
      name: 'a key that signs nothing',
      args: [...dev, '--audit-signing-key=k'],
      expected: /^--audit-checkpoints and --audit-signing-key need each other/,
    },
  ];
  it.each(rows)('$name', ({ args, environment, expected }) => {
    expect(problemOf(args, environment)).toMatch(expected);
  });

  it('never quote a URL or a key, which may hold passwords', () => {
    expect(problemOf([...dev, '--redis-url', 'http://user:hunter2@r'])).not.toContain('hunter2');
    expect(problemOf([...dev, '--redis-url', 'redis://user:hunter2@r'])).not.toContain('hunter2');
    const unlike = 'redis://user:hunter2@a,redis://user:hunter3@b';
    expect(problemOf([...dev, '--redis-url', unlike])).toMatch(
      /^--redis-url: expected the same (?!.*hunter)/,
    );
    expect(problemOf([...dev, '--subgraph-url', 'a=ftp://user:hunter2@r'])).not.toContain('hunter2');
    expect(problemOf(dev, { SUDARE_CACHE_KEY: 'hunter2' })).not.toContain('hunter2');
  });

  it('are all in the help text', () => {
    const flags = /Flags: (.*)$/.exec(problemOf([...dev, '--no-such-flag']))?.[1]?.split(' ') ?? [];
    expect(flags.length).toBeGreaterThan(10);
    for (const flag of flags) expect(USAGE).toContain(`  ${flag}`);
    for (const name of ['CALLER', 'CACHE', 'AUDIT', 'PSEUDONYM'])
      expect(USAGE).toContain(`SUDARE_${name}_KEY`);
  });
});

describe('isLoopback', () => {
  it.each(['localhost', '127.0.0.1', '127.8.9.1', '::1', '[::1]'])('takes %s', (host) =>
    expect(isLoopback(host)).toBe(true),
  );
  it.each([
    '',
    '0.0.0.0',
    '::',
    '10.0.0.1',
    'localhost.example',
    '127.0.0.1.example',
    'x127.0.0.1',
    '127.0.0',
    '[::]',
    'evil\n127.0.0.1',
  ])('refuses %j', (host) => expect(isLoopback(host)).toBe(false));
});
