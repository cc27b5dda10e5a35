import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { MARKER } from './marker.ts';
import { CONSTANT } from './mask.ts';
import type { Mask } from './mask.ts';
import { textOf } from './textOf.ts';

/** Separates these codes from whatever else the same key may be used for. */
const DOMAIN = 'sudare pseudonym 1';

/** RFC 2104, section 3, discourages keys shorter than the hash; under 128 bits they can be searched. */
const SHORTEST_SECRET = 16;

/** 128 bits: no two values will meet by chance. */
const TOKEN_BYTES = 16;

/** Shows a token in place of the value: the same for the same value of the same person. */
export const pseudonym: Mask<Record<string, never>> = Object.freeze<Mask<Record<string, never>>>({
  kind: 'pseudonym',
  doc:
    'Shows a token that is the same wherever the same value of the same data subject is shown for the same purpose ' +
    'to the same recipient, and another everywhere else, so that rows can be counted and joined within one purpose ' +
    'but not across. It is an HMAC-SHA256 under a secret key, whose id it starts with; without a key of at least ' +
    '16 bytes or without a subject it shows the constant. Two people’s equal values have different tokens.',
  reveals: 'token',
  parameters: z.strictObject({}),
  leaves: ['String', 'ID'],
  examples: [
    {
      name: 'a login id of `user:u_1`',
      given: 'hanako_1990',
      expected: `${MARKER}k1.FL7OCQV-6lQHlK--JvMJ1A`,
    },
    { name: 'half a surrogate pair', given: '\ud83d', expected: CONSTANT },
  ],
  apply: (value, _parameters, { purpose, recipient, category, subject, pseudonymKey }) => {
    const text = textOf(value);
    if (text === null || subject === null || subject === '' || pseudonymKey === null) return CONSTANT;
    if (!(Number(pseudonymKey.secret.symmetricKeySize) >= SHORTEST_SECRET) || !text.isWellFormed())
      return CONSTANT;
    // INVARIANT: each part is preceded by its length, so that no two lists of parts are the same bytes.
    // test/policies/masks/pseudonym.test.ts
    const message = [DOMAIN, purpose, recipient, category, subject, text]
      .map((part) => `${Buffer.byteLength(part)}:${part}`)
      .join('');
    const hash = createHmac('sha256', pseudonymKey.secret).update(message).digest();
    const token = hash.subarray(0, TOKEN_BYTES).toString('base64url');
    return `${MARKER}${pseudonymKey.id}.${token}`;
  },
});
