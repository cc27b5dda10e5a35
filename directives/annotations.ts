import { combine, minimalKeys, NEUTRAL } from './combine.ts';
import type { Terms } from './combine.ts';
import { DirectiveError } from './directiveError.ts';
import type { Finding } from './directiveError.ts';
import { personalApplications } from './personal.ts';
import type { Site } from './site.ts';
import { purposeApplications } from './purpose.ts';
import type { SupergraphIndex } from './supergraphIndex.ts';

/** All applications on one coordinate, of both directives and from all subgraphs, combined. */
export interface Annotation {
  readonly terms: Terms;
  /** A reviewed `category: "none"` stands among them: derivations end here. */
  readonly declassified: boolean;
  readonly location: Site['location'];
  /** The first application's place, for findings. */
  readonly line: number;
  readonly column: number;
}

/**
 * The annotations of a supergraph by coordinate: `Type`, `Type.field`, `Type.field(argument:)`, `Enum.VALUE`,
 * `Input.field`. Throws DirectiveError with everything that cannot be understood.
 */
export function readAnnotations(index: SupergraphIndex): ReadonlyMap<string, Annotation> {
  const findings: Finding[] = [];
  const annotations = new Map<string, Annotation>();
  const add = (coordinate: string, annotation: Annotation): void => {
    const known = annotations.get(coordinate);
    const first = known ?? annotation;
    annotations.set(coordinate, {
      ...first,
      terms: combine(first.terms, annotation.terms),
      declassified: first.declassified || annotation.declassified,
    });
  };

  for (const { site, line, column, ...personal } of personalApplications(index, findings)) {
    const { category, declassified, subjects, mask, otherwise } = personal;
    const terms: Terms = {
      ...NEUTRAL,
      categories: category === null ? [] : [category],
      masks: mask === null ? [] : [mask],
      subjects,
      otherwise,
      sources: [site.coordinate],
    };
    add(site.coordinate, { terms, declassified, location: site.location, line, column });
  }
  for (const { site, line, column, allow, deny } of purposeApplications(index, findings)) {
    const terms: Terms = {
      ...NEUTRAL,
      allow: allow === null ? null : minimalKeys(allow),
      deny,
      sources: [site.coordinate],
    };
    add(site.coordinate, { terms, declassified: false, location: site.location, line, column });
  }
  if (findings.length > 0) throw new DirectiveError(findings);
  return annotations;
}
