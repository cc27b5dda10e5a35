import { createHmac, createSecretKey } from 'node:crypto';
import keySlot from 'cluster-key-slot';
import { LRUCache } from 'lru-cache';

/** Redis key names of subjects on one run of one server. */
export interface SubjectKeys {
  readonly entry: (runId: string, subject: string) => string;
  readonly marker: (runId: string, subject: string) => string;
  /** The slot of a Cluster that both are in, whatever the run. */
  readonly slot: (subject: string) => number;
  /** Where parties sharing a server leave `fingerprint`; `tag`: a text in one of its slots. */
  readonly fingerprintKey: (runId: string, tag: string) => string;
  /** Equal for equal secrets, and tells nothing else of them. */
  readonly fingerprint: string;
}

const REMEMBERED_SUBJECTS = 50_000;

/**
 * The version of how subjects are named. It is part of the fingerprint: a writer that names them in another way would
 * delete keys that nobody reads, and believe the cache clean.
 */
const NAMING = 4;

/** 132 bits: no two subjects meet by chance, and a thousand names in one command are that much shorter. */
const HASH_CHARACTERS = 22;

/** What was made of one subject id. Whole names, since thousands of them may be asked for with one response. */
interface Names {
  readonly hash: string;
  readonly runId: string;
  readonly entry: string;
}

/**
 * Names of cache keys. They hold a keyed hash of the subject id, so that who reads Redis learns no ids, and
 * the server's run id, so that nothing survives a restart, whatever a snapshot brings back. The digit is the
 * version of `encodeState`'s format. The hash tag is the subject's own: on a Cluster a subject's entry and marker are
 * in one slot, while subjects spread over all of them.
 */
export function createSubjectKeys(secret: Uint8Array): SubjectKeys {
  const remembered = new LRUCache<string, Names>({ max: REMEMBERED_SUBJECTS });
  // With the bytes instead, every hash would take six times as long.
  const key = createSecretKey(secret);
  const hmac = (text: string): string => createHmac('sha256', key).update(text).digest('base64url');
  const namesOf = (runId: string, subject: string): Names => {
    // Peeked at: what is old goes first. Keeping note of each use costs more than making a name anew.
    const known = remembered.peek(subject);
    if (known?.runId === runId) return known;
    const hash = known?.hash ?? hmac(`subject ${subject}`).slice(0, HASH_CHARACTERS);
    const names = { hash, runId, entry: `sudare:consent:2:${runId}:{${hash}}` };
    remembered.set(subject, names);
    return names;
  };
  return {
    entry: (runId, subject) => namesOf(runId, subject).entry,
    marker: (runId, subject) => `sudare:marker:1:${runId}:{${namesOf(runId, subject).hash}}`,
    slot: (subject) => keySlot((remembered.peek(subject) ?? namesOf('', subject)).hash),
    fingerprintKey: (runId, tag) => `sudare:fingerprint:1:${runId}:{${tag}}`,
    fingerprint: hmac(`fingerprint ${NAMING}`),
  };
}
