import { describe, expect, it } from 'vitest';
import { CALLER_HEADERS, identifyByHeaders, identifyByToken } from '../../../gateway/callers/caller.ts';
import { identifyByProxy } from '../../../gateway/callers/identifyByProxy.ts';
import { proxyIdentity } from '../../../gateway/callers/proxyIdentity.ts';

const headers = (entries: Readonly<Record<string, string>>): Map<string, string> =>
  new Map(Object.entries(entries));

const claims = { client: 'a', endUser: null, actor: null, ground: null, purposes: null };

describe('identifyByHeaders', () => {
  it('believes what the headers say', async () => {
    expect(
      await identifyByHeaders(
        headers({
          'x-client-id': ' desk ',
          'x-end-user': 'user:1',
          'x-actor': 'op',
          'x-purpose': 'service',
          'x-recipient': 'internal',
          'x-ground': '{"kind":"law"}',
        }),
      ),
    ).toEqual({
      client: 'desk',
      endUser: 'user:1',
      actor: 'op',
      ground: { kind: 'law' },
      purposes: null,
      purpose: 'service',
      recipient: 'internal',
    });
  });

  it('takes what is empty for missing', async () => {
    expect(
      await identifyByHeaders(headers({ 'x-client-id': 'a', 'x-purpose': '  ', 'x-ground': '' })),
    ).toEqual({
      ...claims,
      purpose: null,
      recipient: null,
    });
  });

  it.each([{}, { 'x-client-id': '' }, { 'x-client-id': '  ' }])('refuses nobody: %j', async (entries) => {
    await expect(identifyByHeaders(headers(entries))).rejects.toMatchObject({
      extensions: { code: 'UNAUTHENTICATED' },
    });
  });

  it('refuses a ground that is no JSON without quoting it', async () => {
    const refused = identifyByHeaders(headers({ 'x-client-id': 'a', 'x-ground': '{secret' }));
    await expect(refused).rejects.toMatchObject({ extensions: { code: 'GROUND_INCOMPLETE' } });
    await expect(refused).rejects.not.toThrow('secret');
  });
});

describe('identifyByToken', () => {
  const seen: string[] = [];
  const identify = identifyByToken({
    verify: async (token) => {
      seen.push(token);
      return await Promise.resolve(claims);
    },
  });

  it('passes the token on, and lets headers choose purpose and recipient alone', async () => {
    const given = headers({
      authorization: 'bearer a.b-c_d.e==',
      'x-client-id': 'legal',
      'x-end-user': 'user:9',
      'x-actor': 'x',
      'x-ground': '{}',
      'x-purpose': 'service',
    });
    expect(await identify(given)).toEqual({ ...claims, purpose: 'service', recipient: null });
    expect(seen).toEqual(['a.b-c_d.e==']);
  });

  it.each([
    '',
    'Bearer',
    'Bearer ',
    'Basic abc',
    'Bearer a b',
    'Bearer a,Bearer b',
    'Bearer a\u0000b',
    'xBearer a',
    'Bearer =a',
  ])('refuses %j before any verifying', async (authorization) => {
    seen.length = 0;
    await expect(identify(headers({ authorization }))).rejects.toMatchObject({
      extensions: { code: 'UNAUTHENTICATED' },
    });
    expect(seen).toEqual([]);
  });
});

it('answers vary on every header that is read', async () => {
  const read = new Set<string>();
  const spy = (given: ReadonlyMap<string, string>) => ({
    get: (name: string) => {
      read.add(name);
      return given.get(name);
    },
  });
  await identifyByHeaders(spy(headers({ 'x-client-id': 'a' })));
  await identifyByToken({ verify: async () => await Promise.resolve(claims) })(
    spy(headers({ authorization: 'Bearer a' })),
  );
  for (const header of ['client-cert', 'x-client-cert-subject']) {
    const clients = new Map([['CN=a', 'a']]);
    const clientOf = proxyIdentity({ proxies: ['127.0.0.1'], header, form: 'text', clients });
    await identifyByProxy(clientOf, null)(spy(headers({ [header]: 'CN=a' })), '127.0.0.1');
  }
  expect([...read].sort()).toEqual([...CALLER_HEADERS].sort());
});
