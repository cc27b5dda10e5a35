import { rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startCommand, type RunningCommand } from '../../demo/startCommand.ts';
import { villageFiles } from '../../demo/startVillage.ts';
import { startJwksServer, type JwksServer } from '../../policies/keys/jwksServer.ts';
import { testKey } from '../../policies/keys/testKeys.ts';

/** No signal ends a process by itself that is the first of a container, as none ends one that listens for it. */
let folder = '';
let issuer: JwksServer;
let keys: object;
let asked: PromiseWithResolvers<ServerResponse>;
let opened: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  folder = await villageFiles(
    new Map([
      ['people', 'http://people.invalid'],
      ['work', 'http://work.invalid'],
    ]),
  );
  keys = { keys: [(await testKey('ES256', 'one')).jwk] };
  asked = Promise.withResolvers();
  issuer = await startJwksServer(keys);
  // Whoever starts waits for it.
  issuer.answer((response) => asked.resolve(response));
  opened = [async () => await issuer.stop(), async () => await rm(folder, { recursive: true, force: true })];
});
afterEach(async () => {
  for (const close of opened.toReversed()) await close();
});

function start(node: readonly string[] = []): RunningCommand {
  const command = startCommand(
    process.execPath,
    [
      ...node,
      'gateway/cli.ts',
      'start',
      '--unverified',
      `--supergraph=${join(folder, 'supergraph.graphql')}`,
      `--policy=${join(folder, 'policy.yaml')}`,
      `--audit-file=${join(folder, 'record.ndjson')}`,
      `--jwks-url=${issuer.url}`,
      '--jwt-issuer=https://id.example',
      '--jwt-audience=sudare',
      '--port=0',
    ],
    { SUDARE_CALLER_KEY: Buffer.alloc(32, 7).toString('base64') },
  );
  opened.push(async () => {
    if (command.isRunning()) command.signal('SIGKILL');
    await command.ended;
  });
  return command;
}

describe('a gateway that is told to stop while it starts', { timeout: 60_000 }, () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('goes no further, and ends with 0: %s', async (signal) => {
    const gateway = start();
    const response = await asked.promise;
    gateway.signal(signal);
    await gateway.prints(/"msg":"stopping"/);
    // A second one, of whoever thinks that the first was not heard.
    gateway.signal(signal);
    response.end(JSON.stringify(keys));
    expect(await gateway.ended).toBe(0);
    expect(gateway.standardError()).not.toContain('listening');
  });

  it('ends with 0 though what it waits for is silent', async () => {
    const gateway = start();
    await asked.promise;
    gateway.signal('SIGTERM');
    const began = performance.now();
    expect(await gateway.ended).toBe(0);
    // Of the 18 s that are stated, as long as the keys have.
    expect(performance.now() - began).toBeLessThan(5_000 + 4_000);
  });

  it.each([
    { name: 'at once', tell: "queueMicrotask(() => process.emit('SIGTERM'))" },
    { name: 'by the system', tell: "setImmediate(() => process.kill(process.pid, 'SIGTERM'))" },
  ])('hears it while it is still being loaded, and asks nobody anything: $name', async ({ tell }) => {
    // It comes as soon as it is listened for.
    const early = `process.on('newListener', (name) => { if (name === 'SIGTERM') ${tell}; });`;
    const gateway = start(['--import', `data:text/javascript,${encodeURIComponent(early)}`]);
    expect(await gateway.ended).toBe(0);
    expect(gateway.standardError()).toContain('"msg":"stopping"');
    expect(issuer.asked()).toBe(0);
  });
});
