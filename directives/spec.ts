import { DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES, FeatureUrl } from '@apollo/federation-internals';

/** Names the privacy spec in every `@link`. An identifier: nothing is ever fetched from it. */
export const PRIVACY_IDENTITY = 'https://specs.sudare.dev/privacy';

/** The version that this release reads. A later minor may add protections, so it is refused, not guessed at. */
export const PRIVACY_VERSION = { major: 1, minor: 0 } as const;

/** What a subgraph links. */
export const PRIVACY_URL = `${PRIVACY_IDENTITY}/v1.0`;

/** Definition of `@personal` (DESIGN §2). `repeatable` keeps the applications of every subgraph. */
export const PERSONAL_DEFINITION = `directive @personal(
  category: String
  subject: [String!]
  namespace: String
  mask: String
  otherwise: String
  reason: String
) repeatable on OBJECT | INTERFACE | SCALAR | ENUM | ENUM_VALUE | FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_OBJECT | INPUT_FIELD_DEFINITION
`;

/** Definition of `@purpose` (DESIGN §2). */
export const PURPOSE_DEFINITION = `directive @purpose(
  allow: [String!]
  deny: [String!]
) repeatable on OBJECT | INTERFACE | SCALAR | FIELD_DEFINITION
`;

/**
 * What a subgraph puts into its schema to use the directives. It needs `@composeDirective`, hence an
 * `@link` to https://specs.apollo.dev/federation/v2.1 or later that imports it.
 */
export const PRIVACY_LINK_SDL = `extend schema
  @link(url: "${PRIVACY_URL}", import: ["@personal", "@purpose"])
  @composeDirective(name: "@personal")
  @composeDirective(name: "@purpose")

${PERSONAL_DEFINITION}
${PURPOSE_DEFINITION}`;

/**
 * For `Supergraph.build(sdl, { supportedFeatures })`: what @apollo/gateway supports, the privacy spec, and
 * `@fromContext`, which @apollo/query-planner plans and our executor runs. Without the second a supergraph that is
 * stamped `for: SECURITY` is refused, which is what the stamp is for.
 */
export const SUPPORTED_FEATURES: Set<string> = new Set([
  ...DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES,
  PRIVACY_URL,
  'https://specs.apollo.dev/context/v0.1',
]);

/** What the url of an `@link` means to us. `wrong` says what was expected. */
export type LinkVerdict =
  | { readonly kind: 'foreign' }
  | { readonly kind: 'privacy' }
  | { readonly kind: 'wrong'; readonly message: string };

/**
 * Judges the url of an `@link`: ours in a version that we read, somebody else's, or meant to be ours and
 * unusable (another version, another scheme, a slip in the path), which must not pass as somebody else's.
 */
export function judgeLinkUrl(url: string): LinkVerdict {
  const parsed = FeatureUrl.maybeParse(url);
  if (parsed?.identity !== PRIVACY_IDENTITY || parsed.element !== undefined) {
    if (!/\bsudare\.dev\b/i.test(url)) return { kind: 'foreign' };
    return { kind: 'wrong', message: `expected the url "${PRIVACY_URL}", got "${url}".` };
  }
  const { major, minor } = parsed.version;
  if (major !== PRIVACY_VERSION.major) {
    return {
      kind: 'wrong',
      message: `expected version 1 of the privacy spec, got v${String(major)}.${String(minor)}; link "${PRIVACY_URL}".`,
    };
  }
  if (minor > PRIVACY_VERSION.minor) {
    return {
      kind: 'wrong',
      message: `v${String(major)}.${String(minor)} of the privacy spec is newer than this release, which reads up to "${PRIVACY_URL}"; update Sudare.`,
    };
  }
  return { kind: 'privacy' };
}
