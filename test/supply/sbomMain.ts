import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { productionSbom, type Kept } from './productionSbom.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const FOLDER = 'node_modules/';

// `npm run --silent sbom`: the SBOM of what package-lock.json installs for the published package.
const { stdout, stderr, status } = spawnSync(
  'npm',
  ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only'],
  { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 26 },
);
if (status === 0) {
  process.stdout.write(`${JSON.stringify(productionSbom(stdout, await kept()), null, 2)}\n`);
} else {
  process.stderr.write(stderr);
  process.exitCode = 1;
}

/** What npm marks in package-lock.json as not for development alone. */
async function kept(): Promise<Kept> {
  const lock = z
    .object({
      name: z.string(),
      packages: z.record(
        z.string(),
        z.object({ version: z.string().default(''), dev: z.boolean().default(false) }),
      ),
    })
    .parse(JSON.parse(await readFile(`${ROOT}/package-lock.json`, 'utf8')));
  const names = Object.entries(lock.packages)
    .filter(([path, { dev }]) => path !== '' && !dev)
    .map(([path, { version }]) => `${path.slice(path.lastIndexOf(FOLDER) + FOLDER.length)}@${version}`);
  return { name: lock.name, packages: new Set(names) };
}
