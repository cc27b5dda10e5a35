import { compose, type Composed } from '../../../directives/compose.ts';
import { DEFAULT_SETTINGS } from '../../../directives/ruleSettings.ts';
import { PERSONAL_DEFINITION, PRIVACY_URL, PURPOSE_DEFINITION } from '../../../directives/spec.ts';
import { loadPolicy } from '../../../policies/loadPolicy.ts';

/** The link of Apollo Federation, with what the schemas here use. */
export const FEDERATION: string = federation('v2.9');

/** The same in another version. */
export function federation(version: string): string {
  const more = version === 'v2.0' ? '' : ', "@composeDirective"';
  return `extend schema @link(url: "https://specs.apollo.dev/federation/${version}", import: ["@key", "@external", "@requires", "@shareable"${more}])\n`;
}

/** Links, definitions and exports of the privacy spec, with `@personal` by another name. */
export function privacyAs(name: string): string {
  return `extend schema
    @link(url: "${PRIVACY_URL}", import: [{ name: "@personal", as: "@${name}" }, "@purpose"])
    @composeDirective(name: "@${name}")
    @composeDirective(name: "@purpose")
    ${PERSONAL_DEFINITION.replace('@personal', `@${name}`)}
    ${PURPOSE_DEFINITION}
  `;
}

/** The usual beginning of an annotated subgraph. */
export const ANNOTATED: string = FEDERATION + privacyAs('personal');

/** An `--overlay`: `file` is its name in findings. */
export interface TestOverlay {
  readonly subgraph?: string;
  readonly file: string;
  readonly sdl: string;
}

/** Composes schemas by subgraph name, under the shipped policy; each stands in `NAME.graphql`. */
export async function composing(
  subgraphs: Readonly<Record<string, string>>,
  overlays: readonly TestOverlay[] = [],
): Promise<Composed> {
  return compose({
    subgraphs: Object.entries(subgraphs).map(([name, sdl]) => ({
      name,
      url: `http://${name}.invalid/graphql`,
      file: `${name}.graphql`,
      sdl,
    })),
    overlays: overlays.map(({ subgraph = null, file, sdl }) => ({ subgraph, file, sdl })),
    policy: await loadPolicy('policies/crowdworks/policy.yaml'),
    settings: DEFAULT_SETTINGS,
  });
}

/** `file:line rule coordinate` of every error, in order. */
export function errorsOf({ findings }: Composed): readonly string[] {
  return findings
    .filter(({ severity }) => severity === 'error')
    .map(({ file, line, rule, coordinate }) => `${String(file)}:${String(line)} ${rule} ${coordinate}`);
}
