import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { constants, openSync, writeSync, closeSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { request, Agent } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startCommand, startFile, type RunningCommand } from '../../demo/startCommand.ts';
import { LISTENING, villageFiles } from '../../demo/startVillage.ts';
import { startStub, type StubServer } from '../../demo/stubServer.ts';
import { consentSource, subgraph } from '../../demo/village.ts';
import { freePort, startRedis, type RedisServer } from '../../harness.ts';

/** What docs/operating.md states: all that is waited for after notice and drain, and a little for a slow machine. */
const AFTERWARDS_MS = 18_000 + 4_000;
const ASK = { query: '{ people { name title } }' };

let people: StubServer;
let work: StubServer;
let consent: StubServer;
let folder = '';
let opened: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  [people, work, consent] = await Promise.all([
    startStub(subgraph('people')),
    startStub(subgraph('work')),
    startStub(consentSource()),
  ]);
  folder = await villageFiles(
    new Map([
      ['people', people.url],
      ['work', work.url],
    ]),
  );
  opened = [async () => await rm(folder, { recursive: true, force: true })];
});
afterEach(async () => {
  for (const close of opened.toReversed()) await close();
  await Promise.all([people.down(), work.down(), consent.down()]);
});

interface Gateway {
  readonly process: RunningCommand;
  readonly url: URL;
}

/** A stop has a notice of one second and two for requests. */
const TIMES = { SUDARE_SERVER_NOTICE_SECONDS: '1', SUDARE_SERVER_DRAIN_SECONDS: '2' };

const argsOf = (args: readonly string[]): readonly string[] => [
  'start',
  '--dev',
  '--unverified',
  `--supergraph=${join(folder, 'supergraph.graphql')}`,
  `--policy=${join(folder, 'policy.yaml')}`,
  `--consent-url=${consent.url}`,
  ...args,
];

function killedAfterwards(process: RunningCommand): RunningCommand {
  opened.push(async () => {
    if (process.isRunning()) process.signal('SIGKILL');
    await process.ended;
  });
  return process;
}

async function start(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Gateway> {
  const process = killedAfterwards(
    startFile('gateway/cli.ts', argsOf(['--port=0', ...args]), { ...TIMES, ...environment }),
  );
  const [, url = ''] = await process.prints(LISTENING);
  return { process, url: new URL(url) };
}

interface Answer {
  readonly status: number;
  readonly connection: string | undefined;
  readonly body: string;
}

async function ask({ url }: Gateway, agent: Agent, path = url.pathname): Promise<Answer> {
  const sent = request({
    host: url.hostname,
    port: url.port,
    path,
    agent,
    method: path === url.pathname ? 'POST' : 'GET',
    headers: {
      'content-type': 'application/json',
      'x-client-id': 'support-desk',
      'x-purpose': 'service.support',
    },
  });
  sent.end(path === url.pathname ? JSON.stringify(ASK) : undefined);
  const [answer] = await once(sent, 'response');
  const body = await text(answer);
  return { status: answer.statusCode, connection: answer.headers.connection, body };
}

/** How it ended, and after how many ms from now. */
async function end({ process }: Gateway) {
  const began = performance.now();
  const how = await process.ended;
  return { how, ms: performance.now() - began };
}

describe('a gateway that is told to stop', { timeout: 120_000 }, () => {
  it('says that it is not ready, finishes what was asked, keeps its record and checkpoints, and ends with 0', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    await writeFile(join(folder, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const gateway = await start([
      `--audit-file=${join(folder, 'record.ndjson')}`,
      // Records would wait far longer than the test does.
      '--audit=best-effort',
      '--audit-flush=60000',
      `--audit-checkpoints=${join(folder, 'checkpoints')}`,
      `--audit-signing-key=${join(folder, 'key.pem')}`,
    ]);
    const kept = new Agent({ keepAlive: true });
    opened.push(async () => await Promise.resolve(kept.destroy()));
    expect(await ask(gateway, kept)).toMatchObject({ status: 200, connection: 'keep-alive' });
    expect((await ask(gateway, kept, '/health/ready')).status).toBe(200);

    const good = subgraph('people');
    const arrived = Promise.withResolvers<void>();
    people.behave(async (body) => {
      arrived.resolve();
      await sleep(2_000);
      return await good(body);
    });
    const slow = ask(gateway, new Agent());
    await arrived.promise;
    people.behave(good);
    gateway.process.signal('SIGTERM');
    const ending = end(gateway);
    await gateway.process.prints(/"msg":"stopping"/);

    const ready = await ask(gateway, kept, '/health/ready');
    expect(ready).toMatchObject({ status: 503, connection: 'close' });
    expect(ready.body).toContain('draining');
    expect(await ask(gateway, kept)).toMatchObject({ status: 200, connection: 'close' });
    expect((await ask(gateway, kept, '/health/live')).status).toBe(200);
    // A second one, and a Ctrl-C on top, change nothing.
    gateway.process.signal('SIGTERM');
    gateway.process.signal('SIGINT');

    const answer = await slow;
    expect(answer).toMatchObject({ status: 200, connection: 'close' });
    expect(answer.body).toContain('Ada Canary');
    const { how, ms } = await ending;
    expect(how).toBe(0);
    expect(ms).toBeLessThan(3_000 + AFTERWARDS_MS);
    const record = await readFile(join(folder, 'record.ndjson'), 'utf8');
    expect(record.trim().split('\n')).toHaveLength(3);
    const checkpoints = await readFile(join(folder, 'checkpoints'), 'utf8');
    expect(checkpoints.trim().split('\n').length).toBeGreaterThan(0);
  });

  it('ends with 0 in time, be everything that it talks to silent', async () => {
    const redis: RedisServer = await startRedis();
    opened.push(redis.stop);
    const gateway = await start(
      [`--redis-url=${redis.url}`, `--audit-file=${join(folder, 'record.ndjson')}`],
      {
        SUDARE_CACHE_KEY: Buffer.alloc(32, 8).toString('base64'),
      },
    );
    expect((await ask(gateway, new Agent())).status).toBe(200);

    await redis.pause();
    consent.behave(async () => await Promise.resolve('hang' as const));
    const cut = ask(gateway, new Agent()).catch((error: unknown) => error);
    work.behave(async () => await Promise.resolve('hang' as const));
    const alsoCut = ask(gateway, new Agent()).catch((error: unknown) => error);
    const stalled = connect(Number(gateway.url.port), '127.0.0.1');
    stalled.on('error', () => undefined);
    stalled.write('POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 100\r\n\r\n{');
    await sleep(300);

    gateway.process.signal('SIGTERM');
    const { how, ms } = await end(gateway);
    await redis.resume();
    stalled.destroy();
    await Promise.all([cut, alsoCut]);
    expect(how).toBe(0);
    expect(ms).toBeLessThan(3_000 + AFTERWARDS_MS);
  });

  it.runIf(process.platform === 'linux')(
    'serves, and ends with 0, where the disk under its log is full',
    async () => {
      const port = await freePort();
      const url = new URL(`http://127.0.0.1:${port}/graphql`);
      const args = argsOf([`--port=${port}`, `--audit-file=${join(folder, 'record.ndjson')}`]);
      const gateway = {
        process: killedAfterwards(onFullDisk(args)),
        url,
      };
      const answers = async (): Promise<unknown> => await ask(gateway, new Agent()).catch(() => null);
      while (gateway.process.isRunning() && (await answers()) === null) await sleep(50);
      expect(await ask(gateway, new Agent())).toMatchObject({ status: 200 });
      // The lines of requests, which wait for a second.
      await sleep(1_200);
      expect(await ask(gateway, new Agent())).toMatchObject({ status: 200 });
      gateway.process.signal('SIGTERM');
      const { how, ms } = await end(gateway);
      expect(how).toBe(0);
      expect(ms).toBeLessThan(3_000 + AFTERWARDS_MS);
    },
  );

  it.runIf(process.platform === 'linux')(
    'says by its exit code that it was given wrong settings, where the disk under its log is full',
    async () => {
      expect(await killedAfterwards(onFullDisk(argsOf(['--port=none']))).ended).toBe(2);
    },
  );

  it.runIf(process.platform === 'linux')(
    'ends in time where the disk under its record hangs, as a crash would',
    async () => {
      const file = join(folder, 'record.fifo');
      await once(spawn('mkfifo', [file]), 'exit');
      // It opens the pipe and reads nothing.
      const reader: ChildProcess = spawn('sh', ['-c', `exec 3<"$0"; exec sleep 120`, file], {
        stdio: 'ignore',
      });
      opened.push(async () => {
        reader.kill('SIGKILL');
        await Promise.resolve();
      });
      const gateway = await start([`--audit-file=${file}`]);
      fill(file);
      const refused = ask(gateway, new Agent()).catch((error: unknown) => error);
      await sleep(300);
      gateway.process.signal('SIGTERM');
      const { how, ms } = await end(gateway);
      await refused;
      expect(how).toBe('SIGKILL');
      expect(ms).toBeLessThan(3_000 + AFTERWARDS_MS);
    },
  );
});

/** A gateway whose standard error takes nothing, as a file on a disk that is full. */
function onFullDisk(args: readonly string[]): RunningCommand {
  const [node, shell] = [process.execPath, 'exec "$0" "$@" 2>/dev/full'];
  return startCommand('sh', ['-c', shell, node, 'gateway/cli.ts', ...args], TIMES);
}

/** Writes into a pipe until it takes no more. */
function fill(file: string): void {
  const pipe = openSync(file, constants.O_WRONLY | constants.O_NONBLOCK);
  try {
    for (;;) writeSync(pipe, Buffer.alloc(4_096));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
  } finally {
    closeSync(pipe);
  }
}
