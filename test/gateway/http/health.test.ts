import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { startWatchedWorld, type WatchedWorld } from '../watch/watchedWorld.ts';

let world: WatchedWorld;
let isFull = false;

const keep = async (): Promise<void> =>
  await (isFull ? Promise.reject(new Error('canary')) : Promise.resolve());
const auditSink = { append: keep, attempt: keep };
const ask = async (path: string): Promise<{ status: number; body: unknown; cached: string | null }> => {
  const response = await fetch(new URL(path, world.gateway.url));
  const cached = response.headers.get('cache-control');
  return { status: response.status, body: await response.json(), cached };
};
const send = async () =>
  await world.gateway.send({
    query: '{ users { name } }',
    client: 'mail-campaign',
    purpose: 'marketing.recommendation',
  });

beforeAll(async () => (world = await startWatchedWorld({ auditSink })));
afterEach(() => void (isFull = false));
afterAll(async () => await world.close());

it.each(['/health', '/health/live'])('%s says that the process runs', async (path) => {
  expect(await ask(path)).toEqual({ status: 200, body: { status: 'ok' }, cached: 'no-store' });
});

it('/health/ready says that requests should be sent here', async () => {
  const body = { status: 'ready', missing: [], degraded: [] };
  expect(await ask('/health/ready')).toEqual({ status: 200, body, cached: 'no-store' });
});

it('and that none should while records are not kept, and again once they are', async () => {
  isFull = true;
  const body = { status: 'not-ready', missing: ['audit'], degraded: [] };
  expect((await send()).errors).not.toEqual([]);
  expect(await ask('/health/ready')).toMatchObject({ status: 503, body });
  // Also without requests, which nobody sends any more.
  await sleep(1_500);
  expect(await ask('/health/ready')).toMatchObject({ status: 503, body });
  expect(await ask('/health/live')).toMatchObject({ status: 200 });
  isFull = false;
  await vi.waitFor(async () => expect(await ask('/health/ready')).toMatchObject({ status: 200 }), {
    timeout: 20_000,
    interval: 50,
  });
});

it('and at once where a record is kept', async () => {
  isFull = true;
  expect((await send()).errors).not.toEqual([]);
  expect(await ask('/health/ready')).toMatchObject({ status: 503 });
  isFull = false;
  expect((await send()).errors).toEqual([]);
  expect(await ask('/health/ready')).toMatchObject({ status: 200 });
});

it('that what was read last was refused does not keep requests away, and is told in words of ours', async () => {
  world.watch.reloaded('policy', 'refused');
  const body = { status: 'ready', missing: [], degraded: ['reload:policy'] };
  expect(await ask('/health/ready')).toMatchObject({ status: 200, body });
  world.watch.reloaded('policy', 'reloaded');
});

it('a consent source that fails does not keep requests away', async () => {
  world.consentSourceIs('broken');
  for (let sent = 0; sent < 12; sent++) await send();
  const body = { status: 'ready', missing: [], degraded: ['consent-source'] };
  expect(await ask('/health/ready')).toMatchObject({ status: 200, body });
});

it('a gateway that is emptied says so', async () => {
  world.watch.readiness.drain();
  expect(await ask('/health/ready')).toMatchObject({ status: 503, body: { missing: ['draining'] } });
  expect(await ask('/health/live')).toMatchObject({ status: 200 });
});
