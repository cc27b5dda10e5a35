import { refusal } from '../errors.ts';
import type { RequestHeaders } from './caller.ts';
import { CERTIFICATE_NAMES, tableName, type CertificateForm } from './certificateName.ts';
import { trustedProxies } from './trustedProxies.ts';

/** Options of `proxyIdentity`. */
export interface ProxyIdentityOptions {
  /** Addresses and networks of the proxies that end clients' TLS, as TCP peers of the gateway. */
  readonly proxies: readonly string[];
  /** The header that they set, and take from clients' requests: `client-cert` (RFC 9440) or one of their own. */
  readonly header: string;
  /** What stands in it; default `certificate` for `client-cert`, else `text`. */
  readonly form?: CertificateForm;
  /** Client ids by what stands in the header; see `CertificateForm`. */
  readonly clients: ReadonlyMap<string, string>;
}

/**
 * The client whose certificate a proxy tells of; `null` where no proxy that is believed tells of any.
 *
 * @throws a refusal with `UNAUTHENTICATED` where one tells of a certificate that is not listed.
 */
export type ProxyIdentity = (headers: RequestHeaders, peer: string | null) => string | null;

/** What stands in a header where nothing is said of that. */
export function usualForm(header: string): CertificateForm {
  return header.toLowerCase() === 'client-cert' ? 'certificate' : 'text';
}

/** Headers that mean something already, or that hop by hop proxies handle. */
const TAKEN =
  /^(?:authorization|connection|content-.*|cookie|host|te|trailer|upgrade|x-sudare-.*|x-purpose|x-recipient)$/;

/**
 * Reads who is known by which certificate.
 *
 * @throws an Error that says what was expected.
 */
export function proxyIdentity(options: ProxyIdentityOptions): ProxyIdentity {
  const header = options.header.toLowerCase();
  if (!/^[!#$%&'*+\-.^_`|~\w]+$/.test(header) || TAKEN.test(header)) {
    throw new Error('Header of certificates: expected a name such as client-cert or x-client-cert-subject.');
  }
  const form = options.form ?? usualForm(header);
  const isTrusted = trustedProxies(options.proxies);
  const table = new Map([...options.clients].map(([name, client]) => [tableName(form, name), client]));
  if (table.size === 0 || [...table.values()].includes('')) {
    throw new Error('Clients of certificates: expected the id of a client for each certificate.');
  }
  const namesOf = CERTIFICATE_NAMES[form];
  return (headers, peer) => {
    const value = headers.get(header)?.trim() ?? '';
    if (value === '' || !isTrusted(peer)) return null;
    const [client, ...others] = clientsOf(value);
    if (client !== undefined && others.length === 0) return client;
    throw refusal('UNAUTHENTICATED', 'The client certificate is not one that a client is known by.');
  };

  function clientsOf(value: string): readonly string[] {
    try {
      return [...new Set(namesOf(value).flatMap((name) => table.get(name) ?? []))];
    } catch {
      return [];
    }
  }
}
