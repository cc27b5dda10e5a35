import { setTimeout as sleep } from 'node:timers/promises';
import { askForSlots, SLOTS } from './clusterSlots.ts';
import type { ClusterPrimary } from './clusterSlots.ts';
import { eventually } from './redisConnection.ts';
import { reason } from './redisFailure.ts';
import type { RedisPlace } from './redisUrl.ts';

/** The primaries of a Cluster, each opened once and closed when it is gone. */
export interface ClusterNodes<Node> {
  /** Who has the slot, as far as known; `null`: nobody. */
  readonly nodeOf: (slot: number) => Node | null;
  /** Told that a node was not the one to ask: the slots are asked for anew, soon. */
  readonly doubtSlots: (why: string) => void;
  readonly ready: (timeoutMs: number) => Promise<boolean>;
  readonly close: () => void;
}

/** Options of `followCluster`. `open` is called for each primary, and again where its address or tag is another. */
export interface ClusterNodesOptions<Node> {
  readonly place: Extract<RedisPlace, { kind: 'cluster' }>;
  readonly open: (primary: ClusterPrimary) => Node;
  readonly onError: (error: Error) => void;
}

const PAUSE_MS = 200;
const RETRY_MS = 500;

/**
 * Knows who has which slots, from any node that answers. It need not be right: a node refuses what is not in its
 * slots, and where one refuses or fails, the slots are asked for anew.
 */
export function followCluster<Node extends Pick<ClusterNodes<never>, 'ready' | 'close'>>(
  options: ClusterNodesOptions<Node>,
): ClusterNodes<Node> {
  const { place, onError } = options;
  let nodes: ReadonlyMap<string, Node> = new Map();
  let owners: readonly (Node | null)[] = [];
  let addresses = place.seeds;
  /** Why the slots are to be asked for again. */
  let doubt: string | null = null;
  let asking = false;
  let closed = false;
  let turn = 0;

  function doubtSlots(why: string): void {
    doubt = why;
    if (!asking) void ask();
  }

  /** Asks until nobody doubts any more, with pauses. */
  async function ask(): Promise<void> {
    asking = true;
    if (doubt !== null) onError(new Error(`Redis Cluster: slots are asked for again: ${doubt}`));
    doubt = null;
    try {
      await learn();
      await sleep(PAUSE_MS, undefined, { ref: false });
    } catch (error) {
      doubt = `no node tells them: ${reason(error)}`;
      await sleep(RETRY_MS, undefined, { ref: false });
    }
    asking = false;
    if (doubt !== null && !closed) void ask();
  }

  /** Another node goes first each time, since one alone may be cut off from the others. */
  async function learn(): Promise<void> {
    turn += 1;
    let failure: unknown;
    for (let tried = 0; tried < addresses.length; tried += 1) {
      const address = addresses[(turn + tried) % addresses.length];
      if (address === undefined || closed) return;
      try {
        const view = await askForSlots(address, place.access);
        const all = [...view.addresses, ...place.seeds];
        addresses = [...new Map(all.map((each) => [`${each.host} ${each.port}`, each])).values()];
        follow(view.primaries);
        return;
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  function follow(primaries: readonly ClusterPrimary[]): void {
    if (closed) return;
    const before = nodes;
    const after = new Map<string, Node>();
    const slots = Array.from({ length: SLOTS }, (): Node | null => null);
    for (const primary of primaries) {
      const { id, address, tag } = primary;
      const name = `${id} ${address.host} ${address.port} ${tag}`;
      const node = before.get(name) ?? options.open(primary);
      after.set(name, node);
      for (const [first, last] of primary.ranges) slots.fill(node, first, last + 1);
    }
    nodes = after;
    owners = slots;
    for (const [name, node] of before) if (!after.has(name)) node.close();
  }

  void ask();

  return {
    nodeOf: (slot) => owners[slot] ?? null,
    doubtSlots,
    ready: async (timeoutMs) => {
      const deadline = performance.now() + timeoutMs;
      const left = (): number => Math.max(0, deadline - performance.now());
      if (!(await eventually(() => nodes.size > 0, timeoutMs))) return false;
      const all = await Promise.all([...nodes.values()].map(async (node) => await node.ready(left())));
      return all.every(Boolean);
    },
    close: () => {
      closed = true;
      for (const node of nodes.values()) node.close();
    },
  };
}
