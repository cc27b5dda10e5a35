import { randomUUID } from 'node:crypto';
import { FILL, MARK, MARKER_LIFE_MS } from './cacheScripts.ts';
import type { CacheStore, Fill } from './cacheStore.ts';
import { encodeState } from '../encoding.ts';
import type { decodeState } from '../encoding.ts';
import type { RedisConnection } from './redisConnection.ts';
import type { SubjectKeys } from './subjectKeys.ts';

/** Options of `createClusterNode`. */
export interface ClusterNodeOptions {
  readonly connection: RedisConnection;
  readonly keys: SubjectKeys;
  readonly decode: typeof decodeState;
}

/** No deletion here is ever `effective`, so it need not reach anybody. */
export const NEVER_EFFECTIVE = Object.freeze({
  place: () => 'cluster',
  reaches: () => true,
  confirm: async () => await Promise.resolve(true),
});

/** A marker, and the node's clock before it was left. */
interface Mark {
  readonly time: number;
  readonly token: string;
}

/**
 * One node of a Cluster, with the subjects in its slots: a pipeline a call, in one write, with commands for each
 * subject of its own, since a slot may be on its way elsewhere and a command must not fail for what another's keys do.
 *
 * An entry says itself when it ends, by the clock of the node and run that it names, and each pipeline asks for that
 * clock before it reads: MIGRATE carries an entry's life as what is left of it and so may lengthen it on the way to
 * another node and back (see `cache.ts`).
 */
export function createClusterNode({ connection, keys, decode }: ClusterNodeOptions): CacheStore {
  const { redis } = connection;

  /** The answers to the commands; `null` in place of one that failed. */
  async function exchange(
    run: string,
    commands: ReturnType<typeof redis.pipeline>,
  ): Promise<readonly unknown[]> {
    const answers = await connection.exchange(run, async () => await commands.exec());
    const failure = answers?.find(([error]) => error !== null)?.[0];
    if (failure != null) connection.failed(failure);
    return (answers ?? []).map(([error, answer]) => (error === null ? answer : null));
  }

  const fillOf =
    (run: string, marks: readonly (Mark | null)[]): Fill =>
    async ({ states, leaseMs }) => {
      const commands = redis.pipeline();
      states.forEach((state, index) => {
        const mark = marks[index];
        if (mark == null) return;
        const { subject } = state;
        const end = String(mark.time + leaseMs);
        const entry = `${end} ${encodeState(state)}`;
        const names = [keys.marker(run, subject), keys.entry(run, subject)];
        commands.evalsha(FILL.sha, 2, ...names, end, mark.token, entry);
      });
      if (commands.length > 0) await exchange(run, commands);
    };

  return {
    held: async (subjects) => {
      const run = connection.responsiveRun();
      if (run === null) return subjects.map(() => null);
      const commands = redis.pipeline().time();
      for (const subject of subjects) commands.get(keys.entry(run, subject));
      const [time, ...texts] = await exchange(run, commands);
      const now = clockOf(time);
      return subjects.map((subject, index) => {
        const text = now === null ? null : unended(texts[index], now);
        return text === null ? null : decode(subject, text);
      });
    },

    mark: async (subjects) => {
      const run = connection.responsiveRun();
      if (run === null) return null;
      const [token, life] = [randomUUID(), String(MARKER_LIFE_MS)];
      const commands = redis.pipeline();
      for (const subject of subjects) commands.evalsha(MARK.sha, 1, keys.marker(run, subject), token, life);
      const marks = (await exchange(run, commands)).map(markOf);
      return marks.some((mark) => mark !== null) ? fillOf(run, marks) : null;
    },

    remove: async (subjects) => {
      const run = connection.run();
      if (run === null) return 'unacknowledged';
      const commands = redis.pipeline();
      for (const subject of subjects) commands.del(keys.entry(run, subject)).del(keys.marker(run, subject));
      const answers = await exchange(run, commands);
      const all = answers.length === 2 * subjects.length && !answers.includes(null);
      return all ? 'acknowledged' : 'unacknowledged';
    },

    ...NEVER_EFFECTIVE,
    ready: connection.ready,
    close: connection.close,
  };
}

/** An answer to TIME in ms. */
function clockOf(answer: unknown): number | null {
  if (!Array.isArray(answer)) return null;
  const [seconds, microseconds] = (answer as readonly unknown[]).map(Number);
  const now = (seconds ?? Number.NaN) * 1_000 + Math.floor((microseconds ?? Number.NaN) / 1_000);
  return Number.isSafeInteger(now) ? now : null;
}

/** The state in an entry that has not ended yet. */
function unended(entry: unknown, now: number): string | null {
  if (typeof entry !== 'string') return null;
  const space = entry.indexOf(' ');
  // INVARIANT: what a Cluster keeps ends by what it says itself, however long its node lets it live.
  // Test: test/policies/consent/clusterMigration.test.ts.
  return space > 0 && now < Number(entry.slice(0, space)) ? entry.slice(space + 1) : null;
}

function markOf(answer: unknown): Mark | null {
  if (!Array.isArray(answer)) return null;
  const [time, token] = answer as readonly unknown[];
  return typeof time === 'number' && typeof token === 'string' ? { time, token } : null;
}
