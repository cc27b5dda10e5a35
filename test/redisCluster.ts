import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort, redisFlags, redisOnPath, startRedis } from './harness.ts';
import type { RedisServer } from './harness.ts';
import type { TlsFiles } from './tlsFiles.ts';

/** A node of a test's Cluster, with a connection of the test's own to it. */
export interface ClusterNode {
  readonly server: RedisServer;
  readonly admin: Redis;
  /** Its name in the Cluster. */
  readonly id: string;
}

/** A real Redis Cluster of a test's own. */
export interface RedisCluster {
  /** All primaries at the start, as `--redis-url` takes them; by TLS where the Cluster has it. */
  readonly url: string;
  /** Share the slots evenly, in their order. */
  readonly primaries: readonly ClusterNode[];
  /** One of each primary, in their order; none unless asked for. */
  readonly replicas: readonly ClusterNode[];
  /** Starts another node, which has no slots and is no replica. */
  readonly addNode: () => Promise<ClusterNode>;
  readonly stop: () => Promise<void>;
}

/**
 * Options of `startRedisCluster`.
 * `replicas`: of each primary. `nodeTimeoutMs`: how long a node must be silent before it is taken for dead.
 * `tls`: nodes speak it among themselves and to whom asks them by it.
 */
export interface RedisClusterOptions {
  readonly primaries?: number;
  readonly replicas?: 0 | 1;
  readonly nodeTimeoutMs?: number;
  readonly tls?: TlsFiles;
  readonly args?: readonly string[];
}

const SLOTS = 16_384;
const START_TIMEOUT_MS = 30_000;

/** How others of the Cluster reach a node. */
interface StartedNode extends ClusterNode {
  readonly port: number;
  readonly busPort: number;
}

/** Starts the nodes, makes them one Cluster and waits until each of them says that all slots are served. */
export async function startRedisCluster(options: RedisClusterOptions = {}): Promise<RedisCluster> {
  const { primaries: count = 3, replicas = 0, tls } = options;
  await redisOnPath();
  await using opened = new AsyncDisposableStack();
  let resources = opened;
  const start = async (): Promise<StartedNode> => {
    let [busPort, tlsPort] = [0, 0];
    const server = await startRedis({
      args: async () => {
        [busPort, tlsPort] = [await freePort(), await freePort()];
        const byTls = { 'tls-port': tlsPort, 'tls-cluster': 'yes', 'tls-replication': 'yes' };
        return [
          ...redisFlags({
            'cluster-enabled': 'yes',
            'cluster-port': busPort,
            'cluster-node-timeout': options.nodeTimeoutMs ?? 1_000,
            'cluster-replica-validity-factor': 0,
            'cluster-allow-replica-migration': 'no',
            'cluster-require-full-coverage': 'no',
            'repl-diskless-sync-delay': 0,
          }),
          ...(tls === undefined ? [] : [...redisFlags(byTls), ...tls.redisArgs]),
          ...(options.args ?? []),
        ];
      },
    });
    resources.defer(async () => await server.stop());
    const admin = new Redis(server.url, { retryStrategy: (attempt) => Math.min(attempt * 20, 200) });
    admin.on('error', () => undefined);
    resources.defer(() => admin.disconnect());
    const port = tls === undefined ? server.port : tlsPort;
    return { server, admin, port, busPort, id: await admin.cluster('MYID') };
  };
  const nodes = await Promise.all(Array.from({ length: count * (1 + replicas) }, start));
  const meet = async ({ port, busPort }: StartedNode): Promise<void> => {
    await nodes[0]?.admin.call('CLUSTER', 'MEET', '127.0.0.1', port, busPort);
  };
  const primaries = nodes.slice(0, count);
  await Promise.all(
    primaries.map(async ({ admin }, n) => {
      const [first, next] = [n, n + 1].map((part) => Math.floor((part * SLOTS) / count));
      await admin.call('CLUSTER', 'SET-CONFIG-EPOCH', n + 1);
      await admin.call('CLUSTER', 'ADDSLOTSRANGE', first ?? 0, (next ?? 0) - 1);
    }),
  );
  await Promise.all(nodes.slice(1).map(meet));
  await untilAll(nodes, async (node) => await isJoined(node, nodes.length));
  const replicaNodes = nodes.slice(count);
  await Promise.all(
    replicaNodes.map(
      async ({ admin }, n) => await admin.call('CLUSTER', 'REPLICATE', primaries[n]?.id ?? ''),
    ),
  );
  await untilAll(replicaNodes, async ({ admin }) =>
    (await admin.info('replication')).includes('master_link_status:up'),
  );
  await untilAll(nodes, async ({ admin }) => {
    const known = String(await admin.call('CLUSTER', 'NODES'));
    return known.split('\n').filter((line) => / (myself,)?slave /.test(line)).length === replicaNodes.length;
  });
  resources = opened.move();
  const scheme = tls === undefined ? 'redis://127.0.0.1' : 'rediss://localhost';
  return {
    url: primaries.map(({ port }) => `${scheme}:${port}`).join(','),
    primaries,
    replicas: replicaNodes,
    addNode: async () => {
      const node = await start();
      nodes.push(node);
      await meet(node);
      await untilAll(nodes, async (each) => await isJoined(each, nodes.length));
      return node;
    },
    stop: async () => await resources.disposeAsync(),
  };
}

async function isJoined({ admin }: ClusterNode, nodes: number): Promise<boolean> {
  const [info, known] = [await admin.cluster('INFO'), String(await admin.call('CLUSTER', 'NODES'))];
  const joined = known.trim().split('\n').length === nodes;
  return joined && info.includes('cluster_state:ok') && info.includes(`cluster_slots_ok:${SLOTS}`);
}

async function untilAll<Node>(
  nodes: readonly Node[],
  holds: (node: Node) => Promise<boolean>,
): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const all = await Promise.all(nodes.map(async (node) => await holds(node).catch(() => false)));
    if (all.every(Boolean)) return;
    if (Date.now() > deadline) throw new Error('The nodes did not become one Cluster.');
    await sleep(20);
  }
}

/** How `moveSlot` goes about it; `meanwhile`: while keys may be in either node, before any has been moved. */
export interface SlotMove {
  readonly slot: number;
  readonly from: ClusterNode;
  readonly to: ClusterNode;
  readonly others: readonly ClusterNode[];
  readonly meanwhile?: () => Promise<unknown>;
  /** How long MIGRATE may take, in ms. */
  readonly timeoutMs?: number;
}

/** Moves a slot with its keys as `redis-cli --cluster reshard` does. */
export async function moveSlot({ slot, from, to, others, meanwhile, timeoutMs }: SlotMove): Promise<void> {
  await to.admin.cluster('SETSLOT', slot, 'IMPORTING', from.id);
  await from.admin.cluster('SETSLOT', slot, 'MIGRATING', to.id);
  await meanwhile?.();
  await migrateKeys(slot, from, to, timeoutMs);
  for (const node of [to, from, ...others]) await node.admin.cluster('SETSLOT', slot, 'NODE', to.id);
}

async function migrateKeys(
  slot: number,
  from: ClusterNode,
  to: ClusterNode,
  timeoutMs = 5_000,
): Promise<void> {
  for (;;) {
    const keys = await from.admin.cluster('GETKEYSINSLOT', slot, 100);
    if (!Array.isArray(keys) || keys.length === 0) return;
    const target = ['127.0.0.1', to.server.port, '', 0, timeoutMs, 'REPLACE', 'KEYS'] as const;
    await from.admin.call('MIGRATE', [...target, ...keys.map(String)]);
  }
}
