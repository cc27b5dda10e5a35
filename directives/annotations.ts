import type { ConstDirectiveNode } from 'graphql';
import { combine, minimalKeys, NEUTRAL } from './combine.ts';
import type { Terms } from './combine.ts';
import type { PersonalApplication } from './personal.ts';
import type { PurposeApplication } from './purpose.ts';
import type { Site } from './site.ts';

/** All applications on one coordinate, of both directives and from all subgraphs, combined. */
export interface Annotation {
  readonly terms: Terms;
  /** A reviewed `category: "none"` stands among them: derivations end here. */
  readonly declassified: boolean;
  readonly location: Site['location'];
  /** The first application and its place, for findings. */
  readonly line: number;
  readonly column: number;
  readonly node: ConstDirectiveNode;
}

/**
 * The annotations of a supergraph by coordinate: `Type`, `Type.field`, `Type.field(argument:)`, `Enum.VALUE`,
 * `Input.field`.
 */
export function combineAnnotations(
  personal: readonly PersonalApplication[],
  purpose: readonly PurposeApplication[],
): ReadonlyMap<string, Annotation> {
  const annotations = new Map<string, Annotation>();
  const add = (
    application: PersonalApplication | PurposeApplication,
    terms: Partial<Terms>,
    declassified: boolean,
  ): void => {
    const { site, line, column, node } = application;
    const known = annotations.get(site.coordinate);
    const first = known ?? { terms: NEUTRAL, declassified, location: site.location, line, column, node };
    annotations.set(site.coordinate, {
      ...first,
      terms: combine(first.terms, { ...NEUTRAL, ...terms, sources: [site.coordinate] }),
      declassified: first.declassified || declassified,
    });
  };

  for (const application of personal) {
    const { category, declassified, subjects, mask, otherwise } = application;
    const categories = category === null ? [] : [category];
    add(application, { categories, masks: mask === null ? [] : [mask], subjects, otherwise }, declassified);
  }
  for (const application of purpose) {
    const { allow, deny } = application;
    add(application, { allow: allow === null ? null : minimalKeys(allow), deny }, false);
  }
  return annotations;
}
