import { Redis } from 'ioredis';
import keySlot from 'cluster-key-slot';
import { NO_CLUSTER_NODE, UnusableRedisError } from './redisFailure.ts';
import { serverOptions } from './redisOptions.ts';
import type { RedisAccess, RedisAddress } from './redisUrl.ts';

/** A primary of a Cluster. */
export interface ClusterPrimary {
  readonly id: string;
  readonly address: RedisAddress;
  /** A text in one of its slots, the same for everybody who sees the same slots. */
  readonly tag: string;
  /** The slots it has, ranges with both ends included. */
  readonly ranges: readonly (readonly [number, number])[];
}

/** Who has which slots, as one node sees it. `addresses`: of all nodes, replicas too. */
export interface ClusterView {
  readonly primaries: readonly ClusterPrimary[];
  readonly addresses: readonly RedisAddress[];
}

/** How many slots every Cluster has. */
export const SLOTS = 16_384;

/** Asks a node on a connection of its own. Throws where it is none, does not answer or knows of no slots. */
export async function askForSlots(address: RedisAddress, access: RedisAccess): Promise<ClusterView> {
  const redis = new Redis({
    ...serverOptions(address, access),
    lazyConnect: true,
    enableReadyCheck: false,
    retryStrategy: () => null,
  });
  // What is awaited below is then rejected as well, but may only say that the connection is closed.
  let failure: unknown = null;
  redis.on('error', (error: unknown) => (failure = error));
  try {
    await redis.connect();
    return viewOf(await redis.cluster('SLOTS'), address.host);
  } catch (error) {
    if (error instanceof Error && error.message.includes('cluster support disabled')) {
      throw new UnusableRedisError(NO_CLUSTER_NODE);
    }
    throw failure ?? error;
  } finally {
    redis.disconnect();
  }
}

/** Reads an answer to CLUSTER SLOTS; `asked`: the host that gave it, which may not know its own name. */
function viewOf(answer: unknown, asked: string): ClusterView {
  const ranges = new Map<string, { address: RedisAddress; ranges: [number, number][] }>();
  const addresses: RedisAddress[] = [];
  for (const row of list(answer)) {
    const [first, last, ...nodes] = list(row);
    const known = nodes.map((node) => nodeOf(node, asked)).filter((node) => node !== null);
    addresses.push(...known.map(({ address }) => address));
    const primary = nodes.length === 0 ? null : nodeOf(nodes[0], asked);
    if (primary === null || !isSlot(first) || !isSlot(last)) continue;
    const mine = ranges.get(primary.id);
    if (mine === undefined) ranges.set(primary.id, { address: primary.address, ranges: [[first, last]] });
    else mine.ranges.push([first, last]);
  }
  if (ranges.size === 0) throw new UnusableRedisError('it knows of no slots of its Cluster.');
  const primaries = [...ranges].map(([id, mine]) => ({ id, ...mine, tag: tagIn(mine.ranges) }));
  return { primaries, addresses };
}

function nodeOf(node: unknown, asked: string): { id: string; address: RedisAddress } | null {
  const [host, port, id] = list(node);
  if (typeof port !== 'number' || typeof id !== 'string' || host === '?') return null;
  return { id, address: { host: typeof host === 'string' && host !== '' ? host : asked, port } };
}

/** Numbers are tried in turn, so that all come to the same. */
function tagIn(ranges: readonly (readonly [number, number])[]): string {
  for (let n = 0; ; n += 1) {
    const slot = keySlot(String(n));
    if (ranges.some(([first, last]) => first <= slot && slot <= last)) return String(n);
  }
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

function isSlot(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < SLOTS;
}
