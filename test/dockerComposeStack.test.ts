import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseEnv, promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { makeComposeKeys } from '../subgraphs/makeComposeKeys.ts';
import { makeDemoToken } from '../subgraphs/makeDemoToken.ts';
import { freshDataDir } from './freshDataDir.ts';
import { readCompose } from './compose/composeFile.ts';
import type { ComposeService } from './compose/composeFile.ts';
import { freePort, startRedis } from './harness.ts';
import type { RedisServer } from './harness.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);

const answer = z.object({
  data: z.object({ users: z.array(z.object({ id: z.string(), email: z.string() })) }).optional(),
  errors: z.array(z.object({ extensions: z.object({ code: z.string() }) })).optional(),
});

/**
 * The commands, environments and health checks of `docker-compose.yml`, run as processes on loopback: every
 * service's address becomes a free port, and consents are kept in the embedded database instead of PostgreSQL.
 */
describe('the services of docker-compose.yml, together', () => {
  const processes: { readonly name: string; readonly end: () => Promise<unknown> }[] = [];
  let directory = '';
  let redis: RedisServer;
  let gateway = '';
  let services: readonly (readonly [name: string, service: ComposeService])[] = [];
  const ports = new Map<string, number>();

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sudare-stack-'));
    await makeComposeKeys(directory);
    redis = await startRedis();
    const compose = await readCompose();
    services = Object.entries(compose.services).filter(([, { build }]) => build !== undefined);
    ports.set('redis', redis.port);
    for (const [name] of services) ports.set(name, await freePort());
    gateway = `http://127.0.0.1:${String(ports.get('gateway'))}`;
    // In the order of their dependencies: the gateway last.
    const start = async ([name, service]: (typeof services)[number]): Promise<void> => {
      await startService(name, service, ports.get(name) ?? 0);
    };
    await Promise.all(services.filter(([name]) => name !== 'gateway').map(start));
    await Promise.all(services.filter(([name]) => name === 'gateway').map(start));
  });
  afterAll(async () => {
    for (const { name, end } of processes) expect(await end(), `exit code of ${name}`).toBe(0);
    await redis.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('are all healthy by their own health checks', () => {
    // Started only once the check of the one before had succeeded.
    expect(processes.map(({ name }) => name).toSorted()).toEqual(services.map(([name]) => name).toSorted());
  });

  it('show personal data to a client with a token, as far as people consented', async () => {
    const token = await makeDemoToken(directory, { client: 'mail-campaign', endUser: null });
    const { data, errors } = await ask({
      authorization: `Bearer ${token}`,
      'x-purpose': 'marketing.recommendation',
    });
    expect(errors).toBeUndefined();
    const shown = (data?.users ?? []).filter(({ email }) => !email.endsWith('.invalid')).map(({ id }) => id);
    expect(data?.users).toHaveLength(5);
    expect(shown).toEqual(['u_1']);
  });

  it.each([
    { name: 'without a token', given: {} },
    { name: 'with the header that --dev believes', given: { 'x-client-id': 'mail-campaign' } },
    { name: 'with a token that nobody signed', given: { authorization: 'Bearer e30.e30.' } },
  ])('answer nobody $name', async ({ given }) => {
    const { data, errors } = await ask(given);
    expect(data).toBeUndefined();
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
  });

  /** Puts this machine's ports for the services' names. */
  function local(text: string): string {
    return [...ports].reduce(
      (word, [name, port]) => word.replace(new RegExp(`//${name}:\\d+`), `//127.0.0.1:${String(port)}`),
      text,
    );
  }

  async function startService(name: string, service: ComposeService, port: number): Promise<void> {
    const { DATABASE_URL: database, ...settings } = service.environment;
    const args = service.command.slice(1).map((word) =>
      local(word)
        .replace(/^--host=.*/, '--host=127.0.0.1')
        .replace(/^--port=.*/, `--port=${String(port)}`)
        .replace('/run/secrets/jwks', join(directory, 'jwks.json')),
    );
    if (database !== undefined) args.push('--data', await freshDataDir());
    const variables = parseEnv(await readFile(join(directory, 'env'), 'utf8'));
    const environment = Object.entries({ ...settings, HOST: '127.0.0.1', PORT: String(port) }).map(
      ([key, value]) =>
        [
          key,
          local(value.replace(/^\$\{(\w+):\?.*\}$/, (_, variable: string) => variables[variable] ?? '')),
        ] as const,
    );
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: 'ignore',
      env: { ...process.env, ...Object.fromEntries(environment) },
    });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const end = async (): Promise<number | null> => {
      child.kill('SIGTERM');
      return await ended;
    };
    processes.unshift({ name, end });
    const [, , ...check] = service.healthcheck.test.map((word) =>
      word.replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${String(port)}`),
    );
    await untilHealthy(name, async () => await run(process.execPath, check));
  }

  async function ask(headers: Readonly<Record<string, string>>): Promise<z.infer<typeof answer>> {
    const response = await fetch(`${gateway}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query: '{ users(first: 5) { id email } }' }),
    });
    return answer.parse(await response.json());
  }
});

/** Tries as a health check does, whose own process takes a part of a second, for as long as a busy machine may take. */
async function untilHealthy(name: string, check: () => Promise<unknown>): Promise<void> {
  for (const deadline = Date.now() + 90_000; Date.now() < deadline; await sleep(1_000)) {
    const healthy = await check().then(
      () => true,
      () => false,
    );
    if (healthy) return;
  }
  throw new Error(`${name} did not become healthy.`);
}
