import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const root = fileURLToPath(new URL('../..', import.meta.url));

const lockFile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      dev: z.boolean().default(false),
      dependencies: z.record(z.string(), z.string()).default({}),
    }),
  ),
});

/** What SECURITY.md rests its judgement of GHSA-w5hq-g745-h8pq on. */
describe('uuid', () => {
  const users = ['@apollo/federation-internals/dist', '@apollo/query-graphs/dist', 'gaxios/build/src'];
  it.each(users)('is asked by %s for v1() or v4() alone, without a buffer', (folder) => {
    const calls = globSync(`node_modules/${folder}/**/*.js`, { cwd: root }).flatMap((file) =>
      Array.from(
        readFileSync(`${root}/${file}`, 'utf8').matchAll(/\buuid_1\.(\w+)\)?\(([^)]*)\)/g),
        ([, name = '', given = '']) => `${name}(${given})`,
      ),
    );
    expect(calls.length).toBeGreaterThan(0);
    expect(calls.filter((call) => call !== 'v1()' && call !== 'v4()')).toEqual([]);
  });

  it('is asked by no other production dependency', () => {
    const lock = lockFile.parse(JSON.parse(readFileSync(`${root}/package-lock.json`, 'utf8')));
    const asking = Object.entries(lock.packages)
      .filter(([, { dev, dependencies }]) => !dev && 'uuid' in dependencies)
      .map(([path]) => path);
    expect(asking).toEqual(
      users.map((folder) => `node_modules/${folder.replace(/\/(dist|build\/src)$/, '')}`),
    );
  });
});
