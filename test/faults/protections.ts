import { setTimeout as sleep } from 'node:timers/promises';
import type { Edit } from './copySources.ts';
import type { Violation } from './history.ts';
import type { Fault } from './nemesis/fault.ts';
import { lateSource } from './nemesis/lateSource.ts';
import { healAll, writersLinks } from './nemesis/linksOf.ts';
import { oldSnapshot } from './nemesis/oldSnapshot.ts';
import { singleRedis } from './nemesis/singleRedisOf.ts';
import { LONG, type RoundSettings } from './plan.ts';

/** A protection of the consent cache or store that can be taken out, and how to see that it is missing. */
export interface Protection {
  /** For `--without`. */
  readonly name: string;
  /** What is taken out. */
  readonly text: string;
  readonly edits: readonly Edit[];
  /** What differs from an ordinary round, so that it shows soon. All are of one Redis and PostgreSQL. */
  readonly round: Partial<RoundSettings> & Pick<RoundSettings, 'faults'>;
  /** What the checker is to find; anything else proves nothing about this one. */
  readonly shows: readonly Violation['kind'][];
}

/** A gateway reads while no deletion can reach Redis, and stores what it read more than ε later. */
const lateWhileCutOff: Fault = {
  name: 'writers cut off from Redis, and answers of the source late',
  about: 'links',
  fits: () => true,
  strike: async (world) => {
    const sources = world.gateways.map(({ links: { source } }) => source);
    const writers = writersLinks(world);
    for (const source of sources) source.delay('back', 2_500);
    await Promise.all(writers.map(async (link) => await link.cut()));
    return async () => await healAll([...sources, ...writers]);
  },
};

/** One consent subgraph alone is cut off: what it could not delete, the same write through the other one must. */
const oneWriterCutOff: Fault = {
  name: 'one writer cut off from Redis',
  about: 'links',
  fits: () => true,
  strike: async (world, dice) => {
    const link = dice.pick(writersLinks(world));
    await link.cut();
    return async () => await healAll([link]);
  },
};

/** No consent subgraph reaches Redis: what they could not delete, nobody has deleted. */
const allWritersCutOff: Fault = {
  name: 'all writers cut off from Redis',
  about: 'links',
  fits: () => true,
  strike: async (world) => {
    const links = writersLinks(world);
    await Promise.all(links.map(async (link) => await link.cut()));
    return async () => await healAll(links);
  },
};

/** Redis is another one before writers are back on it, and gateways have filled it already. */
const restartedBehindWriters: Fault = {
  name: 'Redis restarted while writers are cut off',
  about: 'redis',
  fits: () => true,
  strike: async (world) => {
    const writers = writersLinks(world);
    await Promise.all(writers.map(async (link) => await link.cut()));
    await singleRedis(world).kill();
    await singleRedis(world).restart(null);
    await sleep(1_500);
    return async () => await healAll(writers);
  },
};

/**
 * While a consent subgraph is cut off from its one Redis, it grants no lease. That hides what two others are there for,
 * where no subgraph is told, or it finds out late.
 */
const LEASES_ALWAYS: Edit = {
  file: 'subgraphs/consent/grantedLease.ts',
  find: 'if (cache.reaches(keptAt)) return leaseMs;',
  replace: 'return leaseMs;',
};

/** Every protection that `--without` takes out. */
export const PROTECTIONS: readonly Protection[] = Object.freeze([
  {
    name: 'marker',
    text: 'what was read is stored whether or not its marker is still there',
    edits: [
      {
        file: 'policies/consent/redis/cacheScripts.ts',
        find: "if redis.call('GET', KEYS[i]) == ARGV[i + 1] then",
        replace: 'if true then',
      },
    ],
    round: { faults: [lateSource], readers: 16, leaseMs: 10_000, holdMs: [4_000, 6_000] },
    shows: ['shown after withdrawal'],
  },
  {
    name: 'expiry-from-t',
    text: 'an entry ends a lease after it was stored, not after Redis’s time before the source was read',
    edits: [
      {
        file: 'policies/consent/redis/serverStore.ts',
        find: 'const end = String(time + leaseMs);',
        replace: 'const end = String(Date.now() + leaseMs);',
      },
      LEASES_ALWAYS,
    ],
    round: { faults: [lateWhileCutOff], readers: 16, holdMs: [9_000, 12_000] },
    shows: ['shown after withdrawal'],
  },
  {
    name: 'del-on-no-op',
    text: 'a write that changes nothing deletes nothing',
    edits: [
      {
        file: 'subgraphs/consent/events.ts',
        find: 'if (said !== null) return said;',
        replace: "if (said !== null) return { ...said, nothing: 'changed' } as ConsentEvent;",
      },
      {
        file: 'subgraphs/consent/changeConsent.ts',
        find: "const effective = (await outbox.send(subject, committed.row)) === 'effective' &&",
        replace:
          "const effective = ('nothing' in Object(committed.result) || (await outbox.send(subject, committed.row)) === 'effective') &&",
      },
    ],
    round: { faults: [oneWriterCutOff], leaseMs: 10_000, holdMs: [4_000, 6_000], writerPauseMs: 60 },
    shows: ['shown after withdrawal'],
  },
  {
    name: 'outbox',
    text: 'a deletion that failed is not repeated',
    edits: [
      {
        file: 'subgraphs/consent/outbox.ts',
        find: 'const running = run();',
        replace: 'const running = Promise.resolve();',
      },
    ],
    round: { ...LONG, faults: [allWritersCutOff] },
    shows: ['shown long after the fault was over'],
  },
  {
    name: 'run-id',
    text: 'keys do not tell one run of Redis from another',
    edits: [
      {
        file: 'policies/consent/redis/identifyServer.ts',
        find: '  return id;',
        replace: "  return '0'.repeat(40);",
      },
    ],
    round: { faults: [oldSnapshot], quietMs: 1_500, leaseMs: 20_000, calmMs: [2_000, 4_000] },
    shows: ['shown after withdrawal'],
  },
  {
    name: 'row-lock',
    text: 'writers of one subject do not wait for each other',
    edits: [
      {
        file: 'subgraphs/consent/events.ts',
        find: ".where(eq(subjectRows.id, subject)).for('update');",
        replace: '.where(eq(subjectRows.id, subject));',
      },
    ],
    round: { faults: [], writers: 16, readers: 2, writerPauseMs: 5 },
    shows: ['record out of order', 'wrong answer to a write'],
  },
  {
    name: 'offline-queue-off',
    text: 'commands wait for a connection, or are sent again on the next one',
    edits: [
      {
        file: 'policies/consent/redis/redisOptions.ts',
        find: 'enableOfflineQueue: false,\n    autoResendUnfulfilledCommands: false,\n    maxRetriesPerRequest: 0,\n    commandTimeout: COMMAND_TIMEOUT_MS,',
        replace:
          'enableOfflineQueue: true,\n    autoResendUnfulfilledCommands: true,\n    maxRetriesPerRequest: null,\n    commandTimeout: 20 * COMMAND_TIMEOUT_MS,',
      },
      {
        file: 'policies/consent/redis/redisConnection.ts',
        find: "=> (redis.status === 'ready' ? run : null);",
        replace: '=> run;',
      },
      {
        file: 'policies/consent/redis/redisConnection.ts',
        find: 'const lost = (): void => {\n    forget();',
        replace: 'const lost = (): void => {',
      },
      {
        file: 'policies/consent/redis/serverStore.ts',
        find: 'if (connection.connection() !== on) return;',
        replace: '',
      },
      LEASES_ALWAYS,
    ],
    round: { faults: [restartedBehindWriters], leaseMs: 10_000, holdMs: [500, 1_500] },
    shows: ['shown after withdrawal'],
  },
] satisfies readonly Protection[]);
