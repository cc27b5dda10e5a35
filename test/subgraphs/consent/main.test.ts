import { expect, test } from 'vitest';
import { readSettings } from '../../../subgraphs/consent/main.ts';

const KEY = Buffer.alloc(32, 1).toString('base64');

test.each([
  { name: 'an unknown flag', args: ['--sed-demo'], environment: {}, expected: '--seed-demo' },
  { name: 'a stray word', args: ['start'], environment: {}, expected: 'Unexpected' },
  { name: 'a port that is none', args: [], environment: { PORT: '70000' }, expected: '1 to 65535' },
  {
    name: 'a short caller key',
    args: [],
    environment: { SUDARE_CALLER_KEY: 'c2hvcnQ=' },
    expected: '32 bytes',
  },
  {
    name: 'a caller key that is no base64',
    args: [],
    environment: { SUDARE_CALLER_KEY: `${KEY}!` },
    expected: 'base64',
  },
  {
    name: 'a short cache key',
    args: [],
    environment: { SUDARE_CACHE_KEY: 'c2hvcnQ=' },
    expected: 'SUDARE_CACHE_KEY',
  },
  {
    name: 'a short audit key',
    args: [],
    environment: { SUDARE_AUDIT_KEY: 'c2hvcnQ=' },
    expected: 'SUDARE_AUDIT_KEY',
  },
  ...['0', '366', '1.5', 'soon'].map((days) => ({
    name: `${days} days for a request`,
    args: [],
    environment: { RIGHTS_REQUEST_DAYS: days },
    expected: 'RIGHTS_REQUEST_DAYS',
  })),
])('refuses $name', ({ args, environment, expected }) => {
  const settings = readSettings(args, environment);
  expect(settings).toEqual({ kind: 'wrong', message: expect.stringContaining(expected) });
});

test.each([
  {
    name: 'nothing',
    args: [],
    environment: {},
    expected: { port: 4007, host: '127.0.0.1', callerKey: null, mode: 'guarded', dataDir: '.sudare/consent' },
  },
  { name: '--dev', args: ['--dev'], environment: {}, expected: { mode: 'dev' } },
  { name: '--data', args: ['--data', 'elsewhere'], environment: {}, expected: { dataDir: 'elsewhere' } },
  {
    name: '--seed-demo',
    args: ['--seed-demo'],
    environment: {},
    expected: { prepare: expect.any(Function) },
  },
  {
    name: 'the whole environment',
    args: [],
    environment: {
      PORT: '5000',
      HOST: '0.0.0.0',
      DATABASE_URL: 'postgres://db/consents',
      REDIS_URL: 'redis://cache:6379',
      SUDARE_CALLER_KEY: KEY,
      SUDARE_CACHE_KEY: KEY,
      SUDARE_AUDIT_KEY: KEY,
      RIGHTS_REQUEST_DAYS: '14',
      POLICY_REVISION: '2020-05-08',
    },
    expected: {
      port: 5000,
      host: '0.0.0.0',
      databaseUrl: 'postgres://db/consents',
      redisUrl: 'redis://cache:6379',
      callerKey: Buffer.alloc(32, 1),
      cacheKeySecret: Buffer.alloc(32, 1),
      auditKey: Buffer.alloc(32, 1),
      requestDays: 14,
      policyRevision: '2020-05-08',
    },
  },
])('reads $name', ({ args, environment, expected }) => {
  expect(readSettings(args, environment)).toMatchObject({ kind: 'run', options: expected });
});
