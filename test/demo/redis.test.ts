import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAccounts } from '../../subgraphs/accounts/accounts.ts';
import type { RunningSubgraph } from '../../subgraphs/startSubgraph.ts';
import { sendTo, type TestAnswer } from '../gatewayHarness.ts';
import { freePort, startRedis, type RedisServer } from '../harness.ts';
import { cuttableLink, type CuttableLink } from './cuttableLink.ts';
import { askForMarketing, GRANT, reasonsOf, shownIn, usersOf, WITHDRAW, writeConsent } from './marketing.ts';
import { startFile, type RunningCommand } from './startCommand.ts';
import { LISTENING } from './startVillage.ts';
import { freshDataDir } from '../freshDataDir.ts';

const KEYS = {
  SUDARE_CALLER_KEY: Buffer.alloc(32, 1).toString('base64'),
  SUDARE_CACHE_KEY: Buffer.alloc(32, 2).toString('base64'),
};

let folder = '';
let redis: RedisServer;
/** The consent subgraph's way to Redis; the gateway has its own. */
let link: CuttableLink;
let accounts: RunningSubgraph;
let consent: RunningCommand;
let consentPort = 0;
let gateway: RunningCommand;
let url = '';

async function startConsent(): Promise<RunningCommand> {
  const command = startFile('subgraphs/consent/main.ts', ['--data', join(folder, 'consent'), '--seed-demo'], {
    ...KEYS,
    PORT: String(consentPort),
    REDIS_URL: `redis://127.0.0.1:${String(link.port)}`,
    POLICY_REVISION: '2020-05-08',
  });
  await command.prints(/consent serves/);
  return command;
}

/** Starts a gateway and gives it with its endpoint. */
async function startGateway(redisUrl: string): Promise<readonly [RunningCommand, string]> {
  const consentUrl = `http://127.0.0.1:${String(consentPort)}/graphql`;
  const command = startFile(
    'gateway/cli.ts',
    [
      'start',
      '--dev',
      '--supergraph=subgraphs/supergraph.graphql',
      '--policy=policies/crowdworks/policy.yaml',
      `--consent-url=${consentUrl}`,
      `--subgraph-url=consent=${consentUrl}`,
      `--subgraph-url=accounts=${accounts.url}`,
      `--redis-url=${redisUrl}`,
      '--port=0',
    ],
    KEYS,
  );
  const [, at = ''] = await command.prints(LISTENING);
  return [command, at];
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sudare-redis-demo-'));
  [redis, accounts, consentPort] = await Promise.all([
    startRedis(),
    startAccounts({ host: '127.0.0.1', port: 0 }),
    freePort(),
  ]);
  await freshDataDir(join(folder, 'consent'));
  link = await cuttableLink(redis.port);
  consent = await startConsent();
  [gateway, url] = await startGateway(redis.url);
});

afterAll(async () => {
  await gateway.stop();
  await consent.stop();
  await accounts.stop();
  await link.cut();
  await redis.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Asks as marketing does and checks what must hold of every answer, whatever has failed. */
async function ask(): Promise<readonly string[]> {
  const answer = await askForMarketing(url);
  expectSound(answer);
  return shownIn(answer);
}

/** Nobody but u_1 ever consents here; an answer is whole, or says what went wrong. */
function expectSound(answer: TestAnswer): void {
  expect(answer.status).toBe(200);
  expect(answer.errors).toEqual([]);
  expect(usersOf(answer).map(({ id }) => id)).toEqual(['u_1', 'u_2', 'u_3', 'u_4', 'u_5']);
  expect(['', 'u_1']).toContain(shownIn(answer).join());
}

function expectNobodyCrashed(): void {
  expect(gateway.isRunning()).toBe(true);
  expect(consent.isRunning()).toBe(true);
}

/** Writes until the answer is that it is effective at once: both ends are then back on Redis. */
async function untilEffectiveAtOnce(query: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  while ((await writeConsent(url, query)) > 0) {
    if (Date.now() > deadline) throw new Error('Writes did not become effective at once again.');
    await sleep(50);
  }
}

/**
 * What has connections of its own: the access record on its way through its stream, which no answer waits for, and the
 * count of a client's requests.
 */
const OTHERS: ReadonlySet<string> = new Set([
  'evalsha',
  'time',
  'hmget',
  'hset',
  'pexpire',
  'eval',
  'xinfo|consumers',
  'xgroup|create',
  'xgroup|delconsumer',
  'multi',
  'exec',
  'xadd',
  'memory|usage',
  'xreadgroup',
  'xautoclaim',
  'xack',
  'xdel',
]);

/**
 * Commands that Redis has counted since `work` began, but for this one's own and those of the others. Marking and
 * filling would show, by the SET and GET of their scripts.
 */
async function commandsDuring(work: () => Promise<unknown>): Promise<Readonly<Record<string, number>>> {
  const admin = new Redis(redis.url);
  try {
    await admin.config('RESETSTAT');
    await work();
    const stats = await admin.info('commandstats');
    return Object.fromEntries(
      [...stats.matchAll(/cmdstat_([^:]+):calls=(\d+)/g)]
        .map(([, name = '', calls]): [string, number] => [name, Number(calls)])
        .filter(([name]) => !name.startsWith('config') && name !== 'info')
        .filter(([name]) => !OTHERS.has(name)),
    );
  } finally {
    admin.disconnect();
  }
}

describe('the demo with Redis', { timeout: 60_000 }, () => {
  it('answers from the cache in one round trip, however many people', async () => {
    for (const first of [5, 500]) {
      const request = {
        client: 'mail-campaign',
        purpose: 'marketing.recommendation',
        query: `{ users(first: ${String(first)}) { id name email } }`,
      };
      const filled = await sendTo(url, request);
      let cached: TestAnswer | null = null;
      const commands = await commandsDuring(async () => {
        cached = await sendTo(url, request);
      });
      expect(commands).toEqual({ mget: 1 });
      expect(cached).toMatchObject({ status: 200, text: filled.text });
      expect(filled.text).toContain('"reason":"CONSENT_REFUSED"');
    }
  });

  it('masks a withdrawal at once although the consent was cached', async () => {
    let atOnce = 0;
    for (let turn = 0; turn < 25; turn += 1) {
      expect(await ask()).toEqual(['u_1']);
      expect(await ask()).toEqual(['u_1']);
      // On a machine that halts for a quarter of a second Redis has not confirmed in time, and nothing is promised.
      if ((await writeConsent(url, WITHDRAW)) === 0) atOnce += 1;
      else await untilEffectiveAtOnce(WITHDRAW);
      expect(await ask()).toEqual([]);
      await untilEffectiveAtOnce(GRANT);
    }
    expect(atOnce).toBeGreaterThan(20);
  });

  it('keeps no id of a person in Redis', async () => {
    await ask();
    const admin = new Redis(redis.url);
    // Else texts are cut up where they repeat themselves.
    await admin.config('SET', 'rdbcompression', 'no');
    const keys = await admin.keys('*');
    const values = await Promise.all(
      keys.map(async (key) => (await admin.dumpBuffer(key))?.toString('latin1')),
    );
    admin.disconnect();
    expect(keys.length).toBeGreaterThan(5);
    // Of a thousand hashes and references, which have so many characters, some look as if they held an id.
    const random = /(?<![\w-])(?:[\w-]{22}|[\w-]{43})(?![\w-])/g;
    const texts = [...keys, ...values].map((text) => (text ?? '').replaceAll(random, ''));
    expect(texts.filter((text) => /u_\d|user:/.test(text))).toEqual([]);
  });
});

describe('Redis', { timeout: 120_000 }, () => {
  it('killed and started again in mid-run: every answer is right, and every write is kept', async () => {
    const enough = new AbortController();
    let background = 0;
    const asking = async (): Promise<void> => {
      while (!enough.signal.aborted) {
        await ask();
        background += 1;
      }
    };
    const others = Promise.all([asking(), asking()]);
    let outages = 0;
    let atOnce = 0;
    let inOutage = 0;
    let isDown = false;

    /** Writes and asks. `atOnce` holds from the answer on; without any Redis there is no cache to be behind. */
    const writeAndAsk = async (query: string, expected: readonly string[]): Promise<void> => {
      const wasDown = isDown;
      const effectiveInMs = await writeConsent(url, query);
      const shown = await ask();
      if (effectiveInMs === 0) atOnce += 1;
      if (wasDown && isDown) inOutage += 1;
      if (effectiveInMs === 0 || (wasDown && isDown)) expect(shown).toEqual(expected);
    };
    try {
      for (let turn = 0; turn < 80; turn += 1) {
        // Down for ten turns, up for ten, and so on; and down or up between any two steps of a turn.
        let change: Promise<unknown> = Promise.resolve();
        if (turn % 20 === 5) {
          change = redis.kill().then(() => (isDown = true));
          outages += 1;
        } else if (turn % 20 === 15) {
          isDown = false;
          change = startRedis({ port: redis.port }).then((started) => (redis = started));
        }
        await Promise.race([writeAndAsk(WITHDRAW, []), others]);
        await writeAndAsk(GRANT, ['u_1']);
        await change;
        // Both ends are back on Redis after half a second; without a pause hardly any turn would meet that.
        if (turn % 20 === 18) await sleep(700);
      }
    } finally {
      enough.abort();
      await others;
    }
    expect(outages).toBe(4);
    expect(inOutage).toBeGreaterThan(40);
    expect(atOnce).toBeGreaterThan(20);
    expect(background).toBeGreaterThan(50);
    expectNobodyCrashed();

    await untilEffectiveAtOnce(WITHDRAW);
    expect(await ask()).toEqual([]);
    // The outbox may still be repeating the `DEL`s of the outages, each of which costs a source read.
    await expect.poll(async () => await commandsDuring(ask), { timeout: 20_000 }).toEqual({ mget: 1 });
    await untilEffectiveAtOnce(GRANT);
    expect(await ask()).toEqual(['u_1']);
  });

  it('frozen: answers wait for it no longer than a moment, and do not show what was withdrawn', async () => {
    await untilEffectiveAtOnce(GRANT);
    expect(await ask()).toEqual(['u_1']);
    await redis.pause();
    try {
      const asked = performance.now();
      const effectiveInMs = await writeConsent(url, WITHDRAW);
      const acknowledged = performance.now();
      expect(acknowledged - asked).toBeLessThan(3_000);
      // Redis has not said that it forgot: until the lease is over it might still tell.
      expect(effectiveInMs).toBeGreaterThan(30_000);
      for (let turn = 0; turn < 10; turn += 1) {
        const sent = performance.now();
        expect(await ask()).toEqual([]);
        expect(performance.now() - sent).toBeLessThan(2_000);
      }
    } finally {
      await redis.resume();
    }
    await untilEffectiveAtOnce(WITHDRAW);
    expect(await ask()).toEqual([]);
    await untilEffectiveAtOnce(GRANT);
    expect(await ask()).toEqual(['u_1']);
    expectNobodyCrashed();
  });

  it('out of the writer’s reach alone: the withdrawal takes effect when it said it would', async () => {
    await untilEffectiveAtOnce(GRANT);
    // The entry is young, and the outbox no longer repeats deletions.
    await expect.poll(async () => await commandsDuring(ask), { timeout: 20_000 }).toEqual({ mget: 1 });
    expect(await ask()).toEqual(['u_1']);
    await link.cut();
    try {
      const effectiveInMs = await writeConsent(url, WITHDRAW);
      const acknowledged = performance.now();
      expect(effectiveInMs).toBeGreaterThan(30_000);
      let stillShown = 0;
      let askedAfter = 0;
      while (performance.now() - acknowledged < effectiveInMs + 2_000) {
        const sent = performance.now();
        const shown = await ask();
        if (sent - acknowledged > effectiveInMs) {
          askedAfter += 1;
          expect(shown).toEqual([]);
        } else if (shown.length > 0) {
          stillShown += 1;
        }
        await sleep(100);
      }
      // Otherwise this test has not tried what it is for: the gateway went on reading the entry from Redis.
      expect(stillShown).toBeGreaterThan(0);
      expect(askedAfter).toBeGreaterThan(0);
    } finally {
      await link.mend();
    }
    await untilEffectiveAtOnce(GRANT);
    expect(await ask()).toEqual(['u_1']);
    expectNobodyCrashed();
  });

  it('absent from the start: the gateway answers all the same, from the source', async () => {
    const [other, at] = await startGateway(`redis://127.0.0.1:${String(await freePort())}`);
    try {
      const answer = await askForMarketing(at);
      expectSound(answer);
      expect(shownIn(answer)).toEqual(['u_1']);
    } finally {
      expect(await other.stop()).toBe(0);
    }
  });
});

describe('the consent subgraph', { timeout: 60_000 }, () => {
  it('killed right after it acknowledged: nothing is shown meanwhile, and nothing is lost', async () => {
    await untilEffectiveAtOnce(GRANT);
    expect(await ask()).toEqual(['u_1']);
    await untilEffectiveAtOnce(WITHDRAW);
    consent.signalGroup('SIGKILL');
    await consent.ended;

    const answer = await askForMarketing(url);
    expectSound(answer);
    expect(shownIn(answer)).toEqual([]);
    expect(Object.values(reasonsOf(answer))).toContain('CONSENT_UNAVAILABLE');
    const refused = await sendTo(url, { client: 'consent-desk', query: GRANT });
    expect(refused.errors.map(({ extensions }) => extensions)).toEqual([
      { code: 'SUBGRAPH_ERROR', serviceName: 'consent' },
    ]);

    consent = await startConsent();
    const back = await askForMarketing(url);
    expect(shownIn(back)).toEqual([]);
    expect(JSON.stringify(reasonsOf(back))).not.toContain('CONSENT_UNAVAILABLE');
    await untilEffectiveAtOnce(GRANT);
    expect(await ask()).toEqual(['u_1']);
    expect(gateway.isRunning()).toBe(true);
  });
});
