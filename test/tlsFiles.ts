import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { redisFlags } from './harness.ts';

const run = promisify(execFile);

/** A certificate that is its own authority, and its key, as PEM files. */
export interface TlsFiles {
  readonly certificate: string;
  /** What redis-server's command line needs beside a `--tls-port`; clients need no certificate of their own. */
  readonly redisArgs: readonly string[];
  readonly remove: () => Promise<void>;
}

const LOCAL = ['DNS:localhost', 'IP:127.0.0.1'];

/** Has openssl make a certificate for those names (`KIND:name`), good for a day. */
export async function makeTlsFiles(names: readonly string[] = LOCAL): Promise<TlsFiles> {
  const directory = await mkdtemp(join(tmpdir(), 'sudare-tls-'));
  const certificate = join(directory, 'certificate.pem');
  const key = join(directory, 'key.pem');
  const settings = join(directory, 'openssl.cnf');
  await writeFile(settings, settingsFor(names));
  const asked = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1';
  await run('openssl', [...asked.split(' '), '-config', settings, '-keyout', key, '-out', certificate]);
  return {
    certificate,
    redisArgs: redisFlags({
      'tls-cert-file': certificate,
      'tls-key-file': key,
      'tls-ca-cert-file': certificate,
      'tls-auth-clients': 'no',
    }),
    remove: async () => await rm(directory, { recursive: true, force: true }),
  };
}

/** A name a line, since those of `-addext` end at a comma. */
function settingsFor(names: readonly string[]): string {
  const lines = names.map((name, index) => name.replace(/^(\w+):/, `$1.${index + 1} = `));
  return [
    '[req]',
    'prompt = no',
    'distinguished_name = subject',
    'x509_extensions = extensions',
    '[subject]',
    'CN = sudare',
    '[extensions]',
    'basicConstraints = critical, CA:true',
    'subjectAltName = @names',
    '[names]',
    ...lines,
    '',
  ].join('\n');
}
