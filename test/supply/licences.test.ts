import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { productionPackages, type ProductionPackage } from './productionPackages.ts';

/** Licences that ask for no more than to be named. */
const PERMISSIVE = [
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  '0BSD',
  'Unlicense',
  'Python-2.0',
  'CC0-1.0',
];

/** Source-available: not to be offered to third parties as a service. SECURITY.md says what that means. */
const ELASTIC = [
  '@apollo/composition',
  '@apollo/federation-internals',
  '@apollo/gateway',
  '@apollo/query-graphs',
  '@apollo/query-planner',
];

let packages: readonly ProductionPackage[] = [];
beforeAll(async () => {
  packages = await productionPackages();
});

/** Whether all parts of it are; of alternatives, nobody has chosen one. */
const isPermissive = (licence: string): boolean =>
  licence
    .replace(/^\((.*)\)$/, '$1')
    .split(' AND ')
    .every((part) => PERMISSIVE.includes(part));

/** Packages whose licence nobody has allowed, as `name@version: licence`. */
const notAllowed = (given: readonly ProductionPackage[]): readonly string[] =>
  given
    .filter(({ name, licence }) =>
      licence === 'Elastic-2.0' ? !ELASTIC.includes(name) : !isPermissive(licence ?? ''),
    )
    .map(({ name, version, licence }) => `${name}@${version}: ${licence ?? 'none stated'}`);

describe('licences of production dependencies', () => {
  it('are all allowed', () => {
    expect(packages.length).toBeGreaterThan(100);
    expect(notAllowed(packages)).toEqual([]);
  });

  it.each([
    { name: 'a', version: '1.0.0', licence: 'GPL-3.0-only' },
    { name: 'a', version: '1.0.0', licence: 'Elastic-2.0' },
    { name: 'a', version: '1.0.0', licence: 'MIT OR GPL-2.0' },
    { name: 'a', version: '1.0.0', licence: '(MIT AND GPL-2.0)' },
    { name: 'a', version: '1.0.0', licence: null },
  ])('would not be with %j', (given) => {
    expect(notAllowed([given])).toHaveLength(1);
  });

  it('are those of Elastic that SECURITY.md and the README name, and no others', async () => {
    const elastic = packages.filter(({ licence }) => licence === 'Elastic-2.0').map(({ name }) => name);
    expect(elastic.toSorted()).toEqual(ELASTIC);
    for (const page of ['SECURITY.md', 'README.md']) {
      const text = await readFile(new URL(`../../${page}`, import.meta.url), 'utf8');
      for (const name of ELASTIC) expect(text, page).toContain(`\`${name}\``);
    }
  });
});
