import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startConsentSubgraph } from '../../../subgraphs/consent/startConsentSubgraph.ts';
import { freePort } from '../../harness.ts';
import { askConsent, CALLER_KEY } from './askConsent.ts';
import { freshDataDir } from '../../freshDataDir.ts';

const directory = await mkdtemp(join(tmpdir(), 'sudare-consent-'));
afterAll(async () => await rm(directory, { recursive: true, force: true }));

const HERE = { host: '127.0.0.1', port: 0 };
const GRANT = 'mutation { grantConsent(subject: "user:u_1", purpose: "p") { recordId effectiveInMs } }';

test.each([
  { name: 'without a caller key', options: { ...HERE, callerKey: null }, expected: 'SUDARE_CALLER_KEY' },
  {
    name: 'with a short caller key',
    options: { ...HERE, callerKey: new Uint8Array(8) },
    expected: '32 bytes',
  },
  {
    name: 'trusting everybody beyond loopback',
    options: { host: '0.0.0.0', port: 0, callerKey: null, mode: 'dev' as const },
    expected: 'loopback',
  },
  {
    name: 'with a Redis but no secret',
    options: { ...HERE, callerKey: CALLER_KEY, redisUrl: 'redis://127.0.0.1:6379' },
    expected: 'SUDARE_CACHE_KEY',
  },
  {
    name: 'with a Redis URL that is none',
    options: { ...HERE, callerKey: CALLER_KEY, redisUrl: 'redis', cacheKeySecret: CALLER_KEY },
    expected: 'redis://',
  },
])('refuses to start $name', async ({ options, expected }) => {
  await expect(startConsentSubgraph(options)).rejects.toThrow(expected);
});

test('in development trusts everybody on this machine', async () => {
  const server = await startConsentSubgraph({
    ...HERE,
    callerKey: null,
    mode: 'dev',
    dataDir: await freshDataDir(),
  });
  expect((await askConsent(server.url, 'nobody', GRANT)).codes).toEqual([]);
  await server.stop();
});

test('keeps consents in its directory from one run to the next, and answers health checks', async () => {
  const options = { ...HERE, callerKey: CALLER_KEY, dataDir: join(directory, 'kept') };
  const records = '{ dataSubject(id: "user:u_1") { consentRecords { event } } }';
  const first = await startConsentSubgraph(options);
  await askConsent(first.url, { endUser: 'user:u_1' }, GRANT);
  expect((await fetch(first.url.replace('/graphql', '/health'))).status).toBe(200);
  await first.stop();
  await expect(fetch(first.url)).rejects.toThrow();
  const second = await startConsentSubgraph(options);
  expect((await askConsent(second.url, { endUser: 'user:u_1' }, records)).data).toEqual({
    dataSubject: { consentRecords: [{ event: 'GIVEN' }] },
  });
  await second.stop();
});

test('says which port it cannot have and leaves nothing behind', async () => {
  const port = await freePort();
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
  const options = { host: '127.0.0.1', callerKey: CALLER_KEY, dataDir: await freshDataDir() };
  await expect(startConsentSubgraph({ ...options, port })).rejects.toThrow('EADDRINUSE');
  await new Promise((resolve) => other.close(resolve));
  await (await startConsentSubgraph({ ...options, port })).stop();
});

test('errors of the database are not for callers', async () => {
  const told: unknown[] = [];
  const server = await startConsentSubgraph({
    ...HERE,
    callerKey: CALLER_KEY,
    dataDir: await freshDataDir(),
    prepare: async (database) => {
      await database.execute('drop table consent_events');
    },
    onError: (error) => void told.push(error),
  });
  const { codes, text } = await askConsent(server.url, { endUser: 'user:u_1' }, GRANT);
  expect(codes).toEqual(['INTERNAL_SERVER_ERROR']);
  expect(text).not.toMatch(/u_1|insert|select|consent_events/);
  expect(told.length).toBeGreaterThan(0);
  await server.stop();
});
