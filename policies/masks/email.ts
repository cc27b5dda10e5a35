import { z } from 'zod';
import { FILLER, MASKED_HOST } from './marker.ts';
import { CONSTANT } from './mask.ts';
import type { Mask } from './mask.ts';
import { PUBLIC_MAIL_PROVIDERS } from './publicMailProviders.ts';

interface EmailParameters {
  readonly providers: ReadonlySet<string>;
}

/** RFC 5321, section 4.5.3.1: 64 for the local part, an @, 255 for the domain. */
const LONGEST = 320;

/** Shows the domain of an e-mail address where millions share it. */
export const email: Mask<EmailParameters> = Object.freeze<Mask<EmailParameters>>({
  kind: 'email',
  doc:
    'Keeps the domain if it is that of a public mail provider, whose customers are many; any other domain may name ' +
    'an employer or a family and becomes `masked.invalid`. Of the part before the @ nothing stays visible, not ' +
    'even its length.',
  reveals: 'part',
  parameters: z.strictObject({
    providers: z
      .array(z.string().min(1).toLowerCase())
      .default([...PUBLIC_MAIL_PROVIDERS])
      .transform((domains): ReadonlySet<string> => new Set(domains))
      .describe('Domains that may be shown. Default: large public providers, Japanese ones among them.'),
  }),
  leaves: ['String', 'ID', 'Scalar'],
  examples: [
    { name: 'a public provider', given: 'hanako.suzuki@gmail.com', expected: `${FILLER}@gmail.com` },
    { name: 'a Japanese provider', given: 'Hanako@DOCOMO.ne.jp', expected: `${FILLER}@docomo.ne.jp` },
    { name: 'a domain of one’s own', given: 'hanako@suzuki.example', expected: `${FILLER}@${MASKED_HOST}` },
    {
      name: 'a domain that the policy lists',
      parameters: { providers: ['mail.example'] },
      given: 'hanako@mail.example',
      expected: `${FILLER}@mail.example`,
    },
    { name: 'not an address', given: 'hanako', expected: CONSTANT },
  ],
  apply: (value, { providers }) => {
    if (typeof value !== 'string' || value.length > LONGEST) return CONSTANT;
    // The last @ ends the local part, which may hold others in quotes.
    const at = value.lastIndexOf('@');
    if (at < 1 || at === value.length - 1) return CONSTANT;
    const domain = value.slice(at + 1).toLowerCase();
    return `${FILLER}@${providers.has(domain) ? domain : MASKED_HOST}`;
  },
});
