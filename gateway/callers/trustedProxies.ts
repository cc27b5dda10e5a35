import ipaddr from 'ipaddr.js';

/** Whether a connection's other end is a proxy that is believed; `null`: its address is not known. */
export type IsTrustedProxy = (peer: string | null) => boolean;

type Network = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/**
 * Reads which proxies are believed: addresses and networks (CIDR) of TCP peers, IPv4 and IPv6. Addresses that are
 * written as IPv4 in IPv6 are the same as plain ones, on both sides.
 *
 * INVARIANT: only an address that is listed is believed (test/gateway/callers/trustedProxies.test.ts).
 *
 * @throws an Error for what is no address, and for a network of everybody.
 */
export function trustedProxies(listed: readonly string[]): IsTrustedProxy {
  if (listed.length === 0) throw new Error('Trusted proxies: expected at least one address or network.');
  const networks = listed.map(networkOf);
  return (peer) => {
    if (peer === null || !ipaddr.isValid(peer) || IPV4_COMPATIBLE.test(peer)) return false;
    const address = ipaddr.process(peer);
    return networks.some(
      ([network, bits]) => address.kind() === network.kind() && address.match(network, bits),
    );
  };
}

/** `::10.0.3.7`, long deprecated (RFC 4291, 2.5.5.1), which the library takes for `::ffff:10.0.3.7`. */
const IPV4_COMPATIBLE = /^::\d+\.\d/;

function networkOf(text: string): Network {
  const [address = '', written, ...rest] = text.split('/');
  const isIPv6 = ipaddr.IPv6.isValid(address) && !IPV4_COMPATIBLE.test(address);
  const isAddress = ipaddr.IPv4.isValidFourPartDecimal(address) || isIPv6;
  const bits = written === undefined ? null : /^(?:0|[1-9]\d{0,2})$/.test(written) ? Number(written) : NaN;
  if (isAddress && rest.length === 0) {
    const parsed = ipaddr.parse(address);
    const whole = parsed.kind() === 'ipv4' ? 32 : 128;
    const unwrapped = ipaddr.process(address);
    const within = (bits ?? whole) - (unwrapped.kind() === parsed.kind() ? 0 : 96);
    if (within >= 1 && within <= (unwrapped.kind() === 'ipv4' ? 32 : 128)) return [unwrapped, within];
  }
  throw new Error(
    `Trusted proxy ${JSON.stringify(text)}: expected an address or a network of the proxies alone, such as 10.0.3.7 or fd00:3::/64.`,
  );
}
