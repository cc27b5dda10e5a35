import { z } from 'zod';
import { FLUSH_MS } from '../../audit/openAuditTrail.ts';
import { orNone, section } from '../setting.ts';
import { count, fileName } from '../settingSchemas.ts';

/** The access record. */
export const audit = section({
  help: 'The access record.',
  settings: {
    file: {
      schema: orNone(fileName),
      help: 'append the access record there; without it, to standard output',
      names: 'file',
      flag: { name: 'audit-file', value: 'FILE' },
    },
    mode: {
      schema: z
        .enum(['required', 'best-effort'], { error: 'expected required or best-effort' })
        .default('required'),
      help: 'required: answers wait for their record; best-effort: most do not, and some records may be lost',
      flag: { name: 'audit', value: 'MODE' },
    },
    flushMs: {
      schema: count('whole milliseconds', 1, 99_999).default(FLUSH_MS),
      help: 'with --audit=best-effort: how long a record waits for others, in ms',
      flag: { name: 'audit-flush', value: 'MS' },
    },
    writer: {
      schema: orNone(
        z
          .string()
          .regex(/^[\w.-]{1,100}$/, { error: 'expected up to 100 letters, digits, ".", "_" and "-"' }),
      ),
      help: 'begins the names of the record’s chains; the host’s by default',
      flag: { name: 'audit-writer', value: 'NAME' },
    },
    checkpoints: {
      schema: orNone(fileName),
      help: 'append signed checkpoints of the record there; needs --audit-signing-key',
      names: 'file',
      flag: { name: 'audit-checkpoints', value: 'FILE' },
    },
    signingKey: {
      schema: orNone(fileName),
      help: 'file of the Ed25519 private key that signs checkpoints: PEM or JWK',
      names: 'file',
      flag: { name: 'audit-signing-key', value: 'FILE' },
    },
  },
  check({ mode, checkpoints, signingKey }, given) {
    if (given('flushMs') && mode === 'required') {
      return '--audit-flush needs --audit=best-effort: otherwise no record waits for others.';
    }
    if ((checkpoints === null) === (signingKey === null)) return null;
    return '--audit-checkpoints and --audit-signing-key need each other: expected a file for checkpoints and the key that signs them.';
  },
});
