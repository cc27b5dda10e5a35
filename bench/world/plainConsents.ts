import { Redis } from 'ioredis';
import { hasConsented } from './people.ts';

/** Where hand-written masking finds a person's consent. */
export function plainConsentKey(id: string): string {
  return `consent:${id}`;
}

/** Writes what people have consented to for hand-written masking, who has no other way to know. */
export async function writePlainConsents(redisUrl: string, ids: Iterable<string>): Promise<void> {
  const redis = new Redis(redisUrl);
  try {
    const written = [...ids];
    if (written.length === 0) return;
    await redis.mset(
      new Map(written.map((id) => [plainConsentKey(id), hasConsented(id) ? 'given' : 'none'])),
    );
  } finally {
    redis.disconnect();
  }
}

/** Ids of all people in an answer. */
export function plainIds(answer: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  JSON.stringify(answer, (key, value: unknown) => {
    if (key === 'id' && typeof value === 'string' && value.startsWith('u_')) found.add(value);
    return value;
  });
  return found;
}
