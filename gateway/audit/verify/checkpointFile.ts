import type { KeyObject } from 'node:crypto';
import { compactVerify } from 'jose';
import { z } from 'zod';
import { CHECKPOINT_TYPE } from '../checkpoints.ts';
import { emptyLine, type Finding, type Place } from './finding.ts';
import { readLines } from './readLines.ts';

/** A checkpoint whose signature is right. */
export interface Checkpoint {
  readonly hash: string;
  /** When it was signed, ISO 8601. */
  readonly time: string;
  readonly at: Place;
}

/** Checkpoints by chain and sequence. */
export type CheckpointsByChain = ReadonlyMap<string, ReadonlyMap<number, readonly Checkpoint[]>>;

/** What every checkpoint begins with, as the gateway writes it. */
const HEADER = `${Buffer.from(JSON.stringify({ alg: 'EdDSA', typ: CHECKPOINT_TYPE })).toString('base64url')}.`;
/** Behind it, a payload and less than the 64 bytes of a signature, in base64url. */
const TORN_REST = /^[\w-]*(?:\.[\w-]{0,85})?$/;

const payloadSchema = z.object({
  chain: z.string(),
  sequence: z.int().min(1),
  hash: z.string(),
  time: z.iso.datetime(),
});

/**
 * Reads files of checkpoints.
 *
 * INVARIANT: a checkpoint counts only where one of the keys signed it, and as a checkpoint
 * (test/gateway/audit/verify/checkpointFile.test.ts).
 *
 * @param report told of each that does not count; one that is whole counts without its line end.
 */
export async function readCheckpoints(
  files: readonly string[],
  keys: readonly KeyObject[],
  report: (finding: Finding) => void,
): Promise<CheckpointsByChain> {
  const chains = new Map<string, Map<number, Checkpoint[]>>();
  for await (const batch of readLines(files)) {
    for (const { file, number, bytes } of batch) {
      const at = { file, line: number };
      if (bytes.length === 0) {
        report(emptyLine(at));
        continue;
      }
      const text = bytes.toString('latin1');
      const signed = await verified(text, keys);
      if (signed === null) {
        report({ ...uncounted(text), chain: null, sequences: null, at });
        continue;
      }
      const { chain, sequence, hash, time } = signed;
      let ofChain = chains.get(chain);
      if (ofChain === undefined) chains.set(chain, (ofChain = new Map()));
      const there = ofChain.get(sequence) ?? [];
      // One that was written twice says nothing new.
      if (!there.some((each) => each.hash === hash)) ofChain.set(sequence, [...there, { hash, time, at }]);
    }
  }
  return chains;
}

/**
 * What does not count. One that broke off is what a crash or a full disk leaves, or what is being written: without its
 * signature it proves nothing, so that it hides nothing either.
 */
function uncounted(text: string): Pick<Finding, 'kind' | 'message'> {
  const isTorn = text.startsWith(HEADER)
    ? TORN_REST.test(text.slice(HEADER.length))
    : HEADER.startsWith(text);
  return isTorn
    ? { kind: 'torn', message: 'the beginning of a checkpoint that broke off' }
    : { kind: 'checkpoint-invalid', message: 'no checkpoint that the given key signed' };
}

async function verified(
  jws: string,
  keys: readonly KeyObject[],
): Promise<z.infer<typeof payloadSchema> | null> {
  for (const key of keys) {
    try {
      const { payload, protectedHeader } = await compactVerify(jws, key, { algorithms: ['EdDSA'] });
      if (protectedHeader.typ !== CHECKPOINT_TYPE) return null;
      return payloadSchema.parse(JSON.parse(Buffer.from(payload).toString()));
    } catch {
      // Of another key, or of none: the next may fit, and what fits none is reported.
    }
  }
  return null;
}
