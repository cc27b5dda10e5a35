import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { exportJWK, exportPKCS8, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { openContextSigner, type ContextSigner } from '../../../policies/context/contextSigner.ts';
import {
  createContextVerifier,
  type ContextKeys,
  type ContextVerifier,
} from '../../../policies/context/contextVerifier.ts';
import { CONTEXT_TYPE, type SubgraphContext } from '../../../policies/context/subgraphContext.ts';
import { startJwksServer } from '../keys/jwksServer.ts';
import { testKey, type TestKey } from '../keys/testKeys.ts';

const CONTEXT: SubgraphContext = {
  client: 'support-desk',
  purpose: 'service.support',
  recipient: 'internal',
  policyRevision: '2020-05-08',
  requestId: '4bf92f3577b34da6a3ce929d0e0e4736',
};

let folder: string;
let key: TestKey;
let other: TestKey;
let signer: ContextSigner;
const opened: ContextVerifier[] = [];

const signerOf = async (of: TestKey, name: string): Promise<ContextSigner> => {
  const file = join(folder, name);
  await writeFile(file, await exportPKCS8(of.privateKey));
  return await openContextSigner(file);
};
const verifierOf = async (keys: ContextKeys, subgraph = 'accounts'): Promise<ContextVerifier> => {
  const verifier = await createContextVerifier({ subgraph, keys });
  opened.push(verifier);
  return verifier;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sudare-context-'));
  key = await testKey('EdDSA');
  other = await testKey('EdDSA');
  signer = await signerOf(key, 'key.pem');
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));
afterEach(() => {
  for (const verifier of opened.splice(0)) verifier.close();
});

describe('what the gateway signs', () => {
  it.each(['EdDSA', 'ES256', 'ES384', 'ES512'])(
    'with %s is read by its public key, as PEM or JWKS',
    async (alg) => {
      const pair = await testKey(alg);
      const token = await (await signerOf(pair, `${alg}.pem`)).sign('accounts', CONTEXT);
      for (const text of [pair.pem, JSON.stringify({ keys: [pair.jwk] })]) {
        expect(await (await verifierOf({ text })).verify(token)).toEqual(CONTEXT);
      }
    },
  );

  it('with a JWK is read by the name of the key', async () => {
    const file = join(folder, 'key.json');
    await writeFile(file, JSON.stringify({ ...(await exportJWK(key.privateKey)), kid: 'k1' }));
    const token = await (await openContextSigner(file)).sign('accounts', CONTEXT);
    const keys = [
      { ...other.jwk, kid: 'k0' },
      { ...key.jwk, kid: 'k1' },
    ];
    expect(await (await verifierOf({ text: JSON.stringify({ keys }) })).verify(token)).toEqual(CONTEXT);
  });

  it('may be for no purpose', async () => {
    const token = await signer.sign('accounts', { ...CONTEXT, purpose: null });
    expect(await (await verifierOf({ text: key.pem })).verify(token)).toEqual({ ...CONTEXT, purpose: null });
  });
});

const MINUTE = 60_000;
const claims = (): object => {
  const iat = Math.floor(Date.now() / 1000);
  return { ...CONTEXT, aud: 'accounts', iat, exp: iat + 60 };
};
const forged = async (
  changes: object,
  { by = key, header = {} }: { by?: TestKey; header?: object } = {},
): Promise<string> =>
  await new SignJWT({ ...claims(), ...changes })
    .setProtectedHeader({ alg: by.alg, typ: CONTEXT_TYPE, ...header })
    .sign(by.privateKey);
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const hmac = (): string => {
  const text = `${part({ alg: 'HS256', typ: CONTEXT_TYPE })}.${part(claims())}`;
  return `${text}.${createHmac('sha256', key.pem).update(text).digest('base64url')}`;
};

const refused: readonly {
  name: string;
  header: () => Promise<string | readonly string[]> | string | undefined | null | readonly string[];
  code: string;
}[] = [
  { name: 'without the header', header: () => undefined, code: 'CONTEXT_MISSING' },
  { name: 'without a value', header: () => '', code: 'CONTEXT_MISSING' },
  { name: 'with no header at all', header: () => null, code: 'CONTEXT_MISSING' },
  {
    name: 'for another subgraph',
    header: async () => await signer.sign('jobs', CONTEXT),
    code: 'CONTEXT_FOR_ANOTHER',
  },
  { name: 'for nobody', header: async () => await forged({ aud: undefined }), code: 'CONTEXT_FOR_ANOTHER' },
  {
    name: 'that has expired',
    header: async () => await signer.sign('accounts', CONTEXT, Date.now() - MINUTE - 6_000),
    code: 'CONTEXT_EXPIRED',
  },
  {
    name: 'that ends later than it may',
    header: async () => await forged({ iat: 1, exp: 9_999_999_999 }),
    code: 'CONTEXT_EXPIRED',
  },
  {
    name: 'of the future',
    header: async () => await signer.sign('accounts', CONTEXT, Date.now() + MINUTE),
    code: 'CONTEXT_REFUSED',
  },
  { name: 'without an end', header: async () => await forged({ exp: undefined }), code: 'CONTEXT_REFUSED' },
  {
    name: 'without a beginning',
    header: async () => await forged({ iat: undefined }),
    code: 'CONTEXT_REFUSED',
  },
  { name: 'by another key', header: async () => await forged({}, { by: other }), code: 'CONTEXT_REFUSED' },
  {
    name: 'of another type',
    header: async () => await forged({}, { header: { typ: 'at+jwt' } }),
    code: 'CONTEXT_REFUSED',
  },
  {
    name: 'of no type',
    header: async () => await forged({}, { header: { typ: undefined } }),
    code: 'CONTEXT_REFUSED',
  },
  { name: 'by HMAC with the public key', header: hmac, code: 'CONTEXT_REFUSED' },
  {
    name: 'without a client',
    header: async () => await forged({ client: undefined }),
    code: 'CONTEXT_REFUSED',
  },
  {
    name: 'without a purpose or null',
    header: async () => await forged({ purpose: undefined }),
    code: 'CONTEXT_REFUSED',
  },
  { name: 'that is none', header: () => 'a.b.c', code: 'CONTEXT_REFUSED' },
  {
    name: 'that came twice',
    header: async () => [await signer.sign('accounts', CONTEXT)],
    code: 'CONTEXT_REFUSED',
  },
  {
    name: 'that came twice, joined',
    header: async () => {
      const token = await signer.sign('accounts', CONTEXT);
      return `${token}, ${token}`;
    },
    code: 'CONTEXT_REFUSED',
  },
];

describe('a request is refused', () => {
  it.each(refused)('$name', async ({ header, code }) => {
    const verifier = await verifierOf({ text: key.pem });
    const value = await header();
    const refusal = await verifier.verify(value).catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      name: 'ContextError',
      code,
      extensions: { code, http: { status: 401 } },
    });
    if (typeof value === 'string' && value !== '') expect(String(refusal)).not.toContain(value);
  });
});

it('tells of what it refuses, and of nothing else', async () => {
  const told: string[] = [];
  const verifier = await createContextVerifier({
    subgraph: 'accounts',
    keys: { text: key.pem },
    onRefused: async ({ code }) => {
      told.push(code);
      throw new Error('The log is full.');
    },
  });
  opened.push(verifier);
  await verifier.verify(await signer.sign('accounts', CONTEXT));
  await expect(verifier.verify(undefined)).rejects.toThrow('missing');
  await expect(verifier.verify('secret words')).rejects.toThrow('not signed');
  expect(told).toEqual(['CONTEXT_MISSING', 'CONTEXT_REFUSED']);
});

describe('keys', () => {
  it('in a file are followed, and a bad file changes nothing', async () => {
    const file = join(folder, 'public.pem');
    await writeFile(file, key.pem);
    const problems: string[] = [];
    const verifier = await createContextVerifier({
      subgraph: 'accounts',
      keys: { file },
      onProblem: ({ message }) => problems.push(message),
    });
    opened.push(verifier);
    await writeFile(file, 'secret words');
    await vi.waitFor(() => expect(problems.join()).toMatch(/public\.pem: expected/), 10_000);
    expect(problems.join()).not.toContain('secret words');
    expect(await verifier.verify(await signer.sign('accounts', CONTEXT))).toEqual(CONTEXT);
    await writeFile(file, other.pem);
    const byOther = await (await signerOf(other, 'other.pem')).sign('accounts', CONTEXT);
    await vi.waitFor(async () => expect(await verifier.verify(byOther)).toEqual(CONTEXT), 10_000);
    await expect(verifier.verify(await signer.sign('accounts', CONTEXT))).rejects.toThrow('not signed');
  });

  it('at an address are fetched, and nothing is answered without them', async () => {
    const server = await startJwksServer({ keys: [key.jwk] });
    try {
      const verifier = await verifierOf({ url: server.url });
      expect(await verifier.verify(await signer.sign('accounts', CONTEXT))).toEqual(CONTEXT);
      await server.stop();
      const without = await verifierOf({ url: server.url });
      await expect(without.verify(await signer.sign('accounts', CONTEXT))).rejects.toMatchObject({
        code: 'CONTEXT_NO_KEYS',
        extensions: { http: { status: 503 } },
      });
    } finally {
      await server.stop();
    }
  });

  it('that sign are replaced at once, and a bad file changes nothing', async () => {
    const replaced = await signerOf(key, 'replaced.pem');
    await expect(replaced.file.replace('secret words')).rejects.toThrow(
      /replaced\.pem: expected a private key/,
    );
    expect(
      await (await verifierOf({ text: key.pem })).verify(await replaced.sign('accounts', CONTEXT)),
    ).toEqual(CONTEXT);
    await replaced.file.replace(await exportPKCS8(other.privateKey));
    expect(
      await (await verifierOf({ text: other.pem })).verify(await replaced.sign('accounts', CONTEXT)),
    ).toEqual(CONTEXT);
  });

  const wrong: readonly { name: string; text: () => Promise<string> | string }[] = [
    { name: 'public', text: () => key.pem },
    { name: 'a secret', text: () => '{"kty":"oct","k":"c2VjcmV0IHdvcmRz"}' },
    { name: 'RSA', text: async () => await exportPKCS8((await testKey('RS256')).privateKey) },
    { name: 'nothing', text: () => '' },
  ];
  it.each(wrong)('that cannot sign are refused: $name', async ({ text }) => {
    const file = join(folder, 'wrong.pem');
    await writeFile(file, await text());
    await expect(openContextSigner(file)).rejects.toThrow(/wrong\.pem: expected a private key/);
  });

  it.each([
    { name: 'no name', options: { subgraph: '' } },
    { name: 'clocks that differ by hours', options: { clockSkewSeconds: 3_600 } },
    { name: 'a private key', options: { keys: { text: '-----BEGIN PRIVATE KEY-----' } } },
    { name: 'a file that is not there', options: { keys: { file: '/nowhere/key.pem' } } },
  ])('and options that cannot be are refused: $name', async ({ options }) => {
    const given = { subgraph: 'accounts', keys: { text: key.pem }, ...options };
    await expect(createContextVerifier(given)).rejects.toThrow(/xpected/);
  });
});

it('the package entry loads neither GraphQL nor Apollo', async () => {
  const script = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
    await import(process.argv[1]);
    console.log(loaded.filter((url) => !url.startsWith('node:')).join('\\n'));
  `;
  const entry = pathToFileURL(resolve('policies/context/index.ts')).href;
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--input-type=module',
    '--eval',
    script,
    entry,
  ]);
  const packages = [...stdout.matchAll(/\/node_modules\/((?:@[^/]+\/)?[^/]+)\//g)].map(([, name]) => name);
  expect(new Set(packages)).toEqual(new Set(['jose']));
  expect(stdout).toContain('contextVerifier.ts');
});
