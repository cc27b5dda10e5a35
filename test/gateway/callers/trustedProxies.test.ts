import { describe, expect, it } from 'vitest';
import { trustedProxies } from '../../../gateway/callers/trustedProxies.ts';

const rows: readonly { listed: string; peer: string | null; expected: boolean }[] = [
  { listed: '10.0.3.7', peer: '10.0.3.7', expected: true },
  { listed: '10.0.3.7', peer: '::ffff:10.0.3.7', expected: true },
  { listed: '::ffff:10.0.3.7', peer: '10.0.3.7', expected: true },
  { listed: '::ffff:10.0.3.0/120', peer: '10.0.3.9', expected: true },
  { listed: '::ffff:10.0.3.0/120', peer: '10.0.4.9', expected: false },
  { listed: '10.0.3.7', peer: '10.0.3.8', expected: false },
  { listed: '10.0.3.0/24', peer: '10.0.3.255', expected: true },
  { listed: '10.0.3.0/24', peer: '::ffff:a00:3ff', expected: true },
  { listed: '10.0.3.0/24', peer: '10.0.4.0', expected: false },
  { listed: '10.0.3.0/24', peer: '::10.0.3.1', expected: false },
  { listed: 'fd00:3::/64', peer: 'fd00:3::1', expected: true },
  { listed: 'fd00:3::/64', peer: 'fd00:3:0:1::1', expected: false },
  { listed: 'fe80::1', peer: 'fe80::1%eth0', expected: true },
  { listed: '::1', peer: '127.0.0.1', expected: false },
  { listed: '10.0.3.7', peer: null, expected: false },
  { listed: '10.0.3.7', peer: '', expected: false },
  { listed: '10.0.3.7', peer: 'proxy.example', expected: false },
];

describe('trusted proxies', () => {
  it.each(rows)('$listed, peer $peer: $expected', ({ listed, peer, expected }) => {
    expect(trustedProxies([listed])(peer)).toBe(expected);
    expect(trustedProxies(['192.0.2.1', listed])(peer)).toBe(expected);
  });

  it.each([
    '',
    '10.0.3',
    '010.0.3.7',
    '0x0a000307',
    '10.0.3.7/33',
    '10.0.3.7/',
    '10.0.3.7/8/8',
    '10.0.3.7/-1',
    '0.0.0.0/0',
    '::10.0.3.7',
    '::/0',
    '::ffff:0.0.0.0/96',
    '::ffff:10.0.0.0/8',
    'fd00::/129',
    'proxy.example',
    '*',
    '10.0.3.7/8.0',
  ])('%j is refused', (listed) => {
    expect(() => trustedProxies([listed])).toThrow(/^Trusted proxy/);
  });

  it('nobody is no list', () => {
    expect(() => trustedProxies([])).toThrow('at least one');
  });
});
