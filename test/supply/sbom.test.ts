import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { productionPackages } from './productionPackages.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What a reader of CycloneDX 1.5 relies on; unknown members are left alone. */
const component = z.looseObject({
  'bom-ref': z.string().min(1),
  type: z.enum(['application', 'library']),
  name: z.string().min(1),
  version: z.string().min(1),
  purl: z.string().regex(/^pkg:npm\/(%40[\w.-]+\/)?[\w.-]+@[\w.+-]+$/),
});
const bom = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.literal('1.5'),
  serialNumber: z.string().regex(/^urn:uuid:[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/),
  version: z.int().min(1),
  metadata: z.looseObject({ timestamp: z.iso.datetime(), component }),
  components: z.array(
    component.extend({
      hashes: z
        .array(z.object({ alg: z.literal('SHA-512'), content: z.string().regex(/^[\da-f]{128}$/) }))
        .min(1),
      licenses: z.array(z.unknown()).min(1),
    }),
  ),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()) })),
});

let sbom: z.infer<typeof bom>;
let developed: readonly string[] = [];
beforeAll(async () => {
  const { stdout } = await promisify(execFile)('npm', ['run', '--silent', 'sbom'], {
    cwd: root,
    maxBuffer: 2 ** 26,
  });
  sbom = bom.parse(JSON.parse(stdout));
  const manifest = z
    .object({ devDependencies: z.record(z.string(), z.string()) })
    .parse(JSON.parse(await readFile(`${root}/package.json`, 'utf8')));
  developed = Object.keys(manifest.devDependencies);
}, 120_000);

describe('npm run sbom', () => {
  it('lists every production dependency, and no other', async () => {
    const expected = (await productionPackages()).map(({ name, version }) => `${name}@${version}`);
    expect(expected.length).toBeGreaterThan(100);
    const listed = sbom.components.map(({ name, version }) => `${name}@${version}`);
    expect(new Set(listed)).toEqual(new Set(expected));
  });

  it('lists nothing that the code is only developed with', async () => {
    const needed = new Set((await productionPackages()).map(({ name }) => name));
    const only = developed.filter((name) => !needed.has(name));
    expect(only.length).toBeGreaterThan(5);
    expect(sbom.components.filter(({ name }) => only.includes(name))).toEqual([]);
  });

  it('says of each what it needs, by references that are there', () => {
    const refs = new Set([sbom.metadata.component, ...sbom.components].map((each) => each['bom-ref']));
    const named = sbom.dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]);
    expect(named.filter((ref) => !refs.has(ref))).toEqual([]);
    expect(new Set(sbom.dependencies.map(({ ref }) => ref))).toEqual(refs);
  });

  it('is about this package', () => {
    expect(sbom.metadata.component).toMatchObject({
      type: 'application',
      name: 'sudare',
      purl: expect.stringMatching(/^pkg:npm\/sudare@/),
    });
  });
});
