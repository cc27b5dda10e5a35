import { readPublicKeys } from '../audit/checkpointKeys.ts';
import { verificationText } from '../audit/verify/verificationText.ts';
import { verifyRecord } from '../audit/verify/verifyRecord.ts';
import { ConfigError, flagsHelp, readFlagsAndFiles, type Flag, type Flags } from '../flags.ts';

const FLAGS: readonly Flag[] = Object.freeze([
  { flag: 'checkpoints', value: 'FILE', help: 'signed checkpoints; may be repeated', repeats: true },
  {
    flag: 'public-key',
    value: 'FILE',
    help: 'keys that checkpoints may be signed with: PEM, JWK or JWKS; needed with --checkpoints',
  },
  {
    flag: 'partial',
    value: null,
    help: 'there are files before or behind these: what may stand there, by its time, is not missing',
  },
  { flag: 'format', value: 'FORMAT', help: 'text or json; default text' },
]);

/** Every exit code, as the help text and docs/audit.md tell it (test/gateway/audit/verify/exitCodes.test.ts). */
export const EXIT_CODES = Object.freeze([
  { code: 0, means: 'nothing is wrong; there may be notes' },
  {
    code: 1,
    means: 'something is wrong, as standard output says; or a file cannot be read, as standard error says',
  },
  { code: 2, means: 'the command line is wrong, as standard error says' },
]);

/** The help text of `sudare audit verify`. */
export const AUDIT_VERIFY = `sudare audit verify FILE… [--checkpoints FILE --public-key FILE] [options]

Tells what is wrong with an access record, whose files are given in the order in which they were written.

${flagsHelp(FLAGS)}

Exit codes:
${EXIT_CODES.map(({ code, means }) => `  ${code}  ${means}`).join('\n')}
`;

/** Verifies files. @returns the exit code. @throws ConfigError, or Error where a file cannot be read. */
export async function auditVerify(args: readonly string[]): Promise<number> {
  const { flags, files } = readFlagsAndFiles(FLAGS, args);
  if (files.length === 0) throw new ConfigError('expected files of the access record, the oldest first.');
  const format = formatOf(flags.text('format'));
  const verification = await verifyRecord({
    files,
    checkpoints: await checkpointsOf(flags),
    otherFiles: flags.has('partial') ? 'absent' : 'none',
  });
  process.stdout.write(`${verificationText(verification, format)}\n`);
  return verification.problems === 0 ? 0 : 1;
}

function formatOf(text: string | null): 'text' | 'json' {
  if (text === null || text === 'text') return 'text';
  if (text === 'json') return 'json';
  throw new ConfigError('--format: expected text or json.');
}

async function checkpointsOf({
  all,
  text,
}: Flags): Promise<Parameters<typeof verifyRecord>[0]['checkpoints']> {
  const files = all('checkpoints');
  const keyFile = text('public-key');
  if (files.length === 0 && keyFile === null) return null;
  if (files.length === 0 || keyFile === null) {
    throw new ConfigError(
      '--checkpoints and --public-key need each other: a checkpoint proves nothing without its key.',
    );
  }
  return { files, keys: await readPublicKeys(keyFile) };
}
