import { createHmac, createSecretKey } from 'node:crypto';
import { LRUCache } from 'lru-cache';

/** Stands for a subject id in the access record; equal for equal ids. */
export type SubjectReference = (subject: string) => string;

/** A few megabytes. People come again, and an HMAC costs more than all else that is recorded of one. */
const MAX_KNOWN = 16_384;

/** What no reference of a consent source begins with: those have no dot. */
const KEYED = 'k.';

/**
 * Creates the keyed references of one gateway process, for subjects whom the consent source gives none. Ids stand
 * beside them in its memory alone.
 *
 * @param key makes references that only its holder can link to ids; at least 32 bytes.
 */
export function createSubjectReference(key: Uint8Array): SubjectReference {
  const secret = createSecretKey(key);
  const known = new LRUCache<string, string>({ max: MAX_KNOWN });
  return (subject) => {
    // Peeked at: what is old goes first. Keeping note of each use would cost as much as all else here.
    const remembered = known.peek(subject);
    if (remembered !== undefined) return remembered;
    const reference = KEYED + createHmac('sha256', secret).update(subject).digest('base64url').slice(0, 22);
    known.set(subject, reference);
    return reference;
  };
}
