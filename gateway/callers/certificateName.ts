import { X509Certificate } from 'node:crypto';

/** What a proxy says of a client's certificate. */
export type CertificateForm =
  /** What the proxy was told to write, such as the subject: compared as a whole, as it is. */
  | 'text'
  /** The certificate itself (RFC 9440): known by `sha256:…`, its fingerprint, or by `uri:…`, a URI it is for. */
  | 'certificate';

/** Reads by which names a certificate is known. @throws an Error for what is none. */
export type ReadNames = (value: string) => readonly string[];

/** How names are read in each form. */
export const CERTIFICATE_NAMES: Readonly<Record<CertificateForm, ReadNames>> = Object.freeze({
  text(value) {
    // A header that came twice is joined so: the client's own would stand beside the proxy's.
    if (value.includes(', ')) throw new Error('Expected the header once.');
    return [value];
  },
  certificate(value) {
    // A byte sequence of RFC 8941, 3.3.5.
    const base64 = /^:([A-Za-z\d+/]{1,16000}={0,2}):$/.exec(value)?.[1];
    if (base64 === undefined) throw new Error('Expected one certificate.');
    const certificate = new X509Certificate(Buffer.from(base64, 'base64'));
    return [nameOfFingerprint(certificate.fingerprint256), ...urisOf(certificate).map((uri) => `uri:${uri}`)];
  },
});

/** Checks a name of a table, and writes it as certificates' names are. @throws an Error that says what was expected. */
export function tableName(form: CertificateForm, name: string): string {
  if (form === 'text') {
    if (name !== '' && name === name.trim() && !name.includes(', ')) return name;
    throw new Error(
      `Certificate ${JSON.stringify(name)}: expected what the proxy writes, as it is, without a comma and a space together, which two headers are joined by.`,
    );
  }
  if (/^sha256:(?:[\da-f]{2}:?){32}$/i.test(name) && !name.endsWith(':'))
    return nameOfFingerprint(name.slice(7));
  if (/^uri:[a-z][a-z\d+.-]*:[^\s,"]+$/i.test(name)) return name;
  throw new Error(
    `Certificate ${JSON.stringify(name)}: expected sha256:… with the fingerprint, or uri:… with a URI that the certificate is for.`,
  );
}

function nameOfFingerprint(hex: string): string {
  return `sha256:${hex.replaceAll(':', '').toLowerCase()}`;
}

/** Names with a comma or a quote come quoted from Node, and are no URIs. */
function urisOf({ subjectAltName = '' }: X509Certificate): readonly string[] {
  return subjectAltName
    .split(', ')
    .flatMap((name) => (name.startsWith('URI:') && !/[\s",]/.test(name) ? [name.slice('URI:'.length)] : []));
}
