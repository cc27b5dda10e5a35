import { categoriesWithin, inputUses } from './facts/inputUses.ts';
import { named } from './facts/named.ts';
import type { CheckedSupergraph, SupergraphRule, Violation } from './rule.ts';

/** An input type that an annotated argument shares with one that is not annotated. */
export const sharedInput: SupergraphRule = {
  name: 'shared-input',
  over: 'supergraph',
  severity: 'warning',
  why: 'An annotation on an argument guards that argument only. What another argument takes by the same input type may find or order by the same personal values, and nobody is refused there.',
  mend: 'Annotate the fields of the input type, which holds wherever it is used, or annotate this argument too. If it finds nobody by them, say so with `@personal(category: "none", reason: "…")`.',
  check,
  examples: [
    {
      title: 'One of two arguments of the same type is annotated.',
      subgraphs: {
        accounts: `
          type Query {
            users(filter: UserFilter @personal(category: "contact.email")): [User!]!
            countUsers(filter: UserFilter): Int!
          }
          input UserFilter { email: String active: Boolean }
          type User @key(fields: "id") { id: ID! }`,
      },
      finds: ['Query.countUsers(filter:)'],
    },
    {
      title: 'The field of the input type is annotated.',
      subgraphs: {
        accounts: `
          type Query {
            users(filter: UserFilter): [User!]!
            countUsers(filter: UserFilter): Int!
          }
          input UserFilter {
            email: String @personal(category: "contact.email")
            active: Boolean
          }
          type User @key(fields: "id") { id: ID! }`,
      },
      finds: [],
    },
  ],
};

function* check(checked: CheckedSupergraph): Generator<Violation> {
  for (const [type, uses] of Map.groupBy(inputUses(checked), ({ takes }) => takes)) {
    const annotated = uses.filter(({ categories }) => categories.length > 0);
    const within = categoriesWithin(checked, type);
    const demanded = new Set(annotated.flatMap(({ categories }) => categories));
    const unguarded = [...demanded].filter((category) => !within.includes(category)).sort();
    if (unguarded.length === 0) continue;
    for (const { coordinate, categories } of uses) {
      if (categories.length > 0 || checked.annotations.get(coordinate)?.declassified === true) continue;
      const others = named(annotated.map((use) => use.coordinate));
      const message = `it takes ${type} as ${others} does, which is personal (${unguarded.join(', ')}); it is not.`;
      yield { coordinate, message };
    }
  }
}
