import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const names = z.record(z.string(), z.string()).default({});
const lockFile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().default(''),
      license: z.string().optional(),
      dependencies: names,
      optionalDependencies: names,
      peerDependencies: names,
    }),
  ),
});

/** One package that a running gateway may load. */
export interface ProductionPackage {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression; `null`: the package states none. */
  readonly licence: string | null;
}

/**
 * Whatever `package-lock.json` installs for those that the package depends on, found by walking its entries as Node
 * looks for packages: npm's own marks are not asked.
 */
export async function productionPackages(): Promise<readonly ProductionPackage[]> {
  const file = fileURLToPath(new URL('../../package-lock.json', import.meta.url));
  const { packages } = lockFile.parse(JSON.parse(await readFile(file, 'utf8')));
  const reached = new Set<string>(['']);
  // A set may grow while it is walked.
  for (const path of reached) {
    const { dependencies, optionalDependencies, peerDependencies } = packages[path] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      const found = placeOf(path, name, (place) => place in packages);
      if (found !== null) reached.add(found);
    }
  }
  reached.delete('');
  return [...reached].map((path) => ({
    name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
    version: packages[path]?.version ?? '',
    licence: packages[path]?.license ?? null,
  }));
}

/** Where a package finds another: in its own folder, or in one around it. */
function placeOf(from: string, name: string, isThere: (place: string) => boolean): string | null {
  const place = `${from === '' ? '' : `${from}/`}node_modules/${name}`;
  if (isThere(place)) return place;
  if (from === '') return null;
  const around = from.lastIndexOf('/node_modules/');
  return placeOf(around === -1 ? '' : from.slice(0, around), name, isThere);
}
