import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startFile, type RunningCommand } from '../../demo/startCommand.ts';
import { villageFiles } from '../../demo/startVillage.ts';
import { startStub } from '../../demo/stubServer.ts';
import { consentSource, subgraph } from '../../demo/village.ts';
import { freePort } from '../../harness.ts';

const opened: (() => Promise<unknown>)[] = [];
let args: readonly string[] = [];

beforeEach(async () => {
  const [people, work, consent] = await Promise.all([
    startStub(subgraph('people')),
    startStub(subgraph('work')),
    startStub(consentSource()),
  ]);
  for (const stub of [people, work, consent]) opened.push(async () => await stub.down());
  const folder = await villageFiles(
    new Map([
      ['people', people.url],
      ['work', work.url],
    ]),
  );
  opened.push(async () => await rm(folder, { recursive: true, force: true }));
  args = [
    'start',
    '--dev',
    '--unverified',
    `--supergraph=${join(folder, 'supergraph.graphql')}`,
    `--policy=${join(folder, 'policy.yaml')}`,
    `--consent-url=${consent.url}`,
    `--audit-file=${join(folder, 'audit.ndjson')}`,
  ];
});
afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close();
});

function start(more: readonly string[]): RunningCommand {
  const command = startFile('gateway/cli.ts', [...args, ...more], { SUDARE_SERVER_NOTICE_SECONDS: '0' });
  opened.push(async () => {
    if (command.isRunning()) command.signal('SIGKILL');
    await command.ended;
  });
  return command;
}

async function ask(url: string): Promise<void> {
  const headers = {
    'content-type': 'application/json',
    'x-client-id': 'support-desk',
    'x-purpose': 'service.support',
  };
  const body = JSON.stringify({ query: '{ people { name } }' });
  const response = await fetch(url, { method: 'POST', headers, body });
  expect(response.status).toBe(200);
  await response.text();
}

it('a started gateway logs, counts and traces what it is asked, the last of it when it stops', async () => {
  const spans: string[] = [];
  const collector = createServer((request, response) => {
    const take = async (): Promise<void> => {
      spans.push(...((await text(request)).match(/"name":"sudare\.[\w.]+"/g) ?? []));
      response.end('{}');
    };
    take().catch(() => response.destroy());
  });
  collector.listen(0, '127.0.0.1');
  await once(collector, 'listening');
  opened.push(async () => await Promise.resolve(collector.close()));
  const address = collector.address();
  if (address === null || typeof address === 'string') throw new Error('Expected a TCP address.');

  const command = start([
    '--port=0',
    '--metrics=127.0.0.1:0',
    `--traces=http://127.0.0.1:${address.port}/v1/traces`,
  ]);
  const [, url = '', metrics = ''] = await command.prints(/"url":"([^"]+)".*"metrics":"([^"]+)"/);
  await ask(url);
  const counted = 'sudare_requests_total{client="support-desk",purpose="service.support",outcome="OK"} 1';
  expect(await (await fetch(metrics)).text()).toContain(counted);
  command.signal('SIGTERM');
  await command.prints(/"client":"support-desk","purpose":"service.support","outcome":"OK","status":200/);
  await command.ended;
  expect(spans).toContain('"name":"sudare.request"');
});

it('one that is told to log failures alone logs no requests, and counts them all the same', async () => {
  const [port, metricsPort] = await Promise.all([freePort(), freePort()]);
  const metrics = `http://127.0.0.1:${metricsPort}/metrics`;
  const more = [`--port=${port}`, `--metrics=127.0.0.1:${metricsPort}`, '--log-level=warn'];
  const command = start(more);
  // Metrics say that it is ready a moment before it listens.
  const isReady = async (): Promise<boolean> =>
    await fetch(`http://127.0.0.1:${port}/health/ready`).then(
      async (response) => (await response.text()).includes('"ready"'),
      () => false,
    );
  while (command.isRunning() && !(await isReady())) await sleep(50);
  await ask(`http://127.0.0.1:${port}/graphql`);
  expect(await (await fetch(metrics)).text()).toContain('outcome="OK"} 1');
  await command.stop();
  expect(command.standardError()).not.toContain('"msg":"request"');
});
