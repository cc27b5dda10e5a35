import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { vi } from 'vitest';
import { auditFile } from '../../../../gateway/audit/auditFile.ts';
import { createCheckpoints } from '../../../../gateway/audit/checkpoints.ts';
import { createRecordWriter } from '../../../../gateway/audit/recordWriter.ts';
import { verificationText } from '../../../../gateway/audit/verify/verificationText.ts';
import { verifyRecord } from '../../../../gateway/audit/verify/verifyRecord.ts';
import { createLog } from '../../../../gateway/log.ts';
import { stampLine, type ChainHead, type RecordEvent } from '../../../../policies/record/recordLine.ts';

/** The pair that signs the tests' checkpoints. */
export const KEYS = generateKeyPairSync('ed25519');

/** An event that differs from others by its trace id, of now. */
function eventOf(traceId: string): RecordEvent {
  return {
    time: new Date().toISOString(),
    traceId,
    client: 'desk',
    endUser: null,
    actor: null,
    recipient: 'internal',
    recipientKind: 'internal',
    purpose: 'service',
    ground: null,
    justification: '簾',
    policyRevision: '2020-05-08',
    operation: null,
    inputs: [],
    groups: [
      {
        decision: 'full',
        reason: 'NOTIFIED',
        categories: ['contact.email'],
        coordinates: ['User.mail'],
        subjects: ['k.x'],
      },
    ],
  };
}

/** A record on the disk, as a gateway writes it. */
export interface WrittenRecord {
  readonly folder: string;
  readonly file: string;
  readonly checkpoints: string;
  /** Its lines, without line ends. */
  readonly lines: readonly string[];
  /** Puts other lines into the file. */
  readonly put: (lines: readonly (string | Buffer)[]) => Promise<void>;
  /** Puts other bytes there. */
  readonly putBytes: (bytes: Buffer | string) => Promise<void>;
  /** What is found, each as it is printed, without the folder; chains are `A`, `B`, … in the order of their lines. */
  readonly verify: (more?: VerifyMore) => Promise<readonly string[]>;
}

interface VerifyMore {
  readonly files?: readonly string[];
  readonly without?: 'checkpoints';
  readonly otherFiles?: 'none' | 'absent';
}

/**
 * Writes a record by the gateway's own writer: chains with so many lines, each with a checkpoint behind each of the
 * lines that `checkpointAt` names. The first chain begins with 2026, each other an hour after the one before it; a
 * chain's lines are 20 seconds apart, and a checkpoint is signed 25 seconds behind its line.
 */
export async function writeRecord(
  chains: readonly number[],
  checkpointAt: readonly number[],
): Promise<WrittenRecord> {
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    return await write(chains, checkpointAt);
  } finally {
    vi.useRealTimers();
  }
}

async function write(chains: readonly number[], checkpointAt: readonly number[]): Promise<WrittenRecord> {
  const folder = await mkdtemp(join(tmpdir(), 'sudare-verify-'));
  const file = join(folder, 'audit.ndjson');
  const checkpoints = join(folder, 'checkpoints.jws');
  await writeFile(checkpoints, '');
  const log = createLog(pino({ level: 'silent' }));
  for (const [index, count] of chains.entries()) {
    let head: ChainHead | null = null;
    const writer = createRecordWriter({
      sink: auditFile(file),
      writer: 'gw',
      flushMs: 1,
      onKept: (_, next) => void (head = next),
      onLost: () => undefined,
    });
    for (let sequence = 1; sequence <= count; sequence += 1) {
      vi.setSystemTime(Date.UTC(2026, 0, 1, index, 0, (sequence - 1) * 20));
      await writer.write(JSON.stringify(eventOf(`${index + 1}.${sequence}`)));
      if (head === null || !checkpointAt.includes(sequence)) continue;
      vi.setSystemTime(Date.UTC(2026, 0, 1, index, 0, (sequence - 1) * 20 + 25));
      const signed = createCheckpoints({
        file: checkpoints,
        key: KEYS.privateKey,
        everyLines: 1,
        everyMs: 10_000,
        log,
      });
      signed.advanced(head, 1);
      await signed.close();
    }
    await writer.close();
  }
  const lines = (await readFile(file, 'utf8')).split('\n').slice(0, -1);
  const names = [...new Set(lines.map((line) => /"chain":"([^"]+)"/.exec(line)?.[1] ?? ''))];
  const named = (text: string): string =>
    names.reduce(
      (told, name, index) => told.replaceAll(name, String.fromCodePoint(65 + index)),
      text.replaceAll(`${folder}/`, ''),
    );
  return {
    folder,
    file,
    checkpoints,
    lines,
    put: async (others) =>
      await writeFile(file, Buffer.concat(others.flatMap((line) => [Buffer.from(line), Buffer.from('\n')]))),
    putBytes: async (bytes) => await writeFile(file, bytes),
    async verify({ files = [file], without, otherFiles = 'none' } = {}) {
      const verification = await verifyRecord({
        files,
        checkpoints: without === 'checkpoints' ? null : { files: [checkpoints], keys: [KEYS.publicKey] },
        otherFiles,
      });
      const text = named(verificationText(verification, 'text')).split('\n');
      const found = text.filter((line) => /^(?:WRONG|note) /.test(line));
      // What the exit code says, and what is printed, must be one.
      if (verification.problems > 0 !== found.some((line) => line.startsWith('WRONG')))
        throw new Error('The number of problems is not that of the findings.');
      return found.map((line) => line.replace(/ {2,}/g, ' '));
    },
  };
}

/** Lines made anew from one on, as by somebody who knows how lines are hashed but cannot sign. */
export function rehashed(
  lines: readonly string[],
  from: number,
  change: (event: string) => string,
): string[] {
  let head = headOf(lines[from - 1]);
  return lines.map((line, index) => {
    if (index < from) return line;
    const event = line.replace(/^\{.*?"previous":"[^"]*",/, '{').replace(/,"hash":"[^"]*"\}$/, '}');
    const stamped = stampLine(index === from ? change(event) : event, head ?? headOf(line, 'before'));
    head = stamped.head;
    return stamped.line;
  });
}

function headOf(line: string | undefined, where: 'at' | 'before' = 'at'): ChainHead {
  const [, chain = '', sequence = '0'] = /"chain":"([^"]+)","sequence":(\d+)/.exec(line ?? '') ?? [];
  const hash = /"hash":"([^"]*)"\}$/.exec(line ?? '')?.[1] ?? '';
  if (where === 'before') return { chain, sequence: Number(sequence) - 1, hash: '' };
  return { chain, sequence: Number(sequence), hash };
}
