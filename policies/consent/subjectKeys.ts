import { createHmac } from 'node:crypto';
import { LRUCache } from 'lru-cache';

/** Redis key names of subjects on one run of one server. */
export interface SubjectKeys {
  readonly entry: (runId: string, subject: string) => string;
  readonly marker: (runId: string, subject: string) => string;
  /** Where parties sharing a server leave `fingerprint`. */
  readonly fingerprintKey: (runId: string) => string;
  /** Equal for equal secrets, and tells nothing else of them. */
  readonly fingerprint: string;
}

const REMEMBERED_HASHES = 50_000;

/**
 * Names of cache keys. They hold a keyed hash of the subject id, so that who reads Redis learns no ids, and
 * the server's run id, so that nothing survives a restart, whatever a snapshot brings back. The digit is the
 * version of `encodeState`'s format. There is no hash tag: on a cluster subjects spread over the slots.
 */
export function createSubjectKeys(secret: Uint8Array): SubjectKeys {
  const hashes = new LRUCache<string, string>({ max: REMEMBERED_HASHES });
  const hmac = (text: string): string => createHmac('sha256', secret).update(text).digest('base64url');
  const hash = (subject: string): string => {
    const known = hashes.get(subject);
    if (known !== undefined) return known;
    const fresh = hmac(`subject ${subject}`);
    hashes.set(subject, fresh);
    return fresh;
  };
  return {
    entry: (runId, subject) => `sudare:consent:1:${runId}:${hash(subject)}`,
    marker: (runId, subject) => `sudare:marker:1:${runId}:${hash(subject)}`,
    fingerprintKey: (runId) => `sudare:fingerprint:1:${runId}`,
    fingerprint: hmac('fingerprint'),
  };
}
