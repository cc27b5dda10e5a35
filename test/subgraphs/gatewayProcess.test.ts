import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGatewayProcess } from '../../subgraphs/gatewayProcess.ts';
import { freePort } from '../harness.ts';

const GATEWAY_PROCESS = new URL('../../subgraphs/gatewayProcess.ts', import.meta.url).href;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sudare-gateway-process-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** A process that answers 400 to everything, as a gateway does that was told no client. */
const ANSWERING = `import('node:http').then(({ createServer }) => createServer((_, response) => {
  response.statusCode = 400;
  response.end();
}).listen(process.env.PORT, '127.0.0.1', () => console.log('pid ' + process.pid)))`;

/** One that does not mind being asked to end. */
const STUBBORN = `process.on('SIGTERM', () => console.log('asked to end')); ${ANSWERING}`;

async function start(
  script: string,
  given: { readonly patience?: number; readonly signal?: AbortSignal } = {},
) {
  const port = await freePort();
  return await startGatewayProcess({
    args: ['-e', script],
    env: { PORT: String(port) },
    url: `http://127.0.0.1:${String(port)}/graphql`,
    log: join(folder, 'gateway.log'),
    patience: given.patience ?? 20_000,
    signal: given.signal ?? new AbortController().signal,
  });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function answers(url: string): Promise<boolean> {
  return await fetch(url, { method: 'POST' }).then(
    () => true,
    () => false,
  );
}

async function pidInLog(): Promise<number> {
  return Number(/pid (\d+)/.exec(await readFile(join(folder, 'gateway.log'), 'utf8'))?.[1]);
}

describe('the gateway as a process of its own', () => {
  it('is there once it answers, whatever it answers, and gone once stopped', async () => {
    const gateway = await start(ANSWERING);
    const pid = await pidInLog();
    expect(isAlive(pid)).toBe(true);
    await gateway.stop();
    expect(isAlive(pid)).toBe(false);
    expect(await gateway.ended).toBe('was ended by SIGTERM');
    await gateway.stop();
  });

  it('says so when it ends by itself', async () => {
    const gateway = await start(`${ANSWERING}; setTimeout(() => process.exit(7), 1500)`);
    expect(await gateway.ended).toBe('ended with exit code 7');
  });

  it('fails with what it said when it ends before it answers', async () => {
    await expect(start(`console.error('Expected a policy.'); process.exit(3)`)).rejects.toThrow(
      /ended with exit code 3\. It said:\n\n {2}Expected a policy\./,
    );
  });

  it('fails and leaves nothing running when it never answers', async () => {
    await expect(
      start(`console.log('pid ' + process.pid); setInterval(() => {}, 1000)`, { patience: 1_000 }),
    ).rejects.toThrow(/did not answer at http:\S+ within 1 seconds/);
    expect(isAlive(await pidInLog())).toBe(false);
  });

  it('is not waited for any longer once the start is given up', async () => {
    const signal = AbortSignal.timeout(500);
    await expect(
      start(`console.log('pid ' + process.pid); setInterval(() => {}, 1000)`, { signal }),
    ).rejects.toThrow(/was not waited for/);
    expect(isAlive(await pidInLog())).toBe(false);
  });

  it.each([
    { name: 'by itself', given: ANSWERING, says: '' },
    { name: 'also when it does not do as asked', given: STUBBORN, says: 'asked to end' },
  ])('ends $name when whoever started it is killed', async ({ given, says }) => {
    const port = await freePort();
    const log = join(folder, 'orphan.log');
    const options = {
      args: ['-e', given],
      env: { PORT: String(port) },
      url: `http://127.0.0.1:${String(port)}/graphql`,
      log,
      patience: 20_000,
    };
    const script = `
      const { startGatewayProcess } = await import(${JSON.stringify(GATEWAY_PROCESS)});
      const signal = new AbortController().signal;
      await startGatewayProcess({ ...${JSON.stringify(options)}, signal });
      console.log('started');`;
    const launcher = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(launcher, 'exit');
    await once(launcher.stdout, 'data');
    const pid = Number(/pid (\d+)/.exec(await readFile(log, 'utf8'))?.[1]);
    try {
      launcher.kill('SIGKILL');
      expect(await ended).toEqual([null, 'SIGKILL']);
      await expect.poll(async () => await answers(options.url), { timeout: 15_000 }).toBe(false);
      expect(await readFile(log, 'utf8')).toContain(says);
    } finally {
      if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    }
  });
});
