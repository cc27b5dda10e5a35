import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AUDIT_VERIFY, EXIT_CODES } from '../../../../gateway/commands/auditVerify.ts';
import { startFile } from '../../../demo/startCommand.ts';
import { KEYS, writeRecord, type WrittenRecord } from './writtenRecord.ts';

const DOCS = fileURLToPath(new URL('../../../../docs/audit.md', import.meta.url));

let record: WrittenRecord;
let signed: readonly string[];
beforeAll(async () => {
  record = await writeRecord([4], [3]);
  const key = join(record.folder, 'public.pem');
  await writeFile(key, KEYS.publicKey.export({ format: 'pem', type: 'spki' }));
  signed = ['--checkpoints', record.checkpoints, '--public-key', key];
});
afterAll(async () => await rm(record.folder, { recursive: true, force: true }));

describe('the exit code of sudare audit verify', () => {
  it.each<{ name: string; lines?: () => readonly string[]; args: () => readonly string[]; code: number }>([
    { name: 'nothing wrong', args: () => [record.file, ...signed], code: 0 },
    {
      name: 'notes alone',
      lines: () => [...record.lines, '{"chain', ''],
      args: () => [record.file, ...signed],
      code: 0,
    },
    { name: 'its help', args: () => ['--help'], code: 0 },
    {
      name: 'something wrong',
      lines: () => record.lines.toSpliced(1, 1),
      args: () => [record.file, ...signed],
      code: 1,
    },
    { name: 'a record that is not there', args: () => [join(record.folder, 'none')], code: 1 },
    {
      name: 'checkpoints that are not there',
      args: () => [record.file, ...signed, '--checkpoints', join(record.folder, 'none')],
      code: 1,
    },
    {
      name: 'a key that is not there',
      args: () => [record.file, ...signed.slice(0, 3), join(record.folder, 'none')],
      code: 1,
    },
    { name: 'no file', args: () => [...signed], code: 2 },
    { name: 'a flag that it does not have', args: () => [record.file, '--nope'], code: 2 },
  ])('$name: $code', async ({ lines = () => record.lines, args, code }) => {
    await record.put(lines());
    expect(await startFile('gateway/cli.ts', ['audit', 'verify', ...args()]).ended).toBe(code);
  });
});

describe('the exit codes', () => {
  it('are those that there are', () => {
    expect(EXIT_CODES.map(({ code }) => code)).toEqual([0, 1, 2]);
  });

  it.each(EXIT_CODES)('$code is told by the help text and the docs', async ({ code, means }) => {
    expect(AUDIT_VERIFY.split('\n')).toContain(`  ${code}  ${means}`);
    const rows = (await readFile(DOCS, 'utf8')).split('\n').map((row) => row.replaceAll(/ +/g, ' '));
    expect(rows).toContain(`| ${code} | ${means} |`);
  });
});
