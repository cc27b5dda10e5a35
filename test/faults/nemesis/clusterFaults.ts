import { setTimeout as sleep } from 'node:timers/promises';
import { createSubjectKeys } from '../../../policies/consent/redis/subjectKeys.ts';
import type { Dice } from '../../fuzz/dice.ts';
import { moveSlot, type ClusterNode, type RedisCluster } from '../../redisCluster.ts';
import { SUBJECTS } from '../scenario.ts';
import { CACHE_KEY, type World } from '../world.ts';
import type { Fault } from './fault.ts';

const hasCluster = ({ redis }: World): boolean => redis.kind === 'cluster';

/** Moving is given up where a fail-over is in its way. */
const MOVE_TIMEOUT_MS = 4_000;
const WHOLE_TIMEOUT_MS = 60_000;

function clusterOf({ redis }: World): RedisCluster {
  if (redis.kind !== 'cluster') throw new TypeError('There is no Cluster in this world.');
  return redis.cluster;
}

/** A primary is frozen, perhaps for so long that its replica takes over: it goes on as one that knows nothing of it. */
export const pausedClusterPrimary: Fault = {
  name: 'Cluster: primary paused',
  about: 'redis',
  fits: hasCluster,
  strike: async (world, dice) => {
    const cluster = clusterOf(world);
    const { server } = dice.pick(await primariesOf(cluster));
    await server.pause();
    return async () => {
      await server.resume();
      await untilWhole(cluster);
    };
  },
};

/** A primary dies, perhaps for so long that its replica takes over, and comes back. */
export const killedClusterPrimary: Fault = {
  name: 'Cluster: primary killed',
  about: 'redis',
  fits: hasCluster,
  strike: async (world, dice) => {
    const cluster = clusterOf(world);
    const { server } = dice.pick(await primariesOf(cluster));
    await server.crash();
    return async () => {
      await server.restart();
      await untilWhole(cluster);
    };
  },
};

/** A replica takes over: with its primary's consent, or without asking it. */
export const clusterFailOver: Fault = {
  name: 'Cluster: fail-over',
  about: 'redis',
  fits: hasCluster,
  strike: async (world, dice) => {
    const cluster = clusterOf(world);
    await takeOver(cluster, dice);
    return async () => await untilWhole(cluster);
  },
};

/** Slots with people in them move to another primary, one after the other, and back another time. */
export const movingSlots: Fault = {
  name: 'Cluster: slots moving',
  about: 'redis',
  fits: hasCluster,
  strike: async (world, dice) => {
    const cluster = clusterOf(world);
    await moveSlots(cluster, dice);
    return async () => await untilWhole(cluster);
  },
};

/** As above, while replicas take over. */
export const failOverWhileMoving: Fault = {
  name: 'Cluster: fail-over while slots move',
  about: 'redis',
  fits: hasCluster,
  strike: async (world, dice) => {
    const cluster = clusterOf(world);
    const moved = moveSlots(cluster, dice);
    await sleep(dice.below(600));
    await takeOver(cluster, dice);
    await moved;
    return async () => await untilWhole(cluster);
  },
};

function nodesOf({ primaries, replicas }: RedisCluster): readonly ClusterNode[] {
  return [...primaries, ...replicas];
}

async function primariesOf(cluster: RedisCluster): Promise<readonly ClusterNode[]> {
  const nodes = nodesOf(cluster);
  const roles = await Promise.all(nodes.map(async ({ admin }) => String((await admin.role())[0])));
  return nodes.filter((_, index) => roles[index] === 'master');
}

async function takeOver(cluster: RedisCluster, dice: Dice): Promise<void> {
  const primaries = await primariesOf(cluster);
  const { admin } = dice.pick(nodesOf(cluster).filter((node) => !primaries.includes(node)));
  await admin.call('CLUSTER', 'FAILOVER', ...dice.pick([[], ['FORCE'], ['TAKEOVER']]));
}

/** Moves some slots of people from where they are. What a fail-over is in the way of is left where it is. */
async function moveSlots(cluster: RedisCluster, dice: Dice): Promise<void> {
  const keys = createSubjectKeys(CACHE_KEY);
  const primaries = await primariesOf(cluster);
  const slots = dice.some(
    SUBJECTS.map((subject) => keys.slot(subject)),
    0.5,
    2,
  );
  for (const slot of slots) {
    const from = await ownerOf(slot, primaries);
    if (from === null) continue;
    const to = dice.pick(primaries.filter((node) => node !== from));
    const others = primaries.filter((node) => node !== from && node !== to);
    const move = moveSlot({ slot, from, to, others, meanwhile: async () => await sleep(dice.below(700)) });
    await Promise.race([move, sleep(MOVE_TIMEOUT_MS)]).catch(() => undefined);
    move.catch(() => undefined);
    // An unfinished move would last.
    await Promise.all(
      nodesOf(cluster).map(async ({ admin }) => {
        await admin.call('CLUSTER', 'SETSLOT', slot, 'STABLE').catch(() => undefined);
      }),
    );
  }
}

async function ownerOf(slot: number, primaries: readonly ClusterNode[]): Promise<ClusterNode | null> {
  for (const node of primaries) {
    const lines = String(await node.admin.call('CLUSTER', 'NODES')).split('\n');
    const ranges = (lines.find((line) => line.includes('myself')) ?? '').split(' ').slice(8);
    const isIn = ranges
      .filter((range) => !range.startsWith('['))
      .map((range) => range.split('-').map(Number))
      .some(([first = Number.NaN, last = first]) => first <= slot && slot <= last);
    if (isIn) return node;
  }
  return null;
}

/** Waits until all nodes see three primaries that serve all slots, each with its replica in step. */
async function untilWhole(cluster: RedisCluster): Promise<void> {
  const deadline = performance.now() + WHOLE_TIMEOUT_MS;
  for (;;) {
    const states = await Promise.all(
      nodesOf(cluster).map(async (node) => await stateOf(node).catch((error: unknown) => String(error))),
    );
    if (states.every((state) => state === null)) return;
    if (performance.now() > deadline) {
      throw new Error(`The Cluster did not become whole again: ${states.join(' | ')}`);
    }
    await sleep(100);
  }
}

/** What is wrong with a node; `null`: nothing. */
async function stateOf({ admin }: ClusterNode): Promise<string | null> {
  const info = await admin.cluster('INFO');
  if (!info.includes('cluster_state:ok') || !info.includes('cluster_slots_ok:16384')) return info;
  const replication = await admin.info('replication');
  const isFine = replication.includes('role:master')
    ? replication.includes('connected_slaves:1')
    : replication.includes('master_link_status:up');
  return isFine ? null : replication;
}
