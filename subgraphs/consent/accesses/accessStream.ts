import { randomUUID } from 'node:crypto';
import { connectWithin, createRedisClient } from '../../../policies/consent/redis/redisClient.ts';
import { CHANGED, reason } from '../../../policies/consent/redis/redisFailure.ts';
import { RECORD_FIELD, RECORD_STREAM } from '../../../policies/record/recordStream.ts';

/**
 * One entry of the record's stream. `payload`: the line's bytes, or whatever stands there in place of one; `null`:
 * somebody removed it before its consumer had finished with it.
 */
export interface StreamEntry {
  readonly id: string;
  readonly payload: Uint8Array | null;
}

/**
 * The record's stream as one of a group of consumers reads it: each entry comes to one of them, and is pending with it
 * until it is done. All but `close` reject where Redis fails.
 */
export interface AccessStream {
  /** Entries that no consumer has had, within the time that an idle read waits. */
  readonly next: () => Promise<readonly StreamEntry[]>;
  /** Entries that are pending with this consumer. */
  readonly mine: () => Promise<readonly StreamEntry[]>;
  /** Takes over entries that have been pending with others for so long that those must be gone. */
  readonly abandoned: () => Promise<readonly StreamEntry[]>;
  /** Removes entries that are kept elsewhere now. */
  readonly done: (ids: readonly string[]) => Promise<void>;
  /** Takes consumers off the group that are gone and have nothing pending: this one, or those idle for an hour. */
  readonly forget: (who: 'me' | 'the gone') => Promise<void>;
  readonly close: () => void;
}

/** `abandonedMs`: pending for longer, an entry is taken over. */
export interface AccessStreamOptions {
  readonly redisUrl: string;
  readonly abandonedMs: number;
}

const GROUP = 'sudare-consent';
/** At once: lines about a thousand people are some 75 KB each. */
const MOST_ENTRIES = 200;
const IDLE_READ_MS = 500;
const COMMAND_TIMEOUT_MS = IDLE_READ_MS + 2_000;
const GONE_MS = 3_600_000;

/** In one step, since a consumer that is removed loses what it has pending. */
const FORGET = `
for _, info in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local consumer = {}
  for i = 1, #info, 2 do consumer[info[i]] = info[i + 1] end
  local meant = ARGV[3] == '' or ARGV[3] == consumer['name']
  if meant and consumer['pending'] == 0 and consumer['idle'] >= tonumber(ARGV[2]) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], consumer['name'])
  end
end`;

/** Joins the group on a connection of its own. Throws `TypeError` for a URL that is not Redis's. */
export function openAccessStream({ redisUrl, abandonedMs }: AccessStreamOptions): AccessStream {
  const redis = createRedisClient(redisUrl, COMMAND_TIMEOUT_MS);
  // Told by the commands that fail; without a listener it would end the process.
  redis.on('error', () => undefined);
  const consumer = randomUUID();
  let claimFrom = '0-0';
  let isClosed = false;

  async function attempt<T>(command: () => Promise<T>, otherwise: T): Promise<T> {
    try {
      if (redis.status === 'wait' || (redis.status === 'end' && !isClosed)) {
        await connectWithin(redis, COMMAND_TIMEOUT_MS);
      }
      return await command();
    } catch (error) {
      const why = reason(error);
      if (CHANGED.has(why)) redis.disconnect(true);
      if (why !== 'NOGROUP') throw new Error(`Redis failed: ${why}`, { cause: error });
      await createGroup();
      return otherwise;
    }
  }

  /** At first, and where Redis was restarted empty. From the start of the stream, since nobody has read it then. */
  async function createGroup(): Promise<void> {
    try {
      await redis.xgroup('CREATE', RECORD_STREAM, GROUP, '0', 'MKSTREAM');
    } catch (error) {
      const why = reason(error);
      if (why !== 'BUSYGROUP') throw new Error(`Redis failed: ${why}`, { cause: error });
    }
  }

  const read = async (from: '>' | '0'): Promise<readonly StreamEntry[]> => {
    const wait = from === '>' ? ['BLOCK', IDLE_READ_MS] : [];
    const terms = ['GROUP', GROUP, consumer, 'COUNT', MOST_ENTRIES, ...wait, 'STREAMS', RECORD_STREAM, from];
    return await attempt(async () => {
      const answer = await redis.callBuffer('XREADGROUP', terms);
      return entriesOf(items(items(items(answer)[0])[1]));
    }, []);
  };

  return {
    next: async () => await read('>'),
    mine: async () => await read('0'),
    abandoned: async () =>
      await attempt(async () => {
        const terms = [RECORD_STREAM, GROUP, consumer, abandonedMs, claimFrom, 'COUNT', MOST_ENTRIES];
        const [from, entries, cutOff] = items(await redis.callBuffer('XAUTOCLAIM', terms));
        claimFrom = String(from);
        return [
          ...entriesOf(items(entries)),
          ...items(cutOff).map((id) => ({ id: String(id), payload: null })),
        ];
      }, []),
    done: async (ids) => {
      await attempt(async () => {
        const results = await redis
          .multi()
          .xack(RECORD_STREAM, GROUP, ...ids)
          .xdel(RECORD_STREAM, ...ids)
          .exec();
        for (const [error] of results ?? []) if (error !== null) throw error;
      }, undefined);
    },
    forget: async (who) => {
      const [idleMs, name] = who === 'me' ? [0, consumer] : [GONE_MS, ''];
      await attempt(
        async () => void (await redis.eval(FORGET, 1, RECORD_STREAM, GROUP, idleMs, name)),
        undefined,
      );
    },
    close: () => {
      isClosed = true;
      redis.disconnect();
    },
  };
}

function entriesOf(entries: readonly unknown[]): readonly StreamEntry[] {
  return entries.flatMap((entry) => {
    const [id, fields] = items(entry);
    if (!(id instanceof Uint8Array)) return [];
    return [{ id: String(id), payload: Array.isArray(fields) ? payloadOf(fields) : null }];
  });
}

function payloadOf(fields: readonly unknown[]): Uint8Array {
  const [name, value] = fields;
  if (fields.length === 2 && String(name) === RECORD_FIELD && value instanceof Uint8Array) return value;
  return Buffer.from(JSON.stringify(fields.map(String)));
}

function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}
