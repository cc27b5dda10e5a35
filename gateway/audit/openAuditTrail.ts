import { randomBytes, type KeyObject } from 'node:crypto';
import { hostname } from 'node:os';
import type { Log } from '../log.ts';
import type { AuditSink } from './auditSink.ts';
import { createCheckpoints } from './checkpoints.ts';
import { createRecordWriter } from './recordWriter.ts';
import { connectStream } from './streamConnection.ts';
import { createStreamDelivery } from './streamDelivery.ts';
import { createAuditTrail, type AuditMode, type AuditTrail } from './trail.ts';

/** How the access record is kept. */
export interface AuditOptions {
  /** Default `required`. */
  readonly mode?: AuditMode;
  /** In mode `best-effort`: how long a record waits for others, in ms; default 100. */
  readonly flushMs?: number;
  /** Begins the names of its chains: letters, digits, `.`, `_` and `-`; default the host's name. */
  readonly writer?: string;
  /** Signs where the chains stand. */
  readonly checkpoints?: CheckpointOptions;
}

/** Where checkpoints go: another place than the record, best on another machine. */
export interface CheckpointOptions {
  readonly file: string;
  /** An Ed25519 private key. */
  readonly key: KeyObject;
  /** A checkpoint is due after so many lines (10 000), and so many ms after a line that has none (10 000). */
  readonly everyLines?: number;
  readonly everyMs?: number;
}

/** Options of `openAuditTrail`. */
export interface OpenAuditTrailOptions extends AuditOptions {
  readonly sink: AuditSink;
  /** Makes references to subjects whom the consent source gives none; by default one of this process's own. */
  readonly key: Uint8Array | undefined;
  /** The Redis whose stream gets the lines too; `null`: none. */
  readonly redisUrl: string | null;
  readonly log: Log;
}

/** What became of the record since the start. */
export interface AuditStats {
  /** Lines that are kept. */
  readonly kept: number;
  /** Records that nobody waited for, and that were lost. */
  readonly lost: number;
  /** Records that are not kept yet. */
  readonly waiting: number;
  /** How often checkpoints could not be written. */
  readonly checkpointFailures: number;
  /** Lines that are kept, but did not reach the stream. */
  readonly undelivered: number;
}

/** A trail that also tells what became of the record. */
export interface OpenAuditTrail extends AuditTrail {
  readonly stats: () => AuditStats;
}

/** Default of `flushMs`. */
export const FLUSH_MS = 100;

/** Puts together how one gateway process keeps its access record. @throws Error where an option cannot be served. */
export function openAuditTrail(options: OpenAuditTrailOptions): OpenAuditTrail {
  const { sink, redisUrl, log, mode = 'required', flushMs = FLUSH_MS, writer = hostWriter() } = options;
  if (!/^[\w.-]{1,100}$/.test(writer)) {
    throw new Error('The audit’s writer: expected up to 100 letters, digits, ".", "_" and "-".');
  }
  const checkpoints =
    options.checkpoints === undefined
      ? null
      : createCheckpoints({ everyLines: 10_000, everyMs: 10_000, ...options.checkpoints, log });
  const delivery =
    redisUrl === null ? null : createStreamDelivery({ connection: connectStream(redisUrl), log });
  const recordWriter = createRecordWriter({
    sink,
    writer,
    flushMs,
    onKept(lines, head) {
      checkpoints?.advanced(head, lines.length);
      delivery?.send(lines);
    },
    onLost(count, error) {
      const { lost } = recordWriter.stats();
      log.failure(`the access record lost lines: ${count}, and ${lost} since the start`, error);
    },
  });
  const trail = createAuditTrail({ writer: recordWriter, key: options.key ?? randomBytes(32), mode });
  return {
    ...trail,
    stats: () => ({
      ...recordWriter.stats(),
      checkpointFailures: checkpoints?.failures() ?? 0,
      undelivered: delivery?.dropped() ?? 0,
    }),
    async close() {
      try {
        await trail.close();
      } finally {
        await Promise.all([checkpoints?.close(), delivery?.close()]);
      }
    },
  };
}

function hostWriter(): string {
  return (
    hostname()
      .replaceAll(/[^\w.-]/g, '-')
      .slice(0, 100) || 'gateway'
  );
}
