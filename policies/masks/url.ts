import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { MARKER_IN_URL } from './marker.ts';
import { CONSTANT } from './mask.ts';
import type { Mask } from './mask.ts';

interface UrlParameters {
  readonly hosts: ReadonlySet<string> | null;
}

/** What browsers and servers accept in practice (RFC 9110, section 4.1, asks for at least 8000). */
const LONGEST = 8192;

/** Shows the origin of a URL. */
export const url: Mask<UrlParameters> = Object.freeze<Mask<UrlParameters>>({
  kind: 'url',
  doc:
    'Keeps the origin of an `http` or `https` URL: scheme, host and port. Path, query, fragment and credentials, ' +
    'which say what somebody read and who they are, are replaced by the marker. Hosts that are IP addresses or have ' +
    'no dot show the constant. Where people have hosts of their own (`hanako.example.com`), list the `hosts` that ' +
    'may be shown.',
  reveals: 'part',
  parameters: z.strictObject({
    hosts: z
      .array(z.string().min(1).toLowerCase())
      .transform((hosts): ReadonlySet<string> => new Set(hosts))
      .nullable()
      .default(null)
      .describe('The only hosts shown, without their subdomains. Default: any.'),
  }),
  leaves: ['String', 'Scalar'],
  examples: [
    {
      name: 'a page',
      given: 'https://hanako:secret@www.example.com/jobs/7?ref=mail#top',
      expected: `https://www.example.com/${MARKER_IN_URL}`,
    },
    {
      name: 'a host that is not listed',
      parameters: { hosts: ['www.example.com'] },
      given: 'https://hanako.example.com/',
      expected: CONSTANT,
    },
    { name: 'an IP address', given: 'http://203.0.113.77/admin', expected: CONSTANT },
    { name: 'another scheme', given: 'mailto:hanako@example.com', expected: CONSTANT },
    { name: 'a path alone', given: '/jobs/7', expected: CONSTANT },
  ],
  apply: (value, { hosts }) => {
    if (typeof value !== 'string' || value.length > LONGEST) return CONSTANT;
    const parsed = URL.parse(value);
    if (parsed === null || (parsed.protocol !== 'https:' && parsed.protocol !== 'http:')) return CONSTANT;
    const host = parsed.hostname;
    // A final dot is how a bare name pretends to have one; IPv6 addresses, in brackets, have none.
    if (!host.includes('.') || host.endsWith('.') || ipaddr.IPv4.isValid(host)) return CONSTANT;
    return hosts === null || hosts.has(host) ? `${parsed.origin}/${MARKER_IN_URL}` : CONSTANT;
  },
});
