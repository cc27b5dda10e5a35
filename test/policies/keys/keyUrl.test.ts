import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KEY_TIMES, openKeyUrl, type KeyUrlOptions } from '../../../policies/keys/keyUrl.ts';
import type { KeySource } from '../../../policies/keys/keySource.ts';
import { startJwksServer, type JwksAnswer, type JwksServer } from './jwksServer.ts';
import { testKey } from './testKeys.ts';

const OPTIONS = { algorithms: ['ES256'] };
const one = await testKey('ES256', 'one');
const two = await testKey('ES256', 'two');
const byOne = await one.sign({ sub: 'a' });
const byTwo = await two.sign({ sub: 'a' });

let server: JwksServer;
let opened: KeySource[];
let problems: string[];

beforeEach(async () => {
  server = await startJwksServer({ keys: [one.jwk] });
  opened = [];
  problems = [];
});
afterEach(async () => {
  vi.useRealTimers();
  for (const source of opened) source.close();
  await server.stop();
});

const open = async (options: Partial<KeyUrlOptions> = {}): Promise<KeySource> => {
  const source = await openKeyUrl({
    url: server.url,
    onProblem: ({ message }, meanwhile) => problems.push(`${message} (${meanwhile})`),
    ...options,
  });
  opened.push(source);
  return source;
};
const accepts = async (source: KeySource, token: string): Promise<boolean> =>
  await source.verify(token, OPTIONS).then(
    () => true,
    () => false,
  );
/** Clocks that the test moves; timers go on by themselves. */
const heldClocks = (): void => void vi.useFakeTimers({ toFake: ['performance', 'Date'] });
const pass = (ms: number): void => void vi.advanceTimersByTime(ms);

describe('a key set at an address', () => {
  it('is fetched once for many tokens', async () => {
    const source = await open();
    for (let count = 0; count < 5; count += 1) expect(await accepts(source, byOne)).toBe(true);
    expect(server.asked()).toBe(1);
    expect(source.problem()).toBeNull();
  });

  it('is fetched anew for a key that is not known, but not before the cool-down is over', async () => {
    heldClocks();
    const source = await open();
    server.answer({ keys: [two.jwk] });
    expect(await accepts(source, byTwo)).toBe(false);
    pass(KEY_TIMES.cooldownMs - 1);
    expect(await accepts(source, byTwo)).toBe(false);
    expect(server.asked()).toBe(1);
    pass(1);
    expect(await accepts(source, byTwo)).toBe(true);
    expect(await accepts(source, byOne)).toBe(false);
    expect(server.asked()).toBe(2);
  });

  it('is fetched once for many unknown keys at a time, also where that fails', async () => {
    heldClocks();
    const source = await open();
    await server.stop();
    pass(KEY_TIMES.cooldownMs);
    const answers = await Promise.all(Array.from({ length: 20 }, async () => await accepts(source, byTwo)));
    expect(new Set(answers)).toEqual(new Set([false]));
    expect(await accepts(source, byTwo)).toBe(false);
    expect(problems).toHaveLength(1);
  });

  it('is fetched anew in the background, so that a key which was taken out is believed no longer', async () => {
    const source = await open({ refreshMs: 50 });
    expect(await accepts(source, byOne)).toBe(true);
    server.answer({ keys: [two.jwk] });
    await vi.waitFor(
      () => expect(source.verify(byOne, OPTIONS)).rejects.toThrow('no applicable key'),
      10_000,
    );
    expect(await accepts(source, byTwo)).toBe(true);
  });

  it('stays the same set as long as it holds the same keys', async () => {
    const source = await open({ refreshMs: 20 });
    const first = source.current();
    await vi.waitFor(() => expect(server.asked()).toBeGreaterThan(3), 10_000);
    expect(source.current()).toBe(first);
  });
});

const failures: readonly {
  name: string;
  answer: JwksAnswer;
  says: RegExp;
}[] = [
  { name: 'is empty', answer: { keys: [] }, says: /expected a JWKS/ },
  { name: 'has no keys', answer: {}, says: /expected a JWKS/ },
  {
    name: 'holds a secret alone',
    answer: { keys: [{ kty: 'oct', k: 'c2VjcmV0', kid: 'two' }] },
    says: /expected a JWKS/,
  },
  {
    name: 'is no JSON',
    answer: (response: ServerResponse) => response.end('secret words'),
    says: /expected a JWKS/,
  },
  {
    name: 'is a failure',
    answer: (response: ServerResponse) => response.writeHead(503).end('secret words'),
    says: /status 503/,
  },
  {
    name: 'leads elsewhere',
    answer: (response: ServerResponse) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    says: /could not be fetched/,
  },
  {
    name: 'is endless',
    answer: (response: ServerResponse) => response.end('x'.repeat(300_000)),
    says: /over 262144 bytes/,
  },
  { name: 'does not come', answer: () => undefined, says: /too late/ },
  {
    name: 'is cut off',
    answer: (response: ServerResponse) => void response.write('{', () => response.destroy()),
    says: /could not be fetched/,
  },
];

describe('a new set that', () => {
  it.each(failures)('$name replaces none', async ({ answer, says }) => {
    heldClocks();
    const source = await open({ timeoutMs: 300 });
    server.answer(answer);
    pass(KEY_TIMES.cooldownMs);
    expect(await accepts(source, byTwo)).toBe(false);
    expect(server.asked()).toBe(2);
    expect(await accepts(source, byOne)).toBe(true);
    expect(problems).toEqual([expect.stringMatching(says)]);
    expect(problems.join()).toContain('(last-keys)');
    expect(problems.join()).not.toContain('secret words');
    expect(source.problem()).toMatch(says);
  });
});

describe('where a key set is not to be had', () => {
  it('the last good one is believed for a bounded time, then nothing, until it is had again', async () => {
    heldClocks();
    const source = await open();
    await server.stop();
    pass(KEY_TIMES.maxStaleMs - 1);
    expect(await accepts(source, byOne)).toBe(true);
    expect(source.current()).not.toBeNull();
    pass(1);
    expect(source.current()).toBeNull();
    await expect(source.verify(byOne, OPTIONS)).rejects.toThrow('no token is accepted');
    expect(problems.at(-1)).toMatch(/no token is accepted.*\(no-keys\)$/);
    await server.start();
    expect(await accepts(source, byOne)).toBe(false);
    pass(KEY_TIMES.cooldownMs);
    expect(await accepts(source, byOne)).toBe(true);
    expect(source.problem()).toBeNull();
  });

  it.each([
    { name: 'the clock was set back', clocks: ['performance'] as const },
    { name: 'the machine slept', clocks: ['Date'] as const },
  ])('its age is known also where $name', async ({ clocks }) => {
    vi.useFakeTimers({ toFake: [...clocks] });
    const source = await open();
    await server.stop();
    pass(KEY_TIMES.maxStaleMs);
    expect(await accepts(source, byOne)).toBe(false);
  });

  it('nothing is accepted from the start, and it is tried again by itself', async () => {
    await server.stop();
    const source = await open({ cooldownMs: 50 });
    expect(source.current()).toBeNull();
    expect(source.problem()).toMatch(/could not be fetched \(ECONNREFUSED\)/);
    expect(await accepts(source, byOne)).toBe(false);
    await server.start();
    await vi.waitFor(() => expect(source.current()).not.toBeNull(), 10_000);
    expect(await accepts(source, byOne)).toBe(true);
  });

  it('nothing is fetched any more once it is closed', async () => {
    const source = await open({ refreshMs: 20 });
    source.close();
    const asked = server.asked();
    await sleep(100);
    expect(server.asked()).toBe(asked);
  });
});

describe('what cannot be is refused', () => {
  const rows: readonly { name: string; options: KeyUrlOptions; says: RegExp }[] = [
    { name: 'http: over a network', options: { url: 'http://id.example/jwks' }, says: /https/ },
    { name: 'another scheme', options: { url: 'file:///jwks.json' }, says: /https/ },
    { name: 'no address', options: { url: 'jwks.json' }, says: /https/ },
    { name: 'a password', options: { url: 'https://a:b@id.example/jwks' }, says: /without user/ },
    { name: 'no interval', options: { url: 'https://id.example', refreshMs: 0 }, says: /refreshMs/ },
    {
      name: 'an end before the next fetch',
      options: { url: 'https://id.example', maxStaleMs: 1_000 },
      says: /maxStaleMs/,
    },
    {
      name: 'a set that is believed for ever',
      options: { url: 'https://id.example', maxStaleMs: Infinity },
      says: /maxStaleMs/,
    },
  ];
  it.each(rows)('$name', async ({ options, says }) => {
    await expect(openKeyUrl(options)).rejects.toThrow(says);
  });
});
