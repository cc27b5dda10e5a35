import { createConsentCache } from '../../../../policies/consent/cache.ts';
import { given, source, unreachable } from '../consentStates.ts';

/*
 * A process of its own, since what Node trusts is settled when it starts. It uses the cache at the URL that it is
 * given and prints what came of it.
 */
const SUBJECT = 'user:u_1';
const PATIENCE_MS = 3_000;
const errors = new Set<string>();
const cache = createConsentCache({
  redisUrl: process.argv[2] ?? '',
  keySecret: new Uint8Array(32).fill(1),
  onError: ({ message }) => void errors.add(message),
});
const ready = await cache.ready(PATIENCE_MS);
await cache.readThrough(source(given))([SUBJECT]);
const cached = await cache
  .readThrough(unreachable)([SUBJECT])
  .then(
    () => true,
    () => false,
  );
const invalidation = await cache.invalidate([SUBJECT]);
await cache.close();
process.stdout.write(JSON.stringify({ ready, cached, invalidation, errors: [...errors] }));
