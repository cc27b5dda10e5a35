import type { SingleRedis } from '../singleRedis.ts';
import type { World } from '../world.ts';

/** The one Redis of a world that has one. Throws for another: `fits` has not been asked. */
export function singleRedis({ redis }: World): SingleRedis {
  if (redis.kind !== 'single') throw new TypeError('There is no single Redis in this world.');
  return redis.server;
}
