import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { exportPKCS8 } from 'jose';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createContextVerifier } from '../../../policies/context/contextVerifier.ts';
import { startJwksServer, type JwksServer } from '../../policies/keys/jwksServer.ts';
import { testKey, type TestKey } from '../../policies/keys/testKeys.ts';
import { startFile, type RunningCommand } from '../../demo/startCommand.ts';
import { LISTENING } from '../../demo/startVillage.ts';
import { composeTest, sendTo } from '../../gatewayHarness.ts';

let folder: string;
let issuer: JwksServer;
let [callers, nextCallers, gatewayKey, nextGatewayKey]: TestKey[] = [];
let subgraph: Server;
let told: string;
let gateway: RunningCommand;
let url: string;

const key = (of: TestKey | undefined): TestKey => {
  if (of === undefined) throw new Error('Expected a key.');
  return of;
};

beforeAll(async () => {
  [callers, nextCallers, gatewayKey, nextGatewayKey] = await Promise.all([
    testKey('ES256', 'one'),
    testKey('ES256', 'two'),
    testKey('EdDSA'),
    testKey('ES256'),
  ]);
  issuer = await startJwksServer({ keys: [callers.jwk] });
  subgraph = createServer((request, response) => {
    told = String(request.headers['x-sudare-context']);
    response.setHeader('content-type', 'application/json');
    response.end('{"data":{"open":"yes"}}');
  });
  subgraph.listen(0, '127.0.0.1');
  await once(subgraph, 'listening');
  const address = subgraph.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  folder = await mkdtemp(join(tmpdir(), 'sudare-served-'));
  const open = { name: 'open', typeDefs: 'type Query { open: String }' };
  const urls = new Map([['open', `http://127.0.0.1:${port}/graphql`]]);
  await writeFile(join(folder, 'supergraph.graphql'), composeTest([open], urls));
  await writeFile(join(folder, 'key.pem'), await exportPKCS8(gatewayKey.privateKey));
  await writeFile(
    join(folder, 'sudare.yaml'),
    `supergraph: { file: supergraph.graphql, unverified: true }
policy: { file: ${JSON.stringify(resolve('policies/crowdworks/policy.yaml'))} }
server: { port: 0, noticeSeconds: 0 }
subgraphs: { contextKey: key.pem }
tokens:
  jwksUrl: ${issuer.url}
  issuer: https://id.example
  audience: sudare
  jwksRefreshMs: 300
  jwksCooldownMs: 200
  jwksMaxStaleMs: 2000
  claims: { client: azp, purposes: { claim: scope, prefix: 'purpose:' } }
`,
  );
  gateway = startFile('gateway/cli.ts', ['start', `--config=${join(folder, 'sudare.yaml')}`]);
  [, url = ''] = await gateway.prints(LISTENING);
});
afterAll(async () => {
  await gateway.stop();
  subgraph.closeAllConnections();
  subgraph.close();
  await issuer.stop();
  await rm(folder, { recursive: true, force: true });
});

const tokenOf = async (by: TestKey | undefined, scope = 'openid purpose:service.support'): Promise<string> =>
  await key(by).sign({
    azp: 'support-desk',
    scope,
    iss: 'https://id.example',
    aud: 'sudare',
    exp: Math.floor(Date.now() / 1000) + 300,
  });
const ask = async (token: string, purpose = 'service.support'): Promise<unknown> => {
  const { status, data, errors } = await sendTo(url, {
    query: '{ open }',
    purpose,
    headers: { authorization: `Bearer ${token}` },
  });
  return status === 200 ? data : [status, errors[0]?.extensions['code']];
};
const LATE = { timeout: 20_000, interval: 100 };
const PATIENT = { timeout: 120_000 };

it(
  'a served gateway follows the issuer’s keys and its own, and refuses when there are none',
  PATIENT,
  async () => {
    const old = await tokenOf(callers);
    expect(await ask(old)).toEqual({ open: 'yes' });
    expect(await ask(await tokenOf(callers, 'openid'))).toEqual([403, 'PURPOSE_NOT_PERMITTED']);
    expect(await ask(await tokenOf(nextCallers))).toEqual([401, 'UNAUTHENTICATED']);

    // The subgraph knows the gateway, also after its key was replaced; a file that is none changes nothing.
    const verified = async (by: TestKey | undefined): Promise<unknown> => {
      const verifier = await createContextVerifier({ subgraph: 'open', keys: { text: key(by).pem } });
      return await verifier.verify(told);
    };
    expect(await verified(gatewayKey)).toMatchObject({ client: 'support-desk', purpose: 'service.support' });
    await writeFile(join(folder, 'key.pem'), 'no key');
    await gateway.prints(/context.key not reloaded/);
    await ask(old);
    await verified(gatewayKey);
    await writeFile(join(folder, 'key.pem'), await exportPKCS8(key(nextGatewayKey).privateKey));
    await vi.waitFor(async () => {
      await ask(old);
      await verified(nextGatewayKey);
    }, LATE);

    // The issuer changes its key.
    issuer.answer({ keys: [key(nextCallers).jwk] });
    await vi.waitFor(
      async () => expect(await ask(await tokenOf(nextCallers))).toEqual({ open: 'yes' }),
      LATE,
    );
    expect(await ask(old)).toEqual([401, 'UNAUTHENTICATED']);

    // The issuer is gone: for a while the last keys count, then none.
    const young = await tokenOf(nextCallers);
    await issuer.stop();
    await vi.waitFor(async () => expect(await ask(young)).toEqual([401, 'UNAUTHENTICATED']), LATE);
    const ready = await fetch(new URL('/health/ready', url));
    expect(await ready.json()).toMatchObject({ status: 'ready', degraded: ['token-keys'] });
    await issuer.start();
    await vi.waitFor(async () => expect(await ask(young)).toEqual({ open: 'yes' }), LATE);

    const said = gateway.standardOutput() + gateway.standardError();
    expect(said).toMatch(/keys could not be fetched/);
    for (const token of [old, young, told]) expect(said).not.toContain(token.split('.')[1]);
  },
);
