import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { CONSTANT } from './mask.ts';
import type { Mask } from './mask.ts';

interface IpParameters {
  readonly ipv4: number;
  readonly ipv6: number;
}

/** An IPv6 address in full with an IPv4 tail has 45 characters; the rest is for a zone. */
const LONGEST = 64;

/** Ranges of IPv6 that carry somebody's IPv4 address: 6to4, NAT64 (RFC 6052), its predecessors, Teredo. */
const TUNNELS: ReadonlySet<string> = new Set(['6to4', 'rfc6052', 'rfc6145', 'teredo']);

/** Shows the network of an IP address. */
export const ip: Mask<IpParameters> = Object.freeze<Mask<IpParameters>>({
  kind: 'ip',
  doc:
    'Keeps the network and zeroes the rest: 24 bits of IPv4, 32 of IPv6 (what a provider, not a household, is given). ' +
    'IPv4-mapped addresses are unwrapped first; 6to4, NAT64 and Teredo addresses, which carry an IPv4 address in ' +
    'their network part, show the constant. Zones are dropped; octal, hexadecimal and short spellings are not read.',
  reveals: 'part',
  parameters: z.strictObject({
    ipv4: z.int().min(0).max(24).default(24).describe('Bits of an IPv4 address kept, at most 24.'),
    ipv6: z.int().min(0).max(32).default(32).describe('Bits of an IPv6 address kept, at most 32.'),
  }),
  leaves: ['String', 'Scalar'],
  examples: [
    { name: 'IPv4', given: '203.0.113.77', expected: '203.0.113.0' },
    { name: 'IPv6', given: '2001:db8:85a3::8a2e:370:7334', expected: '2001:db8::' },
    { name: 'IPv4-mapped', given: '::ffff:203.0.113.77', expected: '203.0.113.0' },
    { name: 'a zone', given: 'fe80::1%eth0', expected: 'fe80::' },
    { name: '6to4', given: '2002:cb00:714d::1', expected: CONSTANT },
    { name: 'NAT64', given: '64:ff9b::203.0.113.77', expected: CONSTANT },
    { name: 'Teredo', given: '2001:0:4136:e378:8000:63bf:3fff:fdd2', expected: CONSTANT },
    { name: 'octal', given: '0203.0.0113.77', expected: CONSTANT },
    { name: 'not an address', given: 'localhost', expected: CONSTANT },
  ],
  apply: (value, { ipv4, ipv6 }) => {
    if (typeof value !== 'string' || value.length > LONGEST) return CONSTANT;
    if (ipaddr.IPv4.isValidFourPartDecimal(value)) return network(ipaddr.IPv4.parse(value), ipv4);
    if (!ipaddr.IPv6.isValid(value)) return CONSTANT;
    const parsed = ipaddr.IPv6.parse(value);
    if (parsed.isIPv4MappedAddress()) return network(parsed.toIPv4Address(), ipv4);
    return TUNNELS.has(parsed.range()) ? CONSTANT : network(parsed, ipv6);
  },
});

// INVARIANT: every bit after `bits` is zero, and no zone survives. test/policies/masks/ip.test.ts
function network(parsed: ipaddr.IPv4 | ipaddr.IPv6, bits: number): string {
  const bytes = parsed.toByteArray().map((byte, index) => {
    const kept = Math.min(8, Math.max(0, bits - index * 8));
    return byte & (0xff << (8 - kept)) & 0xff;
  });
  return ipaddr.fromByteArray(bytes).toString();
}
