import { hash } from 'node:crypto';
import { z } from 'zod';

const recordGroup = z.object({
  decision: z.enum(['full', 'masked', 'denied']),
  reason: z.string(),
  categories: z.array(z.string()),
  coordinates: z.array(z.string()),
  /** References, never ids; `null` where the decision did not depend on anybody. */
  subjects: z.array(z.string()).nullable(),
});

const recordInput = z.object({
  /** Root fields of a mutation stand here without categories. */
  coordinate: z.string(),
  categories: z.array(z.string()),
  use: z.enum(['lookup', 'write']),
});

/** SHA-256 in base64url. */
const digest = z.string().regex(/^[\w-]{43}$/);

/** `writer/boot`: the lines of one writer since it started, or since it last could not be sure of one. */
export const recordChain = z.string().regex(/^[\w.-]{1,100}\/[\da-f-]{36}$/);

const recordLine = z.object({
  chain: recordChain,
  /** From 1 within the chain, without gaps. */
  sequence: z.int().min(1),
  /** `hash` of the line before in the chain; empty for its first. */
  previous: z.union([digest, z.literal('')]),
  /** ISO 8601, UTC. */
  time: z.iso.datetime(),
  traceId: z.string(),
  client: z.string(),
  /** A reference, never an id. */
  endUser: z.string().nullable(),
  actor: z.string().nullable(),
  recipient: z.string(),
  recipientKind: z.enum(['internal', 'group', 'processor', 'authority', 'third_party', 'advertiser']),
  purpose: z.string().nullable(),
  ground: z.object({ kind: z.string(), reference: z.string() }).nullable(),
  /** Free text that the request gave in `extensions.privacy.justification`. */
  justification: z.string().nullable(),
  policyRevision: z.string(),
  operation: z.string().nullable(),
  inputs: z.array(recordInput),
  groups: z.array(recordGroup),
  /** Of the line's text before it. */
  hash: digest,
});

/** One line of the access record: who was shown what about whom, and why. Never a value. */
export type RecordLine = z.infer<typeof recordLine>;

/** What happened to fields with one outcome, for the same subjects. */
export type RecordGroup = z.infer<typeof recordGroup>;

/** Something that a request was permitted to do by its arguments. */
export type RecordInput = z.infer<typeof recordInput>;

/** What a line says, before it has its place in a chain. */
export type RecordEvent = Omit<RecordLine, 'chain' | 'sequence' | 'previous' | 'hash'>;

/** Where a chain stands: at its last line. */
export interface ChainHead {
  readonly chain: string;
  /** 0: it has no line yet. */
  readonly sequence: number;
  /** Of the last line; empty where there is none. */
  readonly hash: string;
}

/** What every line ends with. */
const TAIL_LENGTH = ',"hash":""}'.length + 43;
const TAIL = /^,"hash":"([\w-]{43})"\}$/;

/**
 * Gives an event its place behind a chain's head.
 *
 * @param event a `RecordEvent` as JSON.
 * @returns the line, without a line end, and the new head.
 */
export function stampLine(
  event: string,
  head: ChainHead,
): { readonly line: string; readonly head: ChainHead } {
  const sequence = head.sequence + 1;
  const place = `{"chain":"${head.chain}","sequence":${sequence},"previous":"${head.hash}",`;
  const text = place + event.slice(1, -1);
  const own = digestOf(text);
  return { line: `${text},"hash":"${own}"}`, head: { chain: head.chain, sequence, hash: own } };
}

/**
 * The hash that a line should have, of its bytes before the one that it states.
 *
 * @param line without a line end; bytes where they come from a file, so that what is no UTF-8 counts too.
 * @returns `null` for text that does not end as a line does.
 */
export function trueHash(line: string | Uint8Array): string | null {
  const end = line.length - TAIL_LENGTH;
  const tail =
    typeof line === 'string' ? line.slice(end) : Buffer.from(line.subarray(end)).toString('latin1');
  if (end < 0 || !TAIL.test(tail)) return null;
  return digestOf(typeof line === 'string' ? line.slice(0, end) : line.subarray(0, end));
}

/** Where a line says that it stands, and when it was written. */
export interface LinePlace {
  readonly chain: string;
  readonly sequence: number;
  readonly previous: string;
  readonly time: string;
}

/** Longer than what every line begins with can be. */
const MAX_HEAD = 320;
const HEAD =
  /^\{"chain":"([\w.-]{1,100}\/[\da-f-]{36})","sequence":([1-9]\d{0,14}),"previous":"([\w-]{43}|)","time":"([^"]{1,40})"/;

/** Reads what a line begins with; nothing else of it has to be right. `null`: it begins otherwise. */
export function readPlace(line: Uint8Array): LinePlace | null {
  const [, chain = '', sequence = '', previous = '', time = ''] =
    HEAD.exec(Buffer.from(line.subarray(0, MAX_HEAD)).toString('latin1')) ?? [];
  return chain === '' ? null : { chain, sequence: Number(sequence), previous, time };
}

/** Reads the hash that a line ends with. `null`: it ends otherwise. */
export function readHash(line: Uint8Array): string | null {
  const tail = line.subarray(Math.max(0, line.length - TAIL_LENGTH));
  return TAIL.exec(Buffer.from(tail).toString('latin1'))?.[1] ?? null;
}

/**
 * Reads a line. Whether it is as it was written is another question: compare its `hash` with `trueHash`.
 *
 * @returns `null` for what is no line of the record.
 */
export function parseRecordLine(text: string): RecordLine | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = recordLine.safeParse(json);
  return parsed.success ? parsed.data : null;
}

function digestOf(text: string | Uint8Array): string {
  return hash('sha256', text, 'base64url');
}
