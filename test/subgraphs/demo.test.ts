import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../harness.ts';

const DEMO = fileURLToPath(new URL('../../subgraphs/demo.ts', import.meta.url));
const PATIENCE = 90_000;
const READY = 'Ctrl-C stops the demo.';

interface Demo {
  readonly process: ChildProcess;
  /** What it has printed so far, both streams. */
  printed(): string;
  readonly exit: Promise<number | null>;
}

const started: Demo[] = [];
let data = '';

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'sudare-demo-'));
});
afterEach(async () => {
  for (const demo of started.splice(0)) {
    demo.process.kill('SIGTERM');
    await demo.exit;
  }
});
afterAll(async () => {
  await rm(data, { recursive: true });
});

function run(...args: readonly string[]): Demo {
  const child = spawn(process.execPath, [DEMO, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  }
  const exit = once(child, 'close').then(([code]: unknown[]) => (typeof code === 'number' ? code : null));
  const demo = { process: child, printed: () => printed, exit };
  started.push(demo);
  return demo;
}

async function runKept(...more: readonly string[]): Promise<Demo> {
  return run('--port', String(await freePort()), '--data', join(data, 'kept'), ...more);
}

async function untilReady(demo: Demo): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  while (!demo.printed().includes(READY)) {
    if (demo.process.exitCode !== null || Date.now() > deadline)
      throw new Error(`Not ready:\n${demo.printed()}`);
    await wait(50);
  }
}

/** What a printed curl line sends, pasted here instead of into a shell. */
async function paste(line: string): Promise<string> {
  const url = /curl -s (\S+)/.exec(line)?.[1] ?? '';
  const headers = [...line.matchAll(/-H '([^:]+): ([^']+)'/g)].map((match) => [
    match[1] ?? '',
    match[2] ?? '',
  ]);
  const body = /-d '([^']+)'/.exec(line)?.[1] ?? '';
  const response = await fetch(url, { method: 'POST', headers: Object.fromEntries(headers), body });
  return await response.text();
}

function curlLines(demo: Demo): readonly string[] {
  return demo
    .printed()
    .split('\n')
    .filter((line) => line.startsWith('curl '));
}

/** Which of the five have their name shown, by the ids of the users in an answer. */
function shown(answer: string): readonly string[] {
  return [...answer.matchAll(/"id":"(u_\d)","name":"([^"█]+)"/g)].map((match) => match[1] ?? '');
}

/** Who is shown to the campaign now. */
async function consenting(demo: Demo): Promise<readonly string[]> {
  return shown(await paste(curlLines(demo)[1] ?? ''));
}

function urlOf(demo: Demo): string {
  return /http:\S+/.exec(demo.printed())?.[0] ?? '';
}

async function answersAt(url: string): Promise<boolean> {
  return await fetch(url).then(
    () => true,
    () => false,
  );
}

async function withdraw(demo: Demo): Promise<string> {
  const query =
    'mutation { withdrawConsent(subject: "user:u_1", purpose: "marketing.recommendation") { effectiveInMs } }';
  const headers = `-H 'content-type: application/json' -H 'x-client-id: consent-desk'`;
  const body = JSON.stringify({ query });
  return await paste(`curl -s ${urlOf(demo)} ${headers} -d '${body}'`);
}

describe('npm start', () => {
  it.each([
    { name: 'explains itself', given: ['--help'], expected: { code: 0, says: /^Usage: npm start/ } },
    {
      name: 'refuses an unknown flag',
      given: ['--prot', '1'],
      expected: { code: 2, says: /Unknown flag --prot/ },
    },
    { name: 'refuses a bad port', given: ['--port', '0'], expected: { code: 2, says: /from 1 to 65535/ } },
  ])('$name', async ({ given, expected }) => {
    const demo = run(...given);
    expect(await demo.exit).toBe(expected.code);
    expect(demo.printed()).toMatch(expected.says);
  });

  it('says at once when its port is in use, and starts nothing', async () => {
    const other = createServer().listen(await freePort(), '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const folder = join(data, 'unused');
    const demo = run('--port', String(port), '--data', folder);
    expect(await demo.exit).toBe(1);
    expect(demo.printed()).toMatch(
      /in use\. Stop what listens there, or choose another: npm start -- --port/,
    );
    expect(await readdir(data)).not.toContain('unused');
    other.close();
  });

  it('stops what it has started when interrupted half-way', { timeout: PATIENCE }, async () => {
    const port = await freePort();
    const demo = run('--port', String(port), '--data', join(data, 'interrupted'));
    while (!demo.printed().includes('starting')) await wait(20);
    await wait(300);
    demo.process.kill('SIGTERM');
    expect(await demo.exit).toBe(0);
    expect(demo.printed()).not.toContain(READY);
    expect(await readdir(join(data, 'interrupted'))).not.toContain('demo.pid');
    await expect(fetch(`http://127.0.0.1:${String(port)}/graphql`)).rejects.toThrow('fetch failed');
  });
});

/** One after the other in the same folder, each with what the one before left there. */
describe('npm start, four times', { timeout: 2 * PATIENCE }, () => {
  it('shows the same query masked, partly shown and shown, and stops on Ctrl-C', async () => {
    const demo = await runKept();
    await untilReady(demo);

    const answers = await Promise.all(curlLines(demo).map(paste));
    expect(answers.map(shown)).toEqual([[], ['u_1'], ['u_1', 'u_2', 'u_3', 'u_5']]);
    // What is printed is what was answered: the same names, and each masked row with its reason.
    const names = [...(answers[2] ?? '').matchAll(/"name":"([^"█]+)"/g)].map((match) => match[1] ?? '');
    for (const name of names) expect(demo.printed()).toContain(name);
    expect(demo.printed()).toMatch(
      /u_2 .*CONSENT_REFUSED\n.*u_3 .*CONSENT_WITHDRAWN\n.*u_4 .*SUSPENDED\n.*u_5 .*CONSENT_NOT_GIVEN\n/,
    );

    const second = await runKept();
    expect(await second.exit).toBe(1);
    expect(second.printed()).toMatch(/already uses .*--data/);

    expect(await withdraw(demo)).toContain('"effectiveInMs":0');
    expect(await consenting(demo)).toEqual([]);

    const asked = Date.now();
    demo.process.kill('SIGINT');
    // npm passes the terminal's Ctrl-C on, so it may come twice.
    demo.process.kill('SIGINT');
    expect(await demo.exit).toBe(0);
    expect(Date.now() - asked).toBeLessThan(8_000);
    await expect(fetch(urlOf(demo))).rejects.toThrow('fetch failed');
    expect((await readdir(join(data, 'kept'))).toSorted()).toEqual(['caller.key', 'consent', 'gateway.log']);
  });

  it('has kept what was withdrawn, and stops and says so when its gateway dies', async () => {
    const demo = await runKept();
    await untilReady(demo);
    expect(await consenting(demo)).toEqual([]);

    process.kill(Number(/gateway is process (\d+)/.exec(demo.printed())?.[1]), 'SIGKILL');
    expect(await demo.exit).toBe(1);
    expect(demo.printed()).toMatch(/The gateway was ended by SIGKILL\. What it said is in .*gateway\.log/);
  });

  it('leaves nothing running when it is killed itself', async () => {
    const demo = await runKept();
    await untilReady(demo);
    demo.process.kill('SIGKILL');
    expect(await demo.exit).toBeNull();
    await expect.poll(async () => await answersAt(urlOf(demo)), { timeout: 15_000 }).toBe(false);
  });

  it('starts afresh with --reset', async () => {
    const demo = await runKept('--reset');
    await untilReady(demo);
    expect(await consenting(demo)).toEqual(['u_1']);
  });
});
