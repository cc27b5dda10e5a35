import { SignJWT, UnsecuredJWT } from 'jose';
import { expect, test } from 'vitest';
import { signCallerToken, verifyCallerToken } from '../../../policies/consent/callerToken.ts';
import type { CallerClaims } from '../../../policies/consent/callerToken.ts';

const KEY = new Uint8Array(32).fill(1);
const TYPE = 'sudare-caller+jwt';
const CLAIMS: CallerClaims = {
  client: 'consent-desk',
  endUser: 'user:u_1',
  actor: null,
  consentWrite: ['marketing'],
};

function jwt(changes: Record<string, unknown> = {}, header = { alg: 'HS256', typ: TYPE }): SignJWT {
  return new SignJWT({ ...CLAIMS, ...changes })
    .setProtectedHeader(header)
    .setAudience('sudare-consent')
    .setIssuedAt()
    .setExpirationTime('60s');
}

test('who signed in is who is read, for one minute', async () => {
  expect(await verifyCallerToken(KEY, await signCallerToken(KEY, CLAIMS))).toEqual(CLAIMS);
  const fiftySecondsAgo = await signCallerToken(KEY, CLAIMS, Date.now() - 50_000);
  expect(await verifyCallerToken(KEY, fiftySecondsAgo)).toEqual(CLAIMS);
  expect(await verifyCallerToken(KEY, await jwt().sign(KEY))).toEqual(CLAIMS);
});

test('the policy revision in force at the gateway is told, where there is one', async () => {
  const claims = { ...CLAIMS, policyRevision: '2020-05-08' };
  expect(await verifyCallerToken(KEY, await signCallerToken(KEY, claims))).toEqual(claims);
  const none = await verifyCallerToken(
    KEY,
    await signCallerToken(KEY, { ...CLAIMS, policyRevision: undefined }),
  );
  expect(none.policyRevision).toBeUndefined();
});

const forgeries: readonly { readonly name: string; readonly token: () => Promise<string> | string }[] = [
  { name: 'no token', token: () => '' },
  { name: 'nonsense', token: () => 'a.b.c' },
  { name: 'another key', token: async () => await signCallerToken(new Uint8Array(32).fill(2), CLAIMS) },
  { name: 'an expired one', token: async () => await signCallerToken(KEY, CLAIMS, Date.now() - 70_000) },
  { name: 'one from the future', token: async () => await signCallerToken(KEY, CLAIMS, Date.now() + 60_000) },
  {
    name: 'no signature',
    token: () =>
      new UnsecuredJWT({ ...CLAIMS })
        .setAudience('sudare-consent')
        .setIssuedAt()
        .setExpirationTime('60s')
        .encode(),
  },
  {
    name: 'another algorithm',
    token: async () => await jwt({}, { alg: 'HS512', typ: TYPE }).sign(KEY),
  },
  {
    name: 'another kind of token',
    token: async () => await jwt({}, { alg: 'HS256', typ: 'JWT' }).sign(KEY),
  },
  { name: 'another audience', token: async () => await jwt().setAudience('orders').sign(KEY) },
  {
    name: 'a long life',
    token: async () => await jwt().setIssuedAt('2 hours ago').setExpirationTime('2h').sign(KEY),
  },
  { name: 'no client', token: async () => await jwt({ client: '' }).sign(KEY) },
  { name: 'rights that are no list', token: async () => await jwt({ consentWrite: '*' }).sign(KEY) },
  { name: 'an end user that is no text', token: async () => await jwt({ endUser: 7 }).sign(KEY) },
  { name: 'a revision that is no text', token: async () => await jwt({ policyRevision: 7 }).sign(KEY) },
  { name: 'an empty revision', token: async () => await jwt({ policyRevision: '' }).sign(KEY) },
  {
    name: 'a revision that no record can hold',
    token: async () => await jwt({ policyRevision: '2020-05-08\u0000' }).sign(KEY),
  },
];

test.each(forgeries)('refuses $name', async ({ token }) => {
  await expect(verifyCallerToken(KEY, await token())).rejects.toThrow();
});

test('refuses a key that can be guessed', async () => {
  await expect(signCallerToken(new Uint8Array(16), CLAIMS)).rejects.toThrow('32 bytes');
});
