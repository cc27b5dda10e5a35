import type { ConstDirectiveNode } from 'graphql';
import type { Finding } from './directiveError.ts';
import type { SubjectPath } from './fieldRule.ts';
import {
  applicationsOf,
  hasArgument,
  refuseOddKeys,
  refuseOtherArguments,
  stringArgument,
  stringsArgument,
} from './site.ts';
import type { Application, Site } from './site.ts';
import { readSubjectPath } from './subjectPath.ts';
import type { SupergraphIndex } from './supergraphIndex.ts';

/** One application of `@personal`, read and checked. */
export interface PersonalApplication {
  readonly site: Site;
  /** Where it stands in the supergraph's SDL, counted from 1. */
  readonly line: number;
  readonly column: number;
  /** `null` where it is a declassification or names none. */
  readonly category: string | null;
  /** `category: "none"` with a reason: a reviewed statement that what the value is derived from does not show. */
  readonly declassified: boolean;
  readonly subjects: readonly SubjectPath[];
  readonly mask: string | null;
  readonly otherwise: 'mask' | 'reject';
  readonly reason: string | null;
  /** The application itself, in the supergraph. */
  readonly node: ConstDirectiveNode;
}

/** Stands for a field set that leads nowhere, so that nothing else complains of a missing subject. */
const NOBODY: SubjectPath = Object.freeze({ path: [], namespace: null, unresolved: true });

const LOCATIONS: readonly Site['location'][] = [
  'OBJECT',
  'INTERFACE',
  'SCALAR',
  'ENUM',
  'ENUM_VALUE',
  'FIELD_DEFINITION',
  'ARGUMENT_DEFINITION',
  'INPUT_OBJECT',
  'INPUT_FIELD_DEFINITION',
];
const ARGUMENTS = ['category', 'subject', 'namespace', 'mask', 'otherwise', 'reason'];
const SUBJECT_LOCATIONS: readonly Site['location'][] = ['OBJECT', 'INTERFACE', 'FIELD_DEFINITION'];

/**
 * The applications of `@personal` in a supergraph (DESIGN §2), resolved by link url. What is wrong with any of
 * them is added to `findings`; the caller must refuse the supergraph if there are any.
 */
export function personalApplications(
  index: SupergraphIndex,
  findings: Finding[],
): readonly PersonalApplication[] {
  return applicationsOf(index, 'personal', LOCATIONS, findings).map((application) =>
    read(index, application),
  );
}

function read(index: SupergraphIndex, application: Application): PersonalApplication {
  const { site, node, complain } = application;
  refuseOtherArguments(application, ARGUMENTS);
  const category = stringArgument(application, 'category');
  const mask = stringArgument(application, 'mask');
  const otherwise = stringArgument(application, 'otherwise');
  const reason = stringArgument(application, 'reason');
  const subjects = readSubjects(index, application);

  if (category !== null) refuseOddKeys(application, 'category', [category]);
  if (category === 'none' && reason === null) {
    complain(
      'unreviewed-none',
      'expected a reason beside category "none": declassifying is a reviewed decision.',
    );
  }
  if (otherwise !== null && otherwise !== 'mask' && otherwise !== 'reject') {
    complain('invalid-otherwise', 'expected otherwise to be "mask" or "reject".');
  }
  if (!['category', 'subject', 'mask', 'otherwise'].some((name) => hasArgument(application, name))) {
    complain('malformed-application', 'expected a category or a subject; alone it says nothing.');
  }
  const start = node.loc?.startToken;
  return {
    site,
    line: start?.line ?? 1,
    column: start?.column ?? 1,
    category: category === 'none' ? null : category,
    declassified: category === 'none',
    subjects,
    mask,
    otherwise: otherwise === 'reject' ? 'reject' : 'mask',
    reason,
    node,
  };
}

function readSubjects(index: SupergraphIndex, application: Application): readonly SubjectPath[] {
  const { site, complain } = application;
  const namespace = stringArgument(application, 'namespace', 'may be empty');
  const sets = stringsArgument(application, 'subject');
  // An empty namespace says that the ids bring their own, as `user:u_1` does.
  if (namespace !== null && namespace !== '') refuseOddKeys(application, 'namespace', [namespace]);
  if (sets === null) {
    if (namespace !== null)
      complain(
        'malformed-application',
        'expected a subject beside namespace, which names the namespace of its ids.',
      );
    return [];
  }
  if (sets.length === 0)
    complain('invalid-subject', 'expected at least one field set in subject, such as "id".');
  if (!SUBJECT_LOCATIONS.includes(site.location)) {
    complain(
      'invalid-subject',
      `expected no subject on ${site.location}: there is no object from which to reach one.`,
    );
    return [];
  }
  if (index.roots.has(site.type)) {
    complain(
      'subject-on-root',
      'expected no subject on a root type: it belongs to no person; declare it on the type returned.',
    );
    return [];
  }
  return sets.flatMap((text) => {
    const reading = readSubjectPath(index, site.type, text);
    if (reading.kind === 'path') return [{ path: reading.path, namespace, unresolved: reading.paged }];
    complain('invalid-subject', reading.message);
    return [NOBODY];
  });
}
