import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
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

/** Has openssl make a certificate for those names, good for a day. */
export async function makeTlsFiles(names = 'DNS:localhost,IP:127.0.0.1'): Promise<TlsFiles> {
  const directory = await mkdtemp(join(tmpdir(), 'sudare-tls-'));
  const certificate = join(directory, 'certificate.pem');
  const key = join(directory, 'key.pem');
  const asked =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=sudare ' +
    `-addext subjectAltName=${names}`;
  await run('openssl', [...asked.split(' '), '-keyout', key, '-out', certificate]);
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
