import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openDatabase } from '../../../subgraphs/consent/database.ts';
import type { ConsentDatabase } from '../../../subgraphs/consent/database.ts';
import type { EventDraft } from '../../../subgraphs/consent/eventDraft.ts';
import { appendEvent, readEvents } from '../../../subgraphs/consent/events.ts';
import type { ConsentEvent } from '../../../subgraphs/consent/tables.ts';
import { freePort } from '../../harness.ts';
import { startPostgres } from './startPostgres.ts';
import { freshDataDir } from '../../freshDataDir.ts';

const directory = await mkdtemp(join(tmpdir(), 'sudare-consents-'));
const postgres = await startPostgres();
afterAll(async () => {
  await postgres?.stop();
  await rm(directory, { recursive: true, force: true });
});

const DRAFT = {
  eventState: 'WITHDRAWN',
  purpose: 'marketing',
  recipient: null,
  validityDays: null,
  policyRevision: null,
  collectionMethod: 'website',
  client: 'my-page',
  actor: null,
} as const;

async function append(database: ConsentDatabase, draft: EventDraft, now: number): Promise<ConsentEvent> {
  return await database.transaction(
    async (transaction) => await appendEvent(transaction, 'user:u_1', draft, now),
  );
}

function moduleUrl(file: string): string {
  return JSON.stringify(new URL(`../../../subgraphs/consent/${file}`, import.meta.url));
}

const places = [
  {
    name: 'PGlite in a directory that is not there yet',
    options: { dataDir: join(directory, 'new', 'consents') },
  },
  ...(postgres === null
    ? []
    : [{ name: 'PostgreSQL', options: { databaseUrl: await postgres.createDatabase() } }]),
];

test.each(places)('$name: a fresh database is made, an existing one is kept', async ({ options }) => {
  const first = await openDatabase(options);
  const event = await append(first.database, DRAFT, 1_000);
  await first.close();
  const second = await openDatabase(options);
  expect((await readEvents(second.database, ['user:u_1'])).get('user:u_1')).toEqual([event]);
  await append(second.database, DRAFT, 2_000);
  await second.close();
});

test.each(postgres === null ? [] : [{ name: 'PostgreSQL', postgres }])(
  'several instances may open a new $name at once',
  async ({ postgres: server }) => {
    const databaseUrl = await server.createDatabase();
    const opened = await Promise.all(
      Array.from({ length: 4 }, async () => await openDatabase({ databaseUrl })),
    );
    for (const { database } of opened) {
      expect((await readEvents(database, ['user:u_1'])).get('user:u_1')).toEqual([]);
    }
    await Promise.all(opened.map(async ({ close }) => await close()));
  },
);

test('what was answered survives a crash', async () => {
  const dataDir = await freshDataDir();
  const script = join(directory, 'crash.mts');
  await writeFile(
    script,
    `import { openDatabase } from ${moduleUrl('database.ts')};
     import { appendEvent } from ${moduleUrl('events.ts')};
     const { database } = await openDatabase({ dataDir: ${JSON.stringify(dataDir)} });
     await database.transaction(async (transaction) => {
       await appendEvent(transaction, 'user:u_1', ${JSON.stringify(DRAFT)}, 1_000);
     });
     process.kill(process.pid, 'SIGKILL');`,
  );
  const child = spawn(process.execPath, [script], { stdio: 'ignore' });
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  const { database, close } = await openDatabase({ dataDir });
  expect((await readEvents(database, ['user:u_1'])).get('user:u_1')).toHaveLength(1);
  await close();
});

test('a data directory has one user at a time', async () => {
  const dataDir = await freshDataDir();
  const first = await openDatabase({ dataDir });
  await expect(openDatabase({ dataDir })).rejects.toThrow(`Process ${process.pid} is using`);
  await first.close();
  await expect(access(`${dataDir}.lock`)).rejects.toThrow('ENOENT');
  // A lock without a living owner is not in the way.
  await writeFile(`${dataDir}.lock`, '999999999');
  await (await openDatabase({ dataDir })).close();
});

test.each([
  { name: 'another scheme', databaseUrl: async () => 'mysql://localhost/x', expected: 'postgres://' },
  { name: 'no URL', databaseUrl: async () => 'localhost', expected: 'postgres://' },
  {
    name: 'a PostgreSQL that is not there',
    databaseUrl: async () => `postgres://127.0.0.1:${await freePort()}/x`,
    expected: 'ECONNREFUSED',
  },
])('refuses $name', async ({ databaseUrl, expected }) => {
  await expect(openDatabase({ databaseUrl: await databaseUrl() })).rejects.toThrow(expected);
});
