import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { auditCommand } from '../../../gateway/commands/audit.ts';
import { ConfigError } from '../../../gateway/flags.ts';
import { startFile } from '../../demo/startCommand.ts';
import { startRedis } from '../../harness.ts';
import { KEYS, writeRecord, type WrittenRecord } from '../audit/verify/writtenRecord.ts';

let record: WrittenRecord;
let key: string;
let other: string;
beforeAll(async () => {
  record = await writeRecord([5, 2], [3]);
  key = join(record.folder, 'public.pem');
  await writeFile(key, KEYS.publicKey.export({ format: 'pem', type: 'spki' }));
  other = await mkdtemp(join(tmpdir(), 'sudare-audit-command-'));
});
afterAll(async () => {
  await rm(record.folder, { recursive: true, force: true });
  await rm(other, { recursive: true, force: true });
});

/** Runs the command in this process; what it throws is told as the command line tells it. */
async function run(...args: readonly string[]): Promise<{ code: unknown; out: string; err: string }> {
  const out: string[] = [];
  const writing = vi.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0);
  try {
    return { code: await auditCommand.run(args, {}), out: out.join(''), err: '' };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { code: error instanceof ConfigError ? 2 : 1, out: out.join(''), err: error.message };
  } finally {
    writing.mockRestore();
  }
}

const signed = (): string[] => ['--checkpoints', record.checkpoints, '--public-key', key];

describe('sudare audit verify', () => {
  it('finds nothing wrong with a record as it was written, and says what is proven', async () => {
    await record.put(record.lines);
    const { code, out } = await run('verify', record.file, ...signed());
    expect(code).toBe(0);
    expect(out).toMatch(/^chain {2}gw\/[^:]+: sequences 1–5; proven to sequence 3, \S+audit\.ndjson:3$/m);
    expect(out).toMatch(/^chain {2}gw\/[^:]+: sequences 1–2; proven by no checkpoint$/m);
    expect(out).toMatch(/^lines: 7, chains: 2, checkpoints: 1; nothing is wrong\.$/m);
  });

  it.each<{ name: string; given: () => readonly string[]; says: RegExp }>([
    {
      name: 'one byte changed',
      given: () => record.lines.with(1, record.lines[1]?.replace('desk', 'dusk') ?? ''),
      says: /^WRONG {2}\S+audit\.ndjson:2: sequence 2 of gw\/\S+: altered/m,
    },
    {
      name: 'one line removed',
      given: () => record.lines.toSpliced(1, 1),
      says: /^WRONG {2}sequence 2 of gw\/\S+: missing/m,
    },
    {
      name: 'two lines swapped',
      given: () => [record.lines[1] ?? '', record.lines[0] ?? '', ...record.lines.slice(2)],
      says: /^WRONG {2}\S+audit\.ndjson:2: sequence 1 of gw\/\S+: moved: it stands behind sequence 2 \(\S+:1\)/m,
    },
  ])('finds $name', async ({ given, says }) => {
    await record.put(given());
    const { code, out } = await run('verify', record.file, ...signed());
    expect(code).toBe(1);
    expect(out).toMatch(says);
    expect(out).toMatch(/; 1 found wrong\.$/m);
  });

  it('says without checkpoints what it does not prove', async () => {
    await record.put(record.lines);
    const { code, out } = await run('verify', record.file);
    expect(code).toBe(0);
    expect(out).toMatch(/no checkpoints given; nothing is wrong\. Of chains alone, that does not prove/);
  });

  it('says so as data', async () => {
    await record.put(record.lines.toSpliced(1, 1));
    const { code, out } = await run('verify', record.file, ...signed(), '--format=json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      lines: 6,
      checkpoints: 1,
      problems: 1,
      more: 0,
      findings: expect.arrayContaining([
        {
          kind: 'missing',
          chain: expect.stringContaining('gw/'),
          sequences: { from: 2, to: 2 },
          at: null,
          message: 'missing',
          problem: true,
        },
      ]),
    });
  });

  it('is a command of sudare', async () => {
    await record.put(record.lines.toSpliced(1, 1));
    const running = startFile('gateway/cli.ts', ['audit', 'verify', record.file, ...signed()]);
    expect(await running.ended).toBe(1);
    expect(running.standardOutput()).toMatch(/sequence 2 of gw\/\S+: missing/);
  });

  it('reads several files, and some of more', async () => {
    const [first, second] = [join(other, 'a'), join(other, 'b')];
    await writeFile(first, `${record.lines.slice(0, 2).join('\n')}\n`);
    await writeFile(second, `${record.lines.slice(2).join('\n')}\n`);
    expect((await run('verify', first, second, ...signed())).code).toBe(0);
    expect((await run('verify', second, ...signed())).code).toBe(1);
    expect((await run('verify', '--partial', second, ...signed())).code).toBe(0);
  });

  it.each<{ name: string; args: () => readonly string[]; says: RegExp; code: number }>([
    { name: 'no file', args: () => ['verify'], says: /expected files of the access record/, code: 2 },
    {
      name: 'checkpoints without a key',
      args: () => ['verify', 'f', '--checkpoints', 'c'],
      says: /--checkpoints and --public-key need each other/,
      code: 2,
    },
    {
      name: 'a key without checkpoints',
      args: () => ['verify', 'f', '--public-key', 'k'],
      says: /--checkpoints and --public-key need each other/,
      code: 2,
    },
    {
      name: 'another format',
      args: () => ['verify', 'f', '--format=xml'],
      says: /expected text or json/,
      code: 2,
    },
    { name: 'another flag', args: () => ['verify', 'f', '--nope'], says: /Flags: --checkpoints/, code: 2 },
    {
      name: 'a file that is not there',
      args: () => ['verify', join(other, 'none')],
      says: /ENOENT/,
      code: 1,
    },
    {
      name: 'a key that is none',
      args: () => ['verify', record.file, '--checkpoints', record.checkpoints, '--public-key', record.file],
      says: /expected Ed25519 public keys/,
      code: 1,
    },
    {
      name: 'nothing to do',
      args: () => [],
      says: /expected "sudare audit verify" or "sudare audit deliver"/,
      code: 2,
    },
    { name: 'files without a Redis', args: () => ['deliver', 'f'], says: /--redis-url is missing/, code: 2 },
    {
      name: 'a Redis that is none, without its password',
      args: () => ['deliver', 'f', '--redis-url', 'http://u:hunter2@r'],
      says: /^(?!.*hunter2).*--redis-url: .*expected a URL/s,
      code: 2,
    },
  ])('says what was expected: $name', async ({ args, says, code }) => {
    const result = await run(...args());
    expect(result.err).toMatch(says);
    expect(result.code).toBe(code);
  });
});

describe('sudare audit deliver', () => {
  it('brings the lines of files to the stream', async () => {
    await record.put(record.lines);
    const server = await startRedis();
    const redis = new Redis(server.url);
    try {
      const { code, out } = await run('deliver', record.file, '--redis-url', server.url);
      expect({ code, out }).toEqual({
        code: 0,
        out: '7 lines delivered; 0 are no whole lines of a record.\n',
      });
      const entries = await redis.xrange('sudare:record', '-', '+');
      expect(entries.map(([, fields]) => fields)).toEqual(record.lines.map((line) => ['line', line]));
    } finally {
      redis.disconnect();
      await server.stop();
    }
  });

  it('fails where there is no Redis', async () => {
    const { code, err } = await run('deliver', record.file, '--redis-url', 'redis://127.0.0.1:1');
    expect(code).toBe(1);
    expect(err).not.toBe('');
  });
});
