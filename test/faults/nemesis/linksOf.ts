import type { Link } from '../link.ts';
import type { World } from '../world.ts';

/** The ways by which gateways read the cache. */
export function readersLinks({ gateways }: World): readonly Link[] {
  return gateways.flatMap(({ links }) => links.redis ?? []);
}

/** The ways by which consent subgraphs take back what is cached. */
export function writersLinks({ consents }: World): readonly Link[] {
  return consents.flatMap(({ links }) => links.redis ?? []);
}

/** Both. */
export function linksToRedis(world: World): readonly Link[] {
  return [...readersLinks(world), ...writersLinks(world)];
}

/** Every way there is. */
export function allLinks(world: World): readonly Link[] {
  return [
    ...linksToRedis(world),
    ...world.gateways.flatMap(({ links: { client, accounts, source, writes } }) => [
      client,
      accounts,
      source,
      writes,
    ]),
    ...world.consents.flatMap(({ links }) => links.postgres ?? []),
  ];
}

/** Undoes whatever was done to ways. */
export async function healAll(links: readonly Link[]): Promise<void> {
  await Promise.all(links.map(async (link) => await link.heal()));
}
