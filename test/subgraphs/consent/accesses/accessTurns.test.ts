import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startConsentSubgraph } from '../../../../subgraphs/consent/startConsentSubgraph.ts';
import type { RunningServer } from '../../../../subgraphs/serveGraphql.ts';
import { startRedis } from '../../../harness.ts';
import type { RedisServer } from '../../../harness.ts';
import { askConsent, CALLER_KEY } from '../askConsent.ts';
import type { ConsentAnswer } from '../askConsent.ts';
import { startPostgres } from '../startPostgres.ts';

/** Everything of another person's is answered within, while one person asks for all that they can. */
const PROMPT_MS = 2_500;

const WAIT = { timeout: 10_000 };

const postgres = await startPostgres();
let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(async () => {
  await redis.stop();
  await postgres?.stop();
});

async function serve(options: { readonly databaseUrl?: string }): Promise<RunningServer> {
  const server = await startConsentSubgraph({
    host: '127.0.0.1',
    port: 0,
    callerKey: CALLER_KEY,
    redisUrl: redis.url,
    cacheKeySecret: CALLER_KEY,
    ...options,
  });
  onTestFinished(server.stop);
  return server;
}

const connections = (count: number, which: string): string =>
  Array.from(
    { length: count },
    (_, index) => `${which}${index}: ${which}(first: ${(index % 500) + 1}) { pageInfo { hasNextPage } }`,
  ).join(' ');

const asMe = async (url: string, fields: string): Promise<ConsentAnswer> =>
  await askConsent(
    url,
    { client: 'my-page', endUser: 'user:me' },
    `{ dataSubject(id: "user:me") { ${fields} } }`,
  );

describe('in one request', () => {
  const rows = [
    { name: 'ten', fields: connections(10, 'accesses'), refused: 0 },
    { name: 'a thousand', fields: connections(1_000, 'accesses'), refused: 990 },
    { name: 'some of both', fields: connections(6, 'accesses') + connections(6, 'provisions'), refused: 2 },
  ];
  test.each(rows)('may be ten of them: of $name, $refused are refused', async ({ fields, refused }) => {
    const { url } = await serve({});
    const { codes, data } = await asMe(url, fields);
    expect(codes).toEqual(Array.from({ length: refused }, () => 'TOO_MANY_CONNECTIONS'));
    // Nothing that looks as if nothing was shown.
    const empty = Object.values(data?.['dataSubject'] ?? {}).filter((value) => value === null);
    expect(empty).toHaveLength(refused);
  });
});

test.runIf(postgres !== null)(
  'one person’s reads, however slow and many, leave the consents of others to be read and withdrawn meanwhile',
  async () => {
    const databaseUrl = (await postgres?.createDatabase()) ?? '';
    const { url } = await serve({ databaseUrl });
    const gateway = { client: 'sudare-gateway' };
    // From then on there is something to look for.
    await askConsent(url, gateway, '{ _consentStates(subjects: ["user:me"]) { leaseMs } }');
    // As reads of very many lines do, these take until the statement times out.
    const locker = new Client(databaseUrl);
    await locker.connect();
    onTestFinished(async () => await locker.end());
    await locker.query('begin; lock table access_records in access exclusive mode');

    const attack = Promise.all(
      Array.from({ length: 12 }, async () => await asMe(url, connections(10, 'accesses'))),
    );
    await expect
      .poll(async () => {
        const { rows } = await locker.query(
          `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
        );
        return rows.length;
      }, WAIT)
      .toBe(2);
    for (let round = 0; round < 3; round += 1) {
      const start = performance.now();
      const other = { client: 'my-page', endUser: 'user:other' };
      const withdrawal = `mutation { withdrawConsent(subject: "user:other", purpose: "p${round}") { recordId } }`;
      const answers = await Promise.all([
        askConsent(url, other, withdrawal),
        askConsent(
          url,
          { client: 'sudare-gateway' },
          '{ _consentStates(subjects: ["user:other"]) { leaseMs } }',
        ),
      ]);
      expect(answers.flatMap(({ codes }) => codes)).toEqual([]);
      expect(performance.now() - start).toBeLessThan(PROMPT_MS);
    }
    await locker.query('rollback');
    const codes = new Set((await attack).flatMap((answer) => answer.codes));
    // Two are read at a time and some wait; all others are told at once.
    expect(codes).toContain('ACCESSES_BUSY');
    // And they are read again after it.
    expect((await asMe(url, connections(10, 'accesses'))).codes).toEqual([]);
  },
  60_000,
);
