import { describe, expect, test } from 'vitest';
import { parseRedisUrl } from '../../../../policies/consent/redis/redisUrl.ts';
import type { RedisAccess } from '../../../../policies/consent/redis/redisUrl.ts';

const access = (given: Partial<RedisAccess> = {}): RedisAccess => ({
  username: null,
  password: null,
  db: 0,
  tls: false,
  ...given,
});
const nobody = { username: null, password: null };

describe('a Redis URL', () => {
  test.each([
    {
      given: 'redis://cache',
      expected: { kind: 'single', address: { host: 'cache', port: 6379 }, access: access() },
    },
    {
      given: ' rediss://app:p%40ss%2C@Cache.example:7000/3 ',
      expected: {
        kind: 'single',
        address: { host: 'Cache.example', port: 7000 },
        access: access({ username: 'app', password: 'p@ss,', db: 3, tls: true }),
      },
    },
    {
      given: 'redis://:one,two@[::1]:7000',
      expected: {
        kind: 'single',
        address: { host: '::1', port: 7000 },
        access: access({ password: 'one,two' }),
      },
    },
    {
      given: 'redis://app:pass@a:7000,redis://app:pass@b, redis://app:pass@[fe80::1]:7002/0',
      expected: {
        kind: 'cluster',
        seeds: [
          { host: 'a', port: 7000 },
          { host: 'b', port: 6379 },
          { host: 'fe80::1', port: 7002 },
        ],
        access: access({ username: 'app', password: 'pass' }),
      },
    },
    {
      given: 'redis-sentinel://a,b:26380,[::1]#main',
      expected: {
        kind: 'sentinel',
        sentinels: [
          { host: 'a', port: 26379 },
          { host: 'b', port: 26380 },
          { host: '::1', port: 26379 },
        ],
        name: 'main',
        access: access(),
        sentinelUser: nobody,
      },
    },
    {
      given: 'rediss-sentinel://app:pass@a/2?user=guard&password=s%23#main%20one',
      expected: {
        kind: 'sentinel',
        sentinels: [{ host: 'a', port: 26379 }],
        name: 'main one',
        access: access({ username: 'app', password: 'pass', db: 2, tls: true }),
        sentinelUser: { username: 'guard', password: 's#' },
      },
    },
  ])('says where: $given', ({ given, expected }) => {
    expect(parseRedisUrl(given)).toEqual(expected);
  });

  test.each([
    { given: '', expected: 'begins with redis:// or rediss://' },
    { given: 'hunter2', expected: 'begins with redis:// or rediss://' },
    { given: 'localhost:6379', expected: 'begins with redis:// or rediss://' },
    { given: 'http://app:hunter2@cache', expected: 'begins with redis:// or rediss://' },
    { given: 'redis://', expected: 'begins with redis:// or rediss://' },
    { given: 'redis://app:hunter2#@cache', expected: '%23' },
    { given: 'redis://app:hunter2?@cache', expected: '%3F' },
    { given: 'redis://app:hunter2/@cache', expected: '%2F' },
    { given: 'redis://app:hunter2%@cache', expected: 'percent-encoding' },
    { given: 'redis://hunter2@cache', expected: 'user:password@ or :password@' },
    { given: 'redis://hunter2:@cache', expected: 'a password after the user' },
    { given: 'redis://app:hunter2@cache:70000', expected: 'host:port' },
    { given: 'redis://app:hunter2@cache/zero', expected: 'the number of a database' },
    { given: 'redis://app:hunter2@cache?db=1', expected: 'begins with redis:// or rediss://' },
    { given: 'redis://app:hunter2@a,b', expected: 'begins with redis:// or rediss://' },
    { given: 'redis://app:hunter2@a,redis://app:hunter3@b', expected: 'the same scheme, user and password' },
    { given: 'redis://:hunter2@a,rediss://:hunter2@b', expected: 'the same scheme, user and password' },
    { given: 'redis://a/1,redis://b/1', expected: 'no database number' },
    { given: 'redis://:hunter2@a,redis-sentinel://b#main', expected: 'begins with redis:// or rediss://' },
    { given: 'redis-sentinel://app:hunter2@a', expected: 'after the #' },
    { given: 'redis-sentinel://app:hunter2@a?sentinel=hunter2#main', expected: 'no parameters but' },
  ])('is refused without being quoted: $given', ({ given, expected }) => {
    let message = 'nothing was thrown';
    try {
      parseRedisUrl(given);
    } catch (error) {
      expect(error).toBeInstanceOf(TypeError);
      message = String(error);
    }
    expect(message).toContain('Redis URL: expected');
    expect(message).toContain(expected);
    expect(message).not.toMatch(/hunter|cache/);
  });
});
