import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { rememberTokens } from '../../../gateway/callers/rememberTokens.ts';

const START = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;

let verified: string[];

beforeEach(() => {
  verified = [];
  vi.useFakeTimers({ toFake: ['Date'], now: START });
});
afterEach(() => void vi.useRealTimers());

const KEYS = {};

/** Accepts what begins with `good`, until an hour after the start. */
const tokens = (expires = START + 60 * MINUTE, keys: () => object | null = () => KEYS) =>
  rememberTokens(async (token) => {
    verified.push(token);
    if (!token.startsWith('good')) throw new Error('not accepted');
    return await Promise.resolve({ claims: { client: token }, expires });
  }, keys);

const rows: readonly { name: string; expires?: number; after: number; expected: number }[] = [
  { name: 'is not verified again at once', after: 0, expected: 1 },
  { name: 'nor within a minute', after: MINUTE - 1, expected: 1 },
  { name: 'is verified again after a minute', after: MINUTE, expected: 2 },
  { name: 'is verified again once it has expired', expires: START + 1_000, after: 1_000, expected: 2 },
  { name: 'but not before', expires: START + 1_000, after: 999, expected: 1 },
  { name: 'is verified each time within the tolerance', expires: START - 1, after: 0, expected: 2 },
  { name: 'is verified again where the clock was set back', after: -1, expected: 2 },
];
it.each(rows)('a token that was accepted $name', async ({ expires, after, expected }) => {
  const claimsOf = tokens(expires);
  await claimsOf('good');
  vi.setSystemTime(START + after);
  expect(await claimsOf('good')).toEqual({ client: 'good' });
  expect(verified).toHaveLength(expected);
});

it('another token is not taken for one that was accepted', async () => {
  const claimsOf = tokens();
  expect(await claimsOf('good')).toEqual({ client: 'good' });
  expect(await claimsOf('good.')).toEqual({ client: 'good.' });
  await expect(claimsOf('bad')).rejects.toThrow('not accepted');
});

it('a token that was refused is verified each time', async () => {
  const claimsOf = tokens();
  await expect(claimsOf('bad')).rejects.toThrow('not accepted');
  await expect(claimsOf('bad')).rejects.toThrow('not accepted');
  expect(verified).toEqual(['bad', 'bad']);
});

it('a token that is no longer accepted is forgotten', async () => {
  let accepts = true;
  const claimsOf = rememberTokens(
    async () => {
      if (!accepts) throw new Error('not accepted');
      return await Promise.resolve({ claims: {}, expires: START + 60 * MINUTE });
    },
    () => KEYS,
  );
  await claimsOf('a');
  accepts = false;
  vi.setSystemTime(START + MINUTE);
  await expect(claimsOf('a')).rejects.toThrow('not accepted');
  vi.setSystemTime(START);
  await expect(claimsOf('a')).rejects.toThrow('not accepted');
});

const sets: readonly { name: string; next: object | null; expected: number }[] = [
  { name: 'is verified again by keys that replaced those of before', next: {}, expected: 2 },
  { name: 'is verified again where there are no keys any more', next: null, expected: 2 },
];
it.each(sets)('a token that was accepted $name', async ({ next, expected }) => {
  let keys: object | null = KEYS;
  const claimsOf = tokens(START + 60 * MINUTE, () => keys);
  await claimsOf('good');
  keys = next;
  await claimsOf('good');
  expect(verified).toHaveLength(expected);
});

it('a token whose keys were replaced while it was verified is verified again', async () => {
  let keys = KEYS;
  const claimsOf = rememberTokens(
    async (token) => {
      verified.push(token);
      keys = verified.length === 1 ? {} : keys;
      return await Promise.resolve({ claims: {}, expires: START + 60 * MINUTE });
    },
    () => keys,
  );
  await claimsOf('good');
  await claimsOf('good');
  await claimsOf('good');
  expect(verified).toHaveLength(2);
});

it('nothing is believed that was verified without keys', async () => {
  const claimsOf = tokens(START + 60 * MINUTE, () => null);
  await claimsOf('good');
  await claimsOf('good');
  expect(verified).toHaveLength(2);
});
