import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Identify } from '../../../gateway/callers/caller.ts';
import { identifyByProxy } from '../../../gateway/callers/identifyByProxy.ts';
import { proxyIdentity, type ProxyIdentityOptions } from '../../../gateway/callers/proxyIdentity.ts';
import { refusal } from '../../../gateway/errors.ts';
import { startGateway, type TestGateway } from '../../gatewayHarness.ts';
import { makeTlsFiles, type TlsFiles } from '../../tlsFiles.ts';

const PROXY = '10.0.3.7';
const SUBJECT = 'CN=mail,O=Example';
const SPIFFE = 'spiffe://example.com/mail';
const bySubject: ProxyIdentityOptions = {
  proxies: [PROXY, '::1'],
  header: 'X-Client-Cert-Subject',
  clients: new Map([
    [SUBJECT, 'mail-campaign'],
    ['CN=desk', 'support-desk'],
  ]),
};
/** Takes a token that is the client's name, with `-u1` after it for a person. */
const byToken: Identify = async (headers) => {
  const [, client = '', end] = /^Bearer ([a-z-]+?)(-u1)?$/.exec(headers.get('authorization') ?? '') ?? [];
  if (client === '') throw refusal('UNAUTHENTICATED', 'Send a token.');
  const endUser = end === undefined ? null : 'user:u_1';
  const none = { actor: null, ground: null, purpose: null, recipient: null };
  return await Promise.resolve({ client, endUser, purposes: ['service'], ...none });
};

const outcome = async (
  identify: Identify,
  entries: Readonly<Record<string, string>>,
  peer: string | null | undefined,
): Promise<unknown> =>
  await identify(new Map(Object.entries(entries)), peer).then(
    ({ client, endUser, purposes }) => [client, endUser, purposes],
    (error: unknown) =>
      error instanceof Error && 'extensions' in error
        ? JSON.parse(JSON.stringify(error.extensions)).code
        : error,
  );
const REFUSED = 'UNAUTHENTICATED';
const mail = { 'x-client-cert-subject': SUBJECT };
const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

const rows: readonly {
  name: string;
  headers: Readonly<Record<string, string>>;
  peer?: string | null;
  alone: unknown;
  withTokens: unknown;
}[] = [
  {
    name: 'a certificate from the proxy',
    headers: mail,
    alone: ['mail-campaign', null, null],
    withTokens: ['mail-campaign', null, null],
  },
  {
    name: 'the proxy by another spelling',
    headers: mail,
    peer: '::ffff:10.0.3.7',
    alone: ['mail-campaign', null, null],
    withTokens: ['mail-campaign', null, null],
  },
  {
    name: 'a certificate from somebody else',
    headers: mail,
    peer: '10.0.3.8',
    alone: REFUSED,
    withTokens: REFUSED,
  },
  {
    name: 'a certificate from nobody knows whom',
    headers: mail,
    peer: null,
    alone: REFUSED,
    withTokens: REFUSED,
  },
  { name: 'no certificate', headers: {}, alone: REFUSED, withTokens: REFUSED },
  { name: 'an empty header', headers: { 'x-client-cert-subject': '' }, alone: REFUSED, withTokens: REFUSED },
  {
    name: 'a certificate that is not listed',
    headers: { 'x-client-cert-subject': 'CN=x' },
    alone: REFUSED,
    withTokens: REFUSED,
  },
  {
    name: 'a certificate in other letters',
    headers: { 'x-client-cert-subject': SUBJECT.toLowerCase() },
    alone: REFUSED,
    withTokens: REFUSED,
  },
  {
    name: 'the header twice',
    headers: { 'x-client-cert-subject': `CN=desk, ${SUBJECT}` },
    alone: REFUSED,
    withTokens: REFUSED,
  },
  {
    name: 'another header',
    headers: { 'client-cert': SUBJECT, 'x-client-id': 'mail-campaign' },
    alone: REFUSED,
    withTokens: REFUSED,
  },
  {
    name: 'a token without a certificate',
    headers: bearer('legal'),
    alone: REFUSED,
    withTokens: ['legal', null, ['service']],
  },
  {
    name: 'a token beside a certificate from somebody else',
    headers: { ...mail, ...bearer('legal') },
    peer: '10.0.3.8',
    alone: REFUSED,
    withTokens: ['legal', null, ['service']],
  },
  {
    name: 'both for the same client',
    headers: { ...mail, ...bearer('mail-campaign-u1') },
    alone: ['mail-campaign', null, null],
    withTokens: ['mail-campaign', 'user:u_1', ['service']],
  },
  {
    name: 'both for different clients',
    headers: { ...mail, ...bearer('legal') },
    alone: ['mail-campaign', null, null],
    withTokens: REFUSED,
  },
  {
    name: 'a certificate beside a token that is not taken',
    headers: { ...mail, ...bearer('!') },
    alone: ['mail-campaign', null, null],
    withTokens: REFUSED,
  },
  {
    name: 'a token beside a certificate that is not listed',
    headers: { 'x-client-cert-subject': 'CN=x', ...bearer('legal') },
    alone: REFUSED,
    withTokens: REFUSED,
  },
];

describe('a client behind a proxy', () => {
  it.each(rows)('$name', async ({ headers, peer = PROXY, alone, withTokens }) => {
    const clientOf = proxyIdentity(bySubject);
    expect(await outcome(identifyByProxy(clientOf, null), headers, peer)).toEqual(alone);
    expect(await outcome(identifyByProxy(clientOf, byToken), headers, peer)).toEqual(withTokens);
  });

  it('whose peer nobody asked for is not believed', async () => {
    expect(await outcome(identifyByProxy(proxyIdentity(bySubject), null), mail, undefined)).toBe(REFUSED);
  });
});

describe('a certificate (RFC 9440)', () => {
  let files: TlsFiles;
  let header: string;
  let fingerprint: string;
  beforeAll(async () => {
    files = await makeTlsFiles([`URI:${SPIFFE}`, 'DNS:mail.example']);
    const { raw, fingerprint256 } = new X509Certificate(await readFile(files.certificate));
    header = `:${raw.toString('base64')}:`;
    fingerprint = fingerprint256;
  });
  afterAll(async () => await files.remove());

  const known = async (clients: readonly (readonly [string, string])[], value = header): Promise<unknown> => {
    const clientOf = proxyIdentity({ proxies: [PROXY], header: 'client-cert', clients: new Map(clients) });
    return await outcome(identifyByProxy(clientOf, null), { 'client-cert': value }, PROXY);
  };

  it('is known by its fingerprint, however that is written, or by a URI', async () => {
    const mailClient = ['mail-campaign', null, null];
    expect(await known([[`sha256:${fingerprint}`, 'mail-campaign']])).toEqual(mailClient);
    expect(
      await known([[`sha256:${fingerprint.replaceAll(':', '').toLowerCase()}`, 'mail-campaign']]),
    ).toEqual(mailClient);
    expect(await known([[`uri:${SPIFFE}`, 'mail-campaign']])).toEqual(mailClient);
  });

  it('that stands for two clients is refused', async () => {
    expect(
      await known([
        [`sha256:${fingerprint}`, 'mail-campaign'],
        [`uri:${SPIFFE}`, 'legal'],
      ]),
    ).toBe(REFUSED);
  });

  it('is not known by what stands behind a comma in one of its URIs', async () => {
    const other = await makeTlsFiles([`URI:spiffe://other.example, URI:${SPIFFE}`]);
    try {
      const { raw, fingerprint256, subjectAltName } = new X509Certificate(await readFile(other.certificate));
      expect(subjectAltName).toContain(SPIFFE);
      const value = `:${raw.toString('base64')}:`;
      expect(await known([[`uri:${SPIFFE}`, 'mail-campaign']], value)).toBe(REFUSED);
      expect(await known([[`sha256:${fingerprint256}`, 'mail-campaign']], value)).toEqual([
        'mail-campaign',
        null,
        null,
      ]);
    } finally {
      await other.remove();
    }
  });

  it('is refused where it is not the one, or none', async () => {
    expect(await known([[`uri:${SPIFFE}/other`, 'mail-campaign']])).toBe(REFUSED);
    const listed = [[`sha256:${fingerprint}`, 'mail-campaign']] as const;
    for (const value of [
      header.slice(1),
      `${header}, ${header}`,
      '::',
      ':AAAA:',
      SUBJECT,
      `sha256:${fingerprint}`,
    ]) {
      expect(await known(listed, value), value).toBe(REFUSED);
    }
  });
});

describe('a setting is refused', () => {
  const wrong: readonly { name: string; options: Partial<ProxyIdentityOptions>; says: RegExp }[] = [
    { name: 'without proxies', options: { proxies: [] }, says: /Trusted proxies/ },
    { name: 'without clients', options: { clients: new Map() }, says: /Clients of certificates/ },
    {
      name: 'with a client without a name',
      options: { clients: new Map([['CN=a', '']]) },
      says: /Clients of certificates/,
    },
    {
      name: 'with a header that says something else',
      options: { header: 'Authorization' },
      says: /Header of certificates/,
    },
    {
      name: 'with a header that clients choose by',
      options: { header: 'x-purpose' },
      says: /Header of certificates/,
    },
    { name: 'with no name of a header', options: { header: 'a b' }, says: /Header of certificates/ },
    {
      name: 'whose text may be two headers',
      options: { clients: new Map([['CN=a, O=b', 'a']]) },
      says: /comma and a space/,
    },
    { name: 'whose certificate is a subject', options: { header: 'client-cert' }, says: /sha256/ },
    {
      name: 'whose fingerprint is short',
      options: { header: 'client-cert', clients: new Map([['sha256:00', 'a']]) },
      says: /sha256/,
    },
  ];
  it.each(wrong)('$name', ({ options, says }) => {
    expect(() => proxyIdentity({ ...bySubject, ...options })).toThrow(says);
  });
});

describe('over HTTP', () => {
  let gateways: TestGateway[] = [];
  afterAll(async () => await Promise.all(gateways.map(async ({ close }) => await close())));

  const start = async (proxies: readonly string[]): Promise<TestGateway> => {
    const gateway = await startGateway({
      subgraphs: [
        {
          name: 'people',
          typeDefs: 'type Query { open: String }',
          resolvers: { Query: { open: () => 'yes' } },
        },
      ],
      override: { identify: identifyByProxy(proxyIdentity({ ...bySubject, proxies }), null) },
    });
    gateways = [...gateways, gateway];
    return gateway;
  };

  it('the other end of the connection is what counts, whatever headers say', async () => {
    const behind = await start(['127.0.0.1']);
    const query = {
      query: '{ open }',
      headers: { ...mail, 'x-forwarded-for': PROXY, forwarded: `for=${PROXY}` },
    };
    expect((await behind.send(query)).data).toEqual({ open: 'yes' });
    const before = await start([PROXY]);
    expect(await before.send(query)).toMatchObject({
      status: 401,
      errors: [{ extensions: { code: REFUSED } }],
    });
  });
});
