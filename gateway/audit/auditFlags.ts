import { ConfigError, type Flag, type Flags } from '../flags.ts';
import { FLUSH_MS } from './openAuditTrail.ts';
import type { AuditMode } from './trail.ts';

/** What a command line says of the access record. */
export interface AuditConfig {
  /** `null`: standard output. */
  readonly file: string | null;
  readonly mode: AuditMode;
  readonly flushMs: number;
  /** `null`: the host's name. */
  readonly writer: string | null;
  readonly checkpoints: { readonly file: string; readonly keyFile: string } | null;
}

/** Flags of the access record. */
export const AUDIT_FLAGS: readonly Flag[] = Object.freeze([
  {
    flag: 'audit-file',
    value: 'FILE',
    help: 'append the access record there; without it, to standard output',
  },
  {
    flag: 'audit',
    value: 'MODE',
    help: 'required (default): answers wait for their record; best-effort: most do not, and some records may be lost',
  },
  {
    flag: 'audit-flush',
    value: 'MS',
    help: `with --audit=best-effort: how long a record waits for others (${FLUSH_MS})`,
  },
  {
    flag: 'audit-writer',
    value: 'NAME',
    help: 'begins the names of the record’s chains; the host’s by default',
  },
  {
    flag: 'audit-checkpoints',
    value: 'FILE',
    help: 'append signed checkpoints of the record there; needs --audit-signing-key',
  },
  {
    flag: 'audit-signing-key',
    value: 'FILE',
    help: 'Ed25519 private key that signs checkpoints: PEM or JWK',
  },
]);

/** Reads them. @throws ConfigError */
export function readAuditFlags({ text }: Flags): AuditConfig {
  const mode = modeOf(text('audit'));
  const flush = text('audit-flush');
  if (flush !== null && mode === 'required') {
    throw new ConfigError('--audit-flush needs --audit=best-effort: otherwise no record waits for others.');
  }
  return {
    file: text('audit-file'),
    mode,
    flushMs: flush === null ? FLUSH_MS : flushOf(flush),
    writer: writerOf(text('audit-writer')),
    checkpoints: checkpointsOf(text('audit-checkpoints'), text('audit-signing-key')),
  };
}

function modeOf(text: string | null): AuditMode {
  if (text === null || text === 'required') return 'required';
  if (text === 'best-effort') return text;
  throw new ConfigError('--audit: expected required or best-effort.');
}

function flushOf(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) > 0) return Number(text);
  throw new ConfigError('--audit-flush: expected whole milliseconds from 1 to 99999.');
}

function writerOf(text: string | null): string | null {
  if (text === null || /^[\w.-]{1,100}$/.test(text)) return text;
  throw new ConfigError('--audit-writer: expected up to 100 letters, digits, ".", "_" and "-".');
}

function checkpointsOf(file: string | null, keyFile: string | null): AuditConfig['checkpoints'] {
  if (file !== null && keyFile !== null) return { file, keyFile };
  if (file === null && keyFile === null) return null;
  throw new ConfigError(
    '--audit-checkpoints and --audit-signing-key need each other: expected a file for checkpoints and the key that signs them.',
  );
}
