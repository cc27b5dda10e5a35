import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { findRedis } from './harness.ts';

const run = promisify(execFile);

const MISSING =
  'The tests need a real Redis: install redis-server (Redis 7; Debian and Ubuntu: `apt-get install redis-server`, ' +
  'macOS: `brew install redis`) or start a container engine that `docker` reaches.';

/**
 * Makes sure, once and before any test, that `startRedis` will find a Redis: on PATH, through a container
 * engine, or, on Debian and Ubuntu as root and unless `SUDARE_TEST_NO_INSTALL=1`, by installing the
 * distribution's package. Throws with one line that says what to install: no test is skipped for want of it.
 */
export async function setup(): Promise<void> {
  if ((await findRedis()) !== null) return;
  if (await mayInstall()) await install();
  if ((await findRedis()) === null) throw new Error(MISSING);
}

async function mayInstall(): Promise<boolean> {
  if (process.env['SUDARE_TEST_NO_INSTALL'] === '1' || process.getuid?.() !== 0) return false;
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(release);
}

async function install(): Promise<void> {
  process.stderr.write(
    'No redis-server here: running `apt-get install -y redis-server` (SUDARE_TEST_NO_INSTALL=1 forbids it).\n',
  );
  const aptInstall = async (): Promise<unknown> =>
    await run(
      'apt-get',
      ['install', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', 'redis-server'],
      { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } },
    );
  try {
    // The package lists may be missing or name a version that is gone from the mirror.
    await aptInstall().catch(async () => {
      await run('apt-get', ['update', '-o', 'DPkg::Lock::Timeout=300']);
      await aptInstall();
    });
  } catch (error) {
    throw new Error(`${MISSING} Installing it failed.`, { cause: error });
  }
  // The package starts a server of its own, which the tests do not use.
  await run('systemctl', ['disable', '--now', 'redis-server']).catch(() => undefined);
  await run('service', ['redis-server', 'stop']).catch(() => undefined);
}
