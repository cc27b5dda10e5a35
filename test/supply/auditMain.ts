import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { auditFindings, unjudged, withoutCredentials } from './auditFindings.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

process.exitCode = await main();

/** `npm run audit`: asks the registry for advisories; 1 where SECURITY.md does not judge one, 2 without an answer. */
async function main(): Promise<number> {
  // npm exits with 1 where there are findings.
  const { stdout } = spawnSync('npm', ['audit', '--json', '--omit=dev', ...process.argv.slice(2)], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  try {
    const findings = auditFindings(stdout);
    const open = unjudged(findings, await readFile(`${ROOT}/SECURITY.md`, 'utf8'));
    process.stdout.write(
      `${findings.length} findings, of which SECURITY.md does not judge ${open.length}.\n`,
    );
    for (const each of open) {
      process.stdout.write(`${each.id} ${each.severity} ${each.package}: ${each.title}\n`);
    }
    return open.length === 0 ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    const asked = registry();
    if (asked !== '') process.stderr.write(`The registry is ${asked}\n`);
    return 2;
  }
}

/** Whom npm asks; empty where it does not tell, as of an address with a password in it. */
function registry(): string {
  const { stdout } = spawnSync('npm', ['config', 'get', 'registry', ...process.argv.slice(2)], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return withoutCredentials(stdout.trim());
}
