import { execFile, spawnSync } from 'node:child_process';
import { access, mkdir, mkdtemp, readFile, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { importGraph } from './architecture/importGraph.ts';
import type { Sources } from './architecture/importGraph.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);

const versions = z.record(z.string(), z.string());
const packageJson = z.object({
  engines: z.object({ node: z.string() }),
  bin: z.object({ sudare: z.string() }),
  scripts: versions,
  dependencies: versions,
  devDependencies: versions,
  allowScripts: z.record(z.string(), z.boolean()),
});
const packageLock = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      hasInstallScript: z.boolean().optional(),
      optionalDependencies: versions.optional(),
    }),
  ),
});

let manifest: z.infer<typeof packageJson>;
let lock: z.infer<typeof packageLock>['packages'];
beforeAll(async () => {
  manifest = packageJson.parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
  lock = packageLock.parse(JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'))).packages;
});

describe('package.json', () => {
  it('names every package at one exact version', () => {
    const ranges = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(ranges.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  it('pins the Node that the published package asks for', () => {
    const major = manifest.devDependencies['node']?.split('.', 1).join('');
    expect(manifest.engines.node).toBe(`>=${String(major)}.0.0`);
    expect(process.versions.node).toBe(manifest.devDependencies['node']);
  });

  // npm 11 runs no install script that is not approved, and warns of each that nobody decided on.
  it('decides on every install script by name, and on no other', () => {
    const withScript = Object.entries(lock)
      .filter(([, { hasInstallScript }]) => hasInstallScript === true)
      .map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));
    expect(Object.keys(manifest.allowScripts).toSorted()).toEqual(withScript.toSorted());
  });

  it('has in dependencies what shipped source imports', async () => {
    const imported = packagesOf(await shippedSources());
    expect(imported.size).toBeGreaterThan(5);
    expect([...imported].filter((name) => !(name in manifest.dependencies))).toEqual([]);
  });

  it('has in dependencies nothing that no source imports', async () => {
    const imported = packagesOf(
      await readSources(['gateway', 'directives', 'policies', 'subgraphs', 'test']),
    );
    expect(Object.keys(manifest.dependencies).filter((name) => !imported.has(name))).toEqual([]);
  });
});

describe('package-lock.json', () => {
  // Where a platform's binding was not published when the file was made, `npm ci` refuses the file everywhere.
  it('holds every optional dependency, for whatever platform', () => {
    const missing = Object.entries(lock).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies)
        .filter((name) => path !== '' && !isLocked(lock, path, name))
        .map((name) => `${name} of ${path}`),
    );
    expect(missing).toEqual([]);
  });
});

describe('the commands', () => {
  it('of CI are the README’s test command and nothing else', async () => {
    const script = (await readFile(join(root, '.ci', 'run'), 'utf8'))
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#') && !/^(?:set|cd) /.test(line));
    expect(script).toEqual(['npm ci && npm test']);
    expect(await readFile(join(root, 'README.md'), 'utf8')).toMatch(/^npm ci && npm test$/m);
  });

  it('that the README names are there', async () => {
    const readme = await readFile(join(root, 'README.md'), 'utf8');
    const named = [...readme.matchAll(/\bnpm (?:run ([\w:]+)|(start|test))\b/g)].map(
      ([, script, short]) => script ?? short,
    );
    expect(named).toEqual(expect.arrayContaining(['start', 'test', 'sudare']));
    for (const script of named) expect(manifest.scripts).toHaveProperty([String(script)]);
  });
});

describe('the published package', () => {
  let directory = '';
  let installed = '';
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sudare-package-'));
    installed = join(directory, 'node_modules', 'sudare');
    await mkdir(installed, { recursive: true });
    await run('npm', ['pack', '--pack-destination', directory], { cwd: root });
    const archive = (await readdir(directory)).find((name) => name.endsWith('.tgz')) ?? '';
    await run('tar', ['-xzf', join(directory, archive), '-C', installed, '--strip-components=1']);
    for (const name of Object.keys(manifest.dependencies)) {
      const link = join(directory, 'node_modules', name);
      await mkdir(dirname(link), { recursive: true });
      await symlink(join(root, 'node_modules', name), link);
    }
  });
  afterAll(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  // Node strips no types in node_modules, so that source shipped as it is would not run there.
  it('runs its command from node_modules', async () => {
    const { stdout } = await run(
      process.execPath,
      [join(installed, manifest.bin.sudare), 'start', '--help'],
      {
        cwd: directory,
      },
    );
    expect(stdout).toContain('--supergraph');
  });

  const older = olderNode();
  it.skipIf(older === null)('says which Node it needs, on one that is too old', async () => {
    const failed = run(older ?? '', [join(installed, manifest.bin.sudare), '--help'], { cwd: directory });
    await expect(failed).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^sudare needs Node\.js 24 or newer; this is v[\d.]+\.\n$/),
    });
  });

  it('composes from node_modules, which is loaded only then', async () => {
    const { stdout } = await run(
      process.execPath,
      [
        join(installed, manifest.bin.sudare),
        'compose',
        `--config=${join(root, 'subgraphs/supergraph.yaml')}`,
        `--policy=${join(installed, 'dist/policies/crowdworks/policy.yaml')}`,
      ],
      { cwd: directory },
    );
    expect(stdout).toBe(await readFile(join(root, 'subgraphs/supergraph.graphql'), 'utf8'));
  });

  it('brings with the consent subgraph all that this imports', async () => {
    const { stdout } = await run(
      process.execPath,
      [join(installed, 'dist/subgraphs/consent/main.js'), '--help'],
      { cwd: directory },
    );
    expect(stdout).toContain('SUDARE_CALLER_KEY');
    for (const file of (await shippedSources()).keys()) {
      const built = join('dist', file.replace(/\.ts$/, '.js'));
      await expect(access(join(installed, built)), built).resolves.toBeUndefined();
    }
  });

  it('exports what the README says it does', async () => {
    const script = `console.log(Object.keys(await import('sudare')).join())`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: directory,
    });
    expect(stdout.trim().split(',')).toContain('sudare');
  });

  it('exports what a subgraph knows the gateway by', async () => {
    const script = `console.log(Object.keys(await import('sudare/subgraph-context')).join())`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: directory,
    });
    expect(stdout.trim().split(',')).toContain('createContextVerifier');
  });

  it('holds the documentation, the policy, the licence and the migrations, and nothing that is only tested with', async () => {
    for (const file of [
      'LICENSE',
      'README.md',
      'SECURITY.md',
      // The help text names this one.
      'docs/configuration.md',
      'docs/watching/alerts.yaml',
      'docs/watching/dashboard.json',
      'dist/policies/crowdworks/policy.yaml',
      'dist/gateway/config/sudare.schema.json',
    ]) {
      await expect(access(join(installed, file)), file).resolves.toBeUndefined();
    }
    const files = await readdir(installed, { recursive: true });
    const migrations = await readdir(join(root, 'subgraphs/consent/migrations'), { recursive: true });
    for (const name of migrations) expect(files).toContain(join('dist/subgraphs/consent/migrations', name));
    expect(files.filter((name) => /^dist.(?:test|bench)\b|\.test\.|(?<!\.d)\.ts$/.test(name))).toEqual([]);
  });
});

/** A Node on the PATH that is older than the package asks for, but knows its syntax; `null`: there is none. */
function olderNode(): string | null {
  const found = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'node'));
  return found.find((node) => /^v(?:18|2[0-3])\./.test(versionOf(node))) ?? null;
}

function versionOf(node: string): string {
  return spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout ?? '';
}

/** What the package is built of: three folders, the consent subgraph, and what that shares with its neighbours. */
async function shippedSources(): Promise<Sources> {
  const sources = await readSources(['gateway', 'directives', 'policies', 'subgraphs']);
  const graph = importGraph(sources);
  const shipped = new Set([...sources.keys()].filter((file) => !/^subgraphs\/(?!consent\/)/.test(file)));
  // A set may grow while it is walked.
  for (const file of shipped) for (const imported of graph.get(file)?.files ?? []) shipped.add(imported);
  return new Map([...sources].filter(([file]) => shipped.has(file)));
}

async function readSources(folders: readonly string[]): Promise<Sources> {
  const sources = new Map<string, string>();
  for (const folder of folders) {
    for (const name of await readdir(join(root, folder), { recursive: true })) {
      const path = join(folder, name);
      if (name.endsWith('.ts'))
        sources.set(path.split(sep).join('/'), await readFile(join(root, path), 'utf8'));
    }
  }
  return sources;
}

function packagesOf(sources: Sources): ReadonlySet<string> {
  return new Set([...importGraph(sources).values()].flatMap(({ packages }) => [...packages]));
}

/** Looks for a package where Node would: beside the one that asks for it, then further up. */
function isLocked(packages: z.infer<typeof packageLock>['packages'], from: string, name: string): boolean {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    if (`${at}${at === '' ? '' : '/'}node_modules/${name}` in packages) return true;
    if (!at.includes('/')) return `node_modules/${name}` in packages;
  }
}
