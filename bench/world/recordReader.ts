import { Redis } from 'ioredis';
import { RECORD_STREAM } from '../../policies/record/recordStream.ts';

const EVERY_MS = 500;

/**
 * Takes from the record's stream what gateways put there, as the consent subgraph does, so that it does not fill. What
 * becomes of it costs another machine.
 */
export function readRecord(redisUrl: string): { readonly close: () => void } {
  const redis = new Redis(redisUrl);
  const timer = setInterval(() => {
    // Where Redis is gone, so is the stream.
    redis.xtrim(RECORD_STREAM, 'MAXLEN', 0).catch(() => undefined);
  }, EVERY_MS);
  return {
    close: () => {
      clearInterval(timer);
      redis.disconnect();
    },
  };
}
