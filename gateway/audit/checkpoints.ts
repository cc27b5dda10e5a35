import type { KeyObject } from 'node:crypto';
import { CompactSign } from 'jose';
import type { ChainHead } from '../../policies/record/recordLine.ts';
import type { Log } from '../log.ts';
import { auditFile } from './auditFile.ts';

/** What a checkpoint's signature says it is: nothing else that the key signs is taken for one. */
export const CHECKPOINT_TYPE = 'sudare-checkpoint';

/** Signs, from time to time, where chains stand. */
export interface Checkpoints {
  /** Told of a chain's new head, and how many lines led to it. */
  readonly advanced: (head: ChainHead, lines: number) => void;
  /** How often checkpoints could not be written, since the start. */
  readonly failures: () => number;
  /** Signs what is new. */
  readonly close: () => Promise<void>;
}

/** Options of `createCheckpoints`. */
export interface CheckpointsOptions {
  /** Checkpoints are appended to it, one a line. */
  readonly file: string;
  /** An Ed25519 private key. */
  readonly key: KeyObject;
  /** A checkpoint is due after so many lines, and so many ms after a line that has none. */
  readonly everyLines: number;
  readonly everyMs: number;
  readonly log: Log;
}

/**
 * Creates the checkpoints of one gateway process: compact JWS over `{ chain, sequence, hash, time }`. Whoever cannot
 * sign cannot alter a line up to a checkpoint without its being seen, not even with all later hashes made anew.
 */
export function createCheckpoints(options: CheckpointsOptions): Checkpoints {
  const { key, everyLines, everyMs, log } = options;
  const { append } = auditFile(options.file);
  /** Heads without a checkpoint, by chain. */
  const heads = new Map<string, ChainHead>();
  let lines = 0;
  let failures = 0;
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();

  async function writeAll(): Promise<void> {
    clearTimeout(timer ?? undefined);
    timer = null;
    lines = 0;
    const due = [...heads.values()];
    if (due.length === 0) return;
    try {
      await append(await Promise.all(due.map(async (head) => await signed(head, key))));
      for (const head of due) if (heads.get(head.chain) === head) heads.delete(head.chain);
    } catch (error) {
      failures += 1;
      log.failure('a checkpoint of the access record could not be written; it is tried again', error);
    }
    if (heads.size > 0) later();
  }

  function later(): void {
    timer ??= setTimeout(write, everyMs).unref();
  }

  function write(): void {
    writing = writing.then(writeAll);
  }

  return {
    advanced(head, count) {
      heads.set(head.chain, head);
      lines += count;
      if (lines < everyLines) return later();
      lines = 0;
      write();
    },
    failures: () => failures,
    async close() {
      write();
      await writing;
      clearTimeout(timer ?? undefined);
    },
  };
}

async function signed({ chain, sequence, hash }: ChainHead, key: KeyObject): Promise<string> {
  const payload = JSON.stringify({ chain, sequence, hash, time: new Date().toISOString() });
  return await new CompactSign(Buffer.from(payload))
    .setProtectedHeader({ alg: 'EdDSA', typ: CHECKPOINT_TYPE })
    .sign(key);
}
