import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { generatePeople } from '../../subgraphs/people.ts';
import { createClient, type SoakAnswer, type SoakClient } from './client.ts';
import { PURPOSE, say } from './consents.ts';
import { startSoakWorld, type SoakWorld } from './startSoakWorld.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NAME = generatePeople()[0]?.name ?? '';
const ASK = { query: '{ user(id: "u_1") { name trade } }', client: 'mail-campaign', purpose: PURPOSE };

let world: SoakWorld;
let first: SoakClient;
let second: SoakClient;
let through: SoakClient;

beforeAll(async () => {
  world = await startSoakWorld({ folder: ROOT, noticeSeconds: 1 });
  first = createClient(world.urls[0], world.keys);
  second = createClient(world.urls[1], world.keys);
  through = createClient(world.balancer.url, world.keys);
  await say(first, 'grantConsent', 'u_1');
}, 240_000);
afterAll(async () => {
  await Promise.all([first.close(), second.close(), through.close()]);
  await world.close();
});

/** Asks both until both answer as expected. */
async function bothCome(
  to: (answer: SoakAnswer) => unknown,
  expected: unknown,
  request = ASK,
): Promise<void> {
  for (const client of [first, second]) {
    await vi.waitFor(async () => expect(to(await client.send(request))).toEqual(expected), {
      timeout: 15_000,
      interval: 100,
    });
  }
}

/** Asks through the balancer, eight at a time, while something happens. */
async function meanwhile(work: () => Promise<void>): Promise<readonly SoakAnswer[]> {
  const answers: SoakAnswer[] = [];
  const over = new AbortController();
  const asking = Array.from({ length: 8 }, async () => {
    while (!over.signal.aborted) {
      answers.push(await through.send(ASK));
      await sleep(5);
    }
  });
  await work();
  over.abort();
  await Promise.all(asking);
  return answers;
}

const failures = (answers: readonly SoakAnswer[]) =>
  answers.flatMap(({ problem, errors }) =>
    problem === null && errors.length === 0 ? [] : [{ problem, errors }],
  );

describe('two gateways behind a balancer', { timeout: 120_000 }, () => {
  it('are both asked, and both see at once what one of them was told', async () => {
    await bothCome(({ data }) => data, { user: { name: NAME, trade: expect.any(String) } });
    const { effectiveInMs } = await say(first, 'withdrawConsent', 'u_1');
    expect(effectiveInMs).toBe(0);
    expect((await second.send(ASK)).text).not.toContain(NAME);
    expect((await first.send(ASK)).text).not.toContain(NAME);
    await say(second, 'grantConsent', 'u_1');
    await bothCome(({ data }) => data, { user: { name: NAME, trade: expect.any(String) } });
  });

  it('both take a policy that changes', async () => {
    const policy = await readFile(world.files.policy, 'utf8');
    await writeFile(world.files.policy, policy.replace('  mail-campaign:\n', '  other-campaign:\n'));
    await bothCome(({ problem }) => problem?.includes('CLIENT_UNKNOWN'), true);
    await writeFile(world.files.policy, policy);
    await bothCome(({ problem }) => problem, null);
  });

  it('both take a supergraph that changes, and neither a bad one', async () => {
    const supergraph = await readFile(world.files.supergraph, 'utf8');
    const ask = { ...ASK, query: '{ user(id: "u_1") { plan } }' };
    await writeFile(world.files.supergraph, 'type Query {');
    await sleep(800);
    await bothCome(({ problem }) => problem, null, ask);
    await writeFile(world.files.supergraph, supergraph.replace(/^ {2}plan: Plan! .*\n/m, ''));
    await bothCome(({ problem }) => problem?.includes('GRAPHQL_VALIDATION_FAILED'), true, ask);
    await writeFile(world.files.supergraph, supergraph);
    await bothCome(({ problem }) => problem, null, ask);
  });

  it('take new keys without refusing anybody', async () => {
    const answers = await meanwhile(
      async () => await world.keys.rotate(async () => await sleep(1_000), through.settled),
    );
    expect(failures(answers)).toEqual([]);
    expect(answers.length).toBeGreaterThan(50);
  });

  it('lose no request when one of them is stopped and comes back', async () => {
    const [gateway] = world.gateways;
    const answers = await meanwhile(async () => {
      await gateway.stop();
      expect(gateway.outcome()).toBe(0);
      await gateway.start();
      await vi.waitFor(() => expect(world.balancer.ready()).toEqual([true, true]), { timeout: 10_000 });
    });
    expect(failures(answers)).toEqual([]);
    expect(answers.length).toBeGreaterThan(50);
    for (const each of world.gateways) expect(each.crashes()).toBe(0);
  });
});
