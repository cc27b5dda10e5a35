import { createHmac, createSecretKey } from 'node:crypto';

/** What no reference of a consent source begins with: those have no dot. */
const KEYED = 'k.';

/**
 * Makes what stands in the access record for subjects whom the consent source gives no reference: equal for equal ids,
 * and linked to them by the key's holder alone.
 *
 * @param key at least 32 bytes.
 */
export function createKeyedReference(key: Uint8Array): (subject: string) => string {
  const secret = createSecretKey(key);
  return (subject) => KEYED + createHmac('sha256', secret).update(subject).digest('base64url').slice(0, 22);
}
