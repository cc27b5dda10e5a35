import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCommand } from '../../demo/startCommand.ts';
import { villageFiles } from '../../demo/startVillage.ts';
import { freePort } from '../../harness.ts';

/** No more than a start takes on a slow machine, and what is left to the process to end by itself. */
const PATIENCE_MS = 30_000;

let folder = '';
let redis = '';
beforeAll(async () => {
  folder = await villageFiles(
    new Map([
      ['people', 'http://people.invalid'],
      ['work', 'http://work.invalid'],
    ]),
  );
  await writeFile(join(folder, 'none.graphql'), 'type Query { a: Int }');
  // Nothing listens there: whoever wants it tries again for ever.
  redis = `redis://127.0.0.1:${await freePort()}`;
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

describe('a start that fails', { timeout: PATIENCE_MS + 10_000 }, () => {
  const rows: readonly {
    name: string;
    node?: readonly string[];
    args: () => readonly string[];
    says: RegExp;
  }[] = [
    {
      name: 'with Redis, of a supergraph that is none',
      args: () => [
        '--unverified',
        `--supergraph=${join(folder, 'none.graphql')}`,
        '--port=0',
        `--redis-url=${redis}`,
      ],
      says: /none\.graphql: .*composed supergraph/,
    },
    {
      name: 'with Redis, of a supergraph that is not stamped',
      args: () => [`--supergraph=${join(folder, 'supergraph.graphql')}`, '--port=0', `--redis-url=${redis}`],
      says: /stamp/,
    },
    {
      name: 'whatever else holds the process',
      node: ['--import', 'data:text/javascript,setInterval(() => undefined, 1000)'],
      args: () => ['--unverified', `--supergraph=${join(folder, 'missing.graphql')}`],
      says: /missing\.graphql/,
    },
  ];
  it.each(rows)('says why and ends with 1, $name', async ({ node = [], args, says }) => {
    const gateway = startCommand(
      process.execPath,
      [...node, 'gateway/cli.ts', 'start', '--dev', `--policy=${join(folder, 'policy.yaml')}`, ...args()],
      { SUDARE_CACHE_KEY: Buffer.alloc(32, 8).toString('base64') },
    );
    const killed = setTimeout(() => gateway.signal('SIGKILL'), PATIENCE_MS);
    const how = await gateway.ended;
    clearTimeout(killed);
    expect(how).toBe(1);
    expect(gateway.standardError()).toMatch(says);
  });
});
