import * as fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { ip } from '../../../policies/masks/ip.ts';
import { CONSTANT } from '../../../policies/masks/mask.ts';
import { EXAMPLE_CONTEXT } from '../../../policies/masks/maskDocs.ts';

const defaults = ip.parameters.parse({});
const apply = (value: unknown, parameters = defaults): unknown =>
  ip.apply(value, parameters, EXAMPLE_CONTEXT);
const hostBits = (address: string, bits: number): number =>
  ipaddr
    .parse(address)
    .toByteArray()
    .slice(bits / 8)
    .reduce((sum, byte) => sum + byte, 0);

describe('ip', () => {
  it.each([
    { name: 'mapped, in hexadecimal', given: '::ffff:cb00:714d', expected: '203.0.113.0' },
    { name: 'mapped and translated (SIIT)', given: '::ffff:0:203.0.113.77', expected: CONSTANT },
    { name: 'local NAT64', given: '64:ff9b:1::203.0.113.77', expected: CONSTANT },
    { name: 'ISATAP, with IPv4 in its host part', given: 'fe80::5efe:203.0.113.77', expected: 'fe80::' },
    { name: 'one number', given: '3405803853', expected: CONSTANT },
    { name: 'hexadecimal', given: '0xcb.0.0x71.77', expected: CONSTANT },
    { name: 'two parts', given: '203.77', expected: CONSTANT },
    { name: 'a port', given: '203.0.113.77:443', expected: CONSTANT },
    { name: 'a network', given: '203.0.113.0/24', expected: CONSTANT },
    { name: 'a list, as proxies send', given: '203.0.113.77, 198.51.100.1', expected: CONSTANT },
    { name: 'spaces', given: ' 203.0.113.77', expected: CONSTANT },
    { name: 'a zone of personal text', given: 'fe80::1%hanako', expected: 'fe80::' },
    { name: 'already a network', given: '203.0.113.0', expected: '203.0.113.0' },
    { name: 'a number', given: 3405803853, expected: CONSTANT },
  ])('$name', ({ given, expected }) => {
    expect(apply(given)).toBe(expected);
  });

  it('keeps fewer bits where the policy says so, and never more', () => {
    expect(apply('203.0.113.77', { ipv4: 12, ipv6: 0 })).toBe('203.0.0.0');
    expect(apply('203.31.113.77', { ipv4: 12, ipv6: 0 })).toBe('203.16.0.0');
    expect(apply('2001:db8::1', { ipv4: 12, ipv6: 0 })).toBe('::');
    expect(ip.parameters.safeParse({ ipv4: 25 }).success).toBe(false);
    expect(ip.parameters.safeParse({ ipv6: 48 }).success).toBe(false);
  });

  it('zeroes the host bits of every address', () => {
    fc.assert(
      fc.property(fc.ipV4(), (given) => {
        const masked = String(apply(given));
        return masked.startsWith(given.split('.').slice(0, 3).join('.')) && hostBits(masked, 24) === 0;
      }),
    );
    fc.assert(
      fc.property(fc.ipV6(), (given) => {
        const masked = apply(given);
        if (typeof masked !== 'string') return masked === CONSTANT;
        return hostBits(masked, masked.includes(':') ? 32 : 24) === 0;
      }),
      { numRuns: 500 },
    );
  });

  it('shows the same for all tunnelled addresses', () => {
    const tunnels = ['2002:', '64:ff9b::', '64:ff9b:1:', '2001:0:', '2001:0000:'];
    fc.assert(
      fc.property(fc.constantFrom(...tunnels), fc.integer({ min: 1, max: 0xffff }), (prefix, part) => {
        const hex = part.toString(16);
        const given = prefix.endsWith('::') ? `${prefix}${hex}` : `${prefix}${hex}::${hex}`;
        expect(apply(given)).toBe(CONSTANT);
      }),
    );
  });
});
