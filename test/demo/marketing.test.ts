import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sendTo } from '../gatewayHarness.ts';
import { freePort } from '../harness.ts';
import {
  ALL_MASKED,
  askForMarketing,
  FIVE_USERS,
  GRANT,
  reasonsOf,
  shownIn,
  usersOf,
  WITHDRAW,
  writeConsent,
} from './marketing.ts';
import { startCommand, startFile, type RunningCommand } from './startCommand.ts';
import { freshDataDir } from '../freshDataDir.ts';

const START_MS = 120_000;
const READY = /Ctrl-C stops the demo/;

let data = '';
const running: RunningCommand[] = [];

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'sudare-marketing-'));
});
afterAll(async () => await rm(data, { recursive: true, force: true }));

interface Demo extends RunningCommand {
  readonly port: number;
  readonly url: string;
  /** Where the consent subgraph listens. */
  readonly consentPort: number;
}

/** Starts the demo and waits until it has said all it says. */
async function startDemo(
  how: 'npm start' | 'file',
  folder: string,
  ...more: readonly string[]
): Promise<Demo> {
  const port = await freePort();
  const consents = join(data, folder, 'consent');
  if (!existsSync(consents)) await freshDataDir(consents);
  const args = ['--port', String(port), '--data', join(data, folder), ...more];
  const demo =
    how === 'file' ? startFile('subgraphs/demo.ts', args) : startCommand('npm', ['start', '--', ...args]);
  running.push(demo);
  await demo.prints(READY);
  const consent = /--consent-url http:\/\/127\.0\.0\.1:(\d+)/.exec(processesOf(port).join('\n'));
  return {
    ...demo,
    port,
    url: `http://127.0.0.1:${String(port)}/graphql`,
    consentPort: Number(consent?.[1]),
  };
}

async function stopAll(): Promise<void> {
  for (const demo of running.splice(0)) await demo.stop();
}

/** Whether anything listens on a port of this machine. */
async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const answered = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  socket.destroy();
  return answered;
}

/** Command lines of the processes of the demo whose gateway is to listen on a port. */
function processesOf(port: number): readonly string[] {
  return execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(`--port ${String(port)}`));
}

describe('the demo', { timeout: START_MS }, () => {
  let demo: Demo;
  beforeAll(async () => {
    demo = await startDemo('file', 'main');
  }, START_MS);
  afterAll(stopAll);

  it('shows marketing the one who consented, and masks the others each for the reason on record', async () => {
    const answer = await askForMarketing(demo.url);

    expect(answer.status).toBe(200);
    expect(answer.errors).toEqual([]);
    const [first, ...others] = usersOf(answer);
    expect(first?.id).toBe('u_1');
    expect(first?.email).toMatch(/^[^█@]+@example\.(com|org)$/);
    expect(first?.phone).toMatch(/^\+81 [\d-]+$/);
    expect(JSON.stringify(first)).not.toContain('█');
    expect(others).toEqual(['u_2', 'u_3', 'u_4', 'u_5'].map((id) => ({ id, ...ALL_MASKED })));
    expect(reasonsOf(answer)).toEqual(
      Object.fromEntries(
        ['User.name', 'User.email', 'User.phone', 'Address.prefecture', 'Address.street'].flatMap((field) => [
          [`${field} 1`, 'CONSENT_REFUSED'],
          [`${field} 2`, 'CONSENT_WITHDRAWN'],
          [`${field} 3`, 'SUSPENDED'],
          [`${field} 4`, 'CONSENT_NOT_GIVEN'],
        ]),
      ),
    );
  });

  it('lets support read all five but the one who suspended the use of their data', async () => {
    const answer = await sendTo(demo.url, { purpose: 'service.support', query: FIVE_USERS });
    expect(shownIn(answer)).toEqual(['u_1', 'u_2', 'u_3', 'u_5']);
    expect(new Set(Object.values(reasonsOf(answer)))).toEqual(new Set(['SUSPENDED']));
    expect(answer.text).not.toContain('null');
  });

  it('lets end users read about themselves and nobody else', async () => {
    const answer = await sendTo(demo.url, {
      client: 'my-page',
      purpose: 'rights.access',
      headers: { 'x-end-user': 'user:u_2' },
      query: FIVE_USERS,
    });
    expect(shownIn(answer)).toEqual(['u_2']);
    expect(new Set(Object.values(reasonsOf(answer)))).toEqual(new Set(['SELF_MISMATCH']));

    const nobody = await sendTo(demo.url, {
      client: 'my-page',
      purpose: 'rights.access',
      query: FIVE_USERS,
    });
    expect(shownIn(nobody)).toEqual([]);
  });

  it.each([
    { name: 'a client without the right', given: { client: 'mail-campaign' } },
    {
      name: 'a client without the right that declares a purpose',
      given: { client: 'mail-campaign', purpose: 'marketing.recommendation' },
    },
    {
      name: 'another end user',
      given: { client: 'my-page', headers: { 'x-end-user': 'user:u_1' } },
    },
    { name: 'no end user', given: { client: 'my-page' } },
    {
      name: 'an end user named in another namespace',
      given: { client: 'my-page', headers: { 'x-end-user': 'u_2' } },
    },
  ])('refuses that $name grants consent for u_2', async ({ given }) => {
    const query =
      'mutation { grantConsent(subject: "user:u_2", purpose: "marketing.recommendation") { effectiveInMs } }';
    const answer = await sendTo(demo.url, { ...given, query });
    expect(answer.status).toBe(403);
    expect(answer.data ?? null).toBeNull();
    expect(answer.errors.map(({ extensions }) => extensions['code'])).toEqual(['CONSENT_WRITE_FORBIDDEN']);
    expect(shownIn(await askForMarketing(demo.url))).toEqual(['u_1']);
  });

  it('masks at once what the consent desk has withdrawn, and shows it again once granted', async () => {
    expect(await writeConsent(demo.url, WITHDRAW)).toBe(0);
    const masked = await askForMarketing(demo.url);
    expect(shownIn(masked)).toEqual([]);
    expect(reasonsOf(masked)).toMatchObject({ 'User.email 0,2': 'CONSENT_WITHDRAWN' });

    expect(await writeConsent(demo.url, GRANT)).toBe(0);
    expect(shownIn(await askForMarketing(demo.url))).toEqual(['u_1']);
  });

  it('obeys every turn of a hundred withdrawals and grants', async () => {
    for (let turn = 0; turn < 50; turn += 1) {
      await writeConsent(demo.url, WITHDRAW);
      expect(shownIn(await askForMarketing(demo.url))).toEqual([]);
      await writeConsent(demo.url, GRANT);
      expect(shownIn(await askForMarketing(demo.url))).toEqual(['u_1']);
    }
  });

  it('lets end users give and withdraw for themselves', async () => {
    const asUser = async (mutation: string) =>
      await sendTo(demo.url, {
        client: 'my-page',
        headers: { 'x-end-user': 'user:u_5' },
        query: `mutation { ${mutation}(subject: "user:u_5", purpose: "marketing.recommendation") { effectiveInMs } }`,
      });
    expect((await asUser('grantConsent')).data).toEqual({ grantConsent: { effectiveInMs: 0 } });
    expect(shownIn(await askForMarketing(demo.url))).toEqual(['u_1', 'u_5']);
    expect((await asUser('withdrawConsent')).data).toEqual({ withdrawConsent: { effectiveInMs: 0 } });
    expect(shownIn(await askForMarketing(demo.url))).toEqual(['u_1']);
  });
});

describe('from run to run', { timeout: 4 * START_MS }, () => {
  afterEach(stopAll);

  it('keeps consents, also over a crash, until told to start afresh', async () => {
    const first = await startDemo('file', 'kept');
    expect(await writeConsent(first.url, WITHDRAW)).toBe(0);
    expect(await first.stop()).toBe(0);

    const second = await startDemo('file', 'kept');
    expect(shownIn(await askForMarketing(second.url))).toEqual([]);
    await writeConsent(second.url, GRANT);
    // A crash right after the answer: what was acknowledged must be there.
    second.signalGroup('SIGKILL');
    await second.ended;
    const gateway = Number(/gateway is process (\d+)/.exec(second.standardOutput())?.[1]);
    expect(gateway).toBeGreaterThan(0);
    process.kill(gateway, 'SIGKILL');

    const third = await startDemo('file', 'kept');
    expect(shownIn(await askForMarketing(third.url))).toEqual(['u_1']);
    await writeConsent(third.url, WITHDRAW);
    await third.stop();

    const fresh = await startDemo('file', 'kept', '--reset');
    expect(shownIn(await askForMarketing(fresh.url))).toEqual(['u_1']);
  });
});

describe('Ctrl-C', { timeout: 2 * START_MS }, () => {
  afterEach(stopAll);

  it.each([
    { name: 'SIGINT to all of the terminal’s processes', how: 'npm start', stop: 'group', signal: 'SIGINT' },
    { name: 'SIGTERM to npm alone', how: 'npm start', stop: 'alone', signal: 'SIGTERM' },
    { name: 'SIGINT to the demo alone', how: 'file', stop: 'alone', signal: 'SIGINT' },
  ] as const)('stops everything and frees its ports: $name', async ({ how, stop, signal }) => {
    const folder = `${how}-${stop}`.replace(' ', '-');
    const demo = await startDemo(how, folder);
    expect(processesOf(demo.port)).not.toEqual([]);
    const asked = performance.now();

    if (stop === 'group') demo.signalGroup(signal);
    else demo.signal(signal);
    await demo.ended;
    while (processesOf(demo.port).length > 0 && performance.now() - asked < 10_000) await sleep(50);

    expect(performance.now() - asked).toBeLessThan(8_000);
    expect(demo.standardOutput()).toContain('Stopped.');
    expect(await listens(demo.port)).toBe(false);
    expect(await listens(demo.consentPort)).toBe(false);
  });

  it('answers what is in flight, or cuts it off, and ends well all the same', async () => {
    const demo = await startDemo('file', 'flight');
    // Clients that keep asking, one that never finishes asking, and one that keeps its connection open.
    const enough = new AbortController();
    const outcomes: string[] = [];
    const ask = async (): Promise<void> => {
      while (!enough.signal.aborted) {
        const outcome = await askForMarketing(demo.url).then(
          (answer) =>
            answer.status === 200 && answer.errors.length === 0 ? shownIn(answer).join() : answer.text,
          () => 'cut off',
        );
        outcomes.push(outcome);
        if (outcome === 'cut off') await sleep(20);
      }
    };
    const clients = [ask(), ask(), ask()];
    const half = httpRequest({
      host: '127.0.0.1',
      port: demo.port,
      path: '/graphql',
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': '1000' },
    });
    half.on('error', () => undefined);
    half.write('{"query":');
    const idle = connect(demo.port, '127.0.0.1');
    idle.on('error', () => undefined);
    await sleep(500);
    const asked = performance.now();

    demo.signalGroup('SIGINT');
    const how = await demo.ended;

    expect(how).toBe(0);
    expect(performance.now() - asked).toBeLessThan(10_000);
    enough.abort();
    await Promise.all(clients);
    half.destroy();
    idle.destroy();
    expect(new Set(outcomes)).toEqual(new Set(['u_1', 'cut off']));
    expect(demo.standardError()).toBe('');
    expect(demo.standardOutput()).toContain('Stopped.');
    expect(await listens(demo.port)).toBe(false);
  });
});
