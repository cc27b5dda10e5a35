import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SoakClient } from './client.ts';
import type { Expectations } from './expectations.ts';
import type { SoakWorld } from './startSoakWorld.ts';

/** Something that happens to gateways in service. */
export interface Disturbance {
  readonly name: string;
  readonly happen: () => Promise<void>;
}

/** What gateways need to notice a file that changed, in ms. */
const NOTICED_MS = 1_500;
const AWAY_MS = 2_000;

/** All of them, in the order in which they come. */
export async function disturbancesOf(
  world: SoakWorld,
  client: SoakClient,
  expectations: Expectations,
): Promise<readonly Disturbance[]> {
  const { files, redis, jobs, keys, gateways, balancer } = world;
  const policy = await readFile(files.policy, 'utf8');
  const supergraph = await readFile(files.supergraph, 'utf8');
  let revision = 0;
  return [
    {
      name: 'policy reload',
      async happen() {
        revision += 1;
        // A bad one first, which is refused.
        await writeFile(files.policy, policy.replace('purposes:', 'purpozes:'));
        await sleep(NOTICED_MS);
        await writeFile(
          files.policy,
          policy.replace('name: Mail campaigns', `name: Mail campaigns ${String(revision)}`),
        );
      },
    },
    {
      name: 'supergraph change',
      async happen() {
        revision += 1;
        await writeFile(files.supergraph, 'type Query {');
        await sleep(NOTICED_MS);
        const isLess = revision % 2 === 0;
        const sdl = isLess ? supergraph.replace(/^ {2}plan: Plan! .*\n/m, '') : supergraph;
        await writeFile(files.supergraph, `# ${String(revision)}\n${sdl}`);
      },
    },
    {
      name: 'Redis restart',
      async happen() {
        expectations.isDisturbed();
        await redis.crash();
        await sleep(AWAY_MS);
        await redis.restart();
        expectations.isQuietAgain();
      },
    },
    {
      name: 'subgraph kill',
      async happen() {
        expectations.isDown();
        await jobs.kill();
        await sleep(AWAY_MS);
        await jobs.start();
        expectations.isUpAgain();
      },
    },
    {
      name: 'key rotation',
      happen: async () => await keys.rotate(async () => await sleep(NOTICED_MS), client.settled),
    },
    {
      name: 'SIGTERM of one of two',
      async happen() {
        // Always the second: the first one's memory is what is looked at.
        const [, gateway] = gateways;
        await gateway.stop();
        const outcome = gateway.outcome();
        if (outcome !== 0) throw new Error(`The gateway ended with ${String(outcome)}.`);
        await gateway.start();
        while (!balancer.ready().every(Boolean)) await sleep(50);
      },
    },
  ];
}
