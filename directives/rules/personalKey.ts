import { select } from '../derivations.ts';
import type { Step } from '../derivations.ts';
import { DirectiveError } from '../directiveError.ts';
import type { SupergraphIndex } from '../supergraphIndex.ts';
import type { CheckedSupergraph, SupergraphRule, Violation } from './rule.ts';

/** A personal field that entities are told by. */
export const personalKey: SupergraphRule = {
  name: 'personal-key',
  over: 'supergraph',
  severity: 'warning',
  why: 'The fields of a key are sent to every subgraph that is asked about the entity, whether or not the caller may see them: masks work on answers, not between subgraphs. What only such a key leads to becomes personal as well.',
  mend: 'Give the entity a key that tells nothing about the person, such as `@key(fields: "id")`, in every subgraph. A subgraph that must know the value can ask for it with `@requires`.',
  *check(checked) {
    for (const [coordinate, { key, type, categories }] of personalKeys(checked)) {
      const of = coordinate.startsWith(`${type}.`) ? 'the' : `${type}’s`;
      yield {
        coordinate,
        message: `personal (${categories.join(', ')}) and part of ${of} key "${key}": it is sent to every subgraph that is entered by it.`,
      } satisfies Violation;
    }
  },
  examples: [
    {
      title: 'Scores are kept by e-mail address',
      subgraphs: {
        accounts: `
          type Query { me: User }

          type User @key(fields: "id") @key(fields: "email") @personal(subject: ["id"]) {
            id: ID!
            email: String! @personal(category: "contact.email")
          }`,
        scores: `
          type User @key(fields: "email") {
            email: String!
            score: Int
          }`,
      },
      finds: ['User.email'],
    },
    {
      title: 'The address is asked for where it is needed',
      subgraphs: {
        accounts: `
          type Query { me: User }

          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            email: String! @personal(category: "contact.email")
          }`,
        scores: `
          type User @key(fields: "id") {
            id: ID!
            email: String! @external
            score: Int @requires(fields: "email") @personal(category: "contact.email")
          }`,
      },
      finds: [],
    },
  ],
};

interface PersonalKey {
  readonly type: string;
  readonly key: string;
  readonly categories: readonly string[];
}

/** The personal fields of all keys by coordinate, each with the first key that has it. */
function personalKeys({ index, rules, joinsOf }: CheckedSupergraph): ReadonlyMap<string, PersonalKey> {
  const found = new Map<string, PersonalKey>();
  for (const { name: type, kind, directives } of index.types.values()) {
    // An interface's keys are its implementers' as well.
    if (kind !== 'OBJECT') continue;
    for (const { key } of joinsOf(directives).types) {
      if (key === null) continue;
      for (const { holder, field } of keyFields(index, type, key)) {
        const rule = rules.field(holder, field);
        const coordinate = `${holder}.${field}`;
        if (rule === null || found.has(coordinate)) continue;
        found.set(coordinate, { type, key, categories: rule.categories });
      }
    }
  }
  return found;
}

/** The fields of a key; none where it is no field set of the type, which composition never writes. */
function keyFields(index: SupergraphIndex, type: string, key: string): readonly Step[] {
  try {
    return select(index, type, key);
  } catch (error) {
    if (error instanceof DirectiveError) return [];
    throw error;
  }
}
