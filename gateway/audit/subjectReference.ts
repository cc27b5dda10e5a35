import { LRUCache } from 'lru-cache';
import { createKeyedReference } from '../../policies/record/keyedReference.ts';

/** Stands for a subject id in the access record; equal for equal ids. */
export type SubjectReference = (subject: string) => string;

/** A few megabytes. People come again, and an HMAC costs more than all else that is recorded of one. */
const MAX_KNOWN = 16_384;

/**
 * Creates the keyed references of one gateway process, for subjects whom the consent source gives none. Ids stand
 * beside them in its memory alone.
 *
 * @param key makes references that only its holder can link to ids; at least 32 bytes.
 */
export function createSubjectReference(key: Uint8Array): SubjectReference {
  const keyed = createKeyedReference(key);
  const known = new LRUCache<string, string>({ max: MAX_KNOWN });
  return (subject) => {
    // Peeked at: what is old goes first. Keeping note of each use would cost as much as all else here.
    const remembered = known.peek(subject);
    if (remembered !== undefined) return remembered;
    const reference = keyed(subject);
    known.set(subject, reference);
    return reference;
  };
}
