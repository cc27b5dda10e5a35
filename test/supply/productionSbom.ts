import { z } from 'zod';

const component = z.looseObject({
  'bom-ref': z.string(),
  name: z.string(),
  version: z.string(),
  properties: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
});
const bom = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  metadata: z.looseObject({ component: component }),
  components: z.array(component),
  dependencies: z.array(z.looseObject({ ref: z.string(), dependsOn: z.array(z.string()).default([]) })),
});

/** What is left of an SBOM. */
export interface Kept {
  /** What it is about; npm calls it by the folder that it lies in. */
  readonly name: string;
  /** Each as `name@version`. */
  readonly packages: ReadonlySet<string>;
}

/**
 * The part of a CycloneDX SBOM of npm's that is about some packages. Tried with npm 11.19: `npm sbom --omit=dev` also
 * leaves out whatever both the package and its development need, such as `yaml`, and marks as for development what
 * stands in the tree for both.
 *
 * @throws Error for what is no SBOM of npm's.
 */
export function productionSbom(json: string, { name, packages }: Kept): unknown {
  const all = bom.parse(JSON.parse(json));
  const components = all.components
    .filter((each) => packages.has(`${each.name}@${each.version}`))
    .map((each) => ({ ...each, properties: each.properties.filter((one) => one.name !== DEVELOPMENT) }));
  const refs = new Set([all.metadata.component, ...components].map((each) => each['bom-ref']));
  return {
    ...all,
    metadata: { ...all.metadata, component: { ...all.metadata.component, name } },
    components,
    dependencies: all.dependencies
      .filter(({ ref }) => refs.has(ref))
      .map((each) => ({ ...each, dependsOn: each.dependsOn.filter((ref) => refs.has(ref)) })),
  };
}

const DEVELOPMENT = 'cdx:npm:package:development';
