import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { auditFile } from '../../../gateway/audit/auditFile.ts';
import { openAuditTrail, type AuditOptions } from '../../../gateway/audit/openAuditTrail.ts';
import { verifyRecord } from '../../../gateway/audit/verify/verifyRecord.ts';
import { createLog } from '../../../gateway/log.ts';
import { parseRecordLine } from '../../../policies/record/recordLine.ts';
import { smallPolicy } from '../../policies/smallPolicy.ts';
import { startGateway, type TestGateway } from '../../gatewayHarness.ts';
import { startRedis, type RedisServer } from '../../harness.ts';

/** A busy machine takes its time. */
const PATIENT = { timeout: 20_000, interval: 20 };

// Whole gateways, with the record in a file, its checkpoints in another and a stream in a Redis.

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const KEY_SECRET = new Uint8Array(32).fill(3);

let server: RedisServer;
let folder: string;
let file: string;
let checkpoints: string;
/** What the mutation `slow` waits for, and whether it does. */
let hold = Promise.resolve();
let isHeld = false;
beforeAll(async () => void (server = await startRedis()));
afterAll(async () => await server.stop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sudare-trail-'));
  file = join(folder, 'audit.ndjson');
  checkpoints = join(folder, 'checkpoints.jws');
});
afterEach(async () => await rm(folder, { recursive: true, force: true }));

const start = async (audit: AuditOptions, redisUrl: string | null): Promise<TestGateway> =>
  await startGateway({
    policy: smallPolicy(),
    states: { 'user:u_1042': { collectionMethods: ['web'] }, 'user:u_1043': { collectionMethods: ['web'] } },
    subgraphs: [
      {
        name: 'people',
        typeDefs: `
          type Query { people: [User!]! find(email: String @personal(category: "contact.email")): User }
          type User @key(fields: "id") @personal(subject: ["id"]) { id: ID! email: String @personal(category: "contact.email") }
          type Mutation { slow: Int save(email: String @personal(category: "contact.email")): User }
        `,
        resolvers: {
          Query: {
            people: () => ['u_1042', 'u_1043'].map((id) => ({ id, email: `${id}@canary.example` })),
            find: () => ({ id: 'u_1042', email: 'u_1042@canary.example' }),
          },
          Mutation: {
            slow: async () => {
              isHeld = true;
              await hold;
            },
            save: () => ({ id: 'u_1042', email: 'u_1042@canary.example' }),
          },
        },
      },
    ],
    override: {
      auditSink: auditFile(file),
      audit: { writer: 'gw-1', ...audit, checkpoints: { file: checkpoints, key: privateKey } },
      ...(redisUrl === null
        ? {}
        : {
            consent: {
              url: null,
              callerKey: null,
              redis: { url: redisUrl, keySecret: KEY_SECRET },
              timeoutMs: 1_000,
            },
          }),
    },
  });

const ask = async (gateway: TestGateway, query: string): Promise<void> => {
  const answer = await gateway.send({ client: 'desk', purpose: 'service', query });
  expect(answer.errors).toEqual([]);
};

const linesOf = async (name: string): Promise<readonly string[]> =>
  (await readFile(name, 'utf8')).split('\n').slice(0, -1);

const verified = async (...files: readonly string[]) =>
  await verifyRecord({ files, checkpoints: { files: [checkpoints], keys: [publicKey] }, otherFiles: 'none' });

describe('a gateway’s record', { timeout: 120_000 }, () => {
  it('is proven to its last line once the gateway has ended, and stands in the stream as well', async () => {
    const gateway = await start({}, server.url);
    try {
      for (let turn = 0; turn < 3; turn += 1) {
        await Promise.all(
          Array.from({ length: 7 }, async () => await ask(gateway, '{ people { id email } }')),
        );
      }
    } finally {
      await gateway.close();
    }
    const { lines, problems, findings, chains } = await verified(file);
    expect({ lines, problems, findings }).toEqual({ lines: 21, problems: 0, findings: [] });
    expect(chains).toMatchObject([{ first: 1, last: 21, provenTo: { sequence: 21, at: { line: 21 } } }]);
    const redis = new Redis(server.url);
    try {
      const entries = await redis.xrange('sudare:record', '-', '+');
      expect(entries.map(([, fields]) => fields)).toEqual(
        (await linesOf(file)).map((line) => ['line', line]),
      );
    } finally {
      redis.disconnect();
    }
  });

  it('is one record across a rotation and a restart', async () => {
    const first = await start({}, null);
    await ask(first, '{ people { email } }');
    await rename(file, `${file}.1`);
    await ask(first, '{ people { email } }');
    await first.close();
    const second = await start({}, null);
    await ask(second, '{ people { email } }');
    await second.close();
    const { lines, findings, chains } = await verified(`${file}.1`, file);
    expect({ lines, findings }).toEqual({ lines: 3, findings: [] });
    expect(chains.map(({ first: from, last }) => [from, last])).toEqual([
      [1, 2],
      [1, 1],
    ]);
  });

  it('says who was shown what, and holds no value and no id', async () => {
    const gateway = await start({}, null);
    try {
      await ask(gateway, '{ people { id email } }');
      await ask(gateway, '{ find(email: "asked@canary.example") { id } }');
      await ask(gateway, 'mutation { save(email: "saved@canary.example") { email } }');
    } finally {
      await gateway.close();
    }
    const lines = await linesOf(file);
    expect(lines.map(parseRecordLine)).toMatchObject([
      {
        sequence: 1,
        client: 'desk',
        recipient: 'internal',
        recipientKind: 'internal',
        purpose: 'service',
        groups: [{ coordinates: ['User.email'], subjects: [expect.any(String), expect.any(String)] }],
      },
      { sequence: 2, inputs: [{ coordinate: 'Query.find(email:)', use: 'lookup' }] },
      { sequence: 3, inputs: [{ use: 'write' }, { use: 'write' }] },
    ]);
    const written = lines.join('\n') + (await readFile(checkpoints, 'utf8')) + gateway.logged();
    expect(written).not.toMatch(/canary|u_104|user:/);
    const payloads = (await linesOf(checkpoints)).map((jws) =>
      Buffer.from(jws.split('.')[1] ?? '', 'base64url'),
    );
    expect(payloads.join('\n')).not.toMatch(/canary|u_104|user:/);
  });

  it('has what a request wrote that was cut off by the end of the gateway', async () => {
    const gateway = await start({}, null);
    hold = new Promise(() => undefined);
    const asking = gateway
      .send({ client: 'desk', purpose: 'service', query: 'mutation { slow }' })
      .catch(() => null);
    await expect.poll(() => isHeld, PATIENT).toBe(true);
    await gateway.close();
    await asking;
    expect((await linesOf(file)).map(parseRecordLine)).toMatchObject([
      { inputs: [{ coordinate: 'Mutation.slow', use: 'write' }] },
    ]);
  });

  it('by best effort comes soon after the answers, and all of it before the gateway has ended', async () => {
    const gateway = await start({ mode: 'best-effort', flushMs: 3_000 }, null);
    try {
      await ask(gateway, '{ people { email } }');
      expect(await linesOf(file).catch(() => [])).toEqual([]);
      await expect.poll(async () => (await linesOf(file).catch(() => [])).length, PATIENT).toBe(1);
      await ask(gateway, '{ people { email } }');
    } finally {
      await gateway.close();
    }
    expect(await verified(file)).toMatchObject({ lines: 2, problems: 0, findings: [] });
  });

  it('by best effort is lost where it cannot be kept: that is counted and logged, and answers go on', async () => {
    const gateway = await start({ mode: 'best-effort', flushMs: 1 }, null);
    try {
      await rm(folder, { recursive: true });
      await ask(gateway, '{ people { email } }');
      await expect
        .poll(() => gateway.logged(), PATIENT)
        .toContain('the access record lost lines: 1, and 1 since the start');
      await ask(gateway, '{ people { email } }');
      await expect
        .poll(() => gateway.logged(), PATIENT)
        .toContain('the access record lost lines: 1, and 2 since the start');
      expect(gateway.logged()).not.toMatch(/canary|u_104/);
    } finally {
      await gateway.close();
    }
  });
});

/** A trail that keeps nothing. */
const open = (audit: AuditOptions) =>
  openAuditTrail({
    ...audit,
    sink: { append: async () => await Promise.resolve() },
    key: undefined,
    redisUrl: null,
    log: createLog(pino({ level: 'silent' })),
  });

describe('the writer’s name', () => {
  it.each(['', 'a/b', 'a"b', 'é', 'x'.repeat(101)])('is not "%s"', (writer) => {
    expect(() => open({ writer })).toThrow('The audit’s writer: expected up to 100 letters');
  });

  it('is the host’s by default', async () => {
    await open({}).close();
  });
});
