import { categoriesWithin, inputUses } from './facts/inputUses.ts';
import { mutationName } from './facts/mutationName.ts';
import { named } from './facts/named.ts';
import type { CheckedSupergraph, SupergraphRule, Violation } from './rule.ts';

/** A mutation that takes an input type by whose personal fields queries find data. */
export const filterInMutation: SupergraphRule = {
  name: 'filter-in-mutation',
  over: 'supergraph',
  severity: 'warning',
  why: 'Personal inputs of a mutation count as written: a client needs `write: true`, and no purpose has to list the category under `lookups`. A mutation that takes the filter of a query finds people by them all the same, and its result tells who they are.',
  mend: 'Let the mutation take ids. If it writes those values and finds nobody by them, say so on the argument with `@personal(category: "none", reason: "…")`.',
  check,
  examples: [
    {
      title: 'A mutation acts on whomever a filter finds.',
      subgraphs: {
        accounts: `
          type Query { users(filter: UserFilter): [User!]! }
          type Mutation { sendCoupon(to: UserFilter!): Int! }
          input UserFilter { email: String @personal(category: "contact.email") }
          type User @key(fields: "id") { id: ID! }`,
      },
      finds: ['Mutation.sendCoupon(to:)'],
    },
    {
      title: 'One input type to find by, another to write.',
      subgraphs: {
        accounts: `
          type Query { users(filter: UserFilter): [User!]! }
          type Mutation { updateProfile(profile: ProfileInput!): User! }
          input UserFilter { email: String @personal(category: "contact.email") }
          input ProfileInput { email: String @personal(category: "contact.email") }
          type User @key(fields: "id") { id: ID! }`,
      },
      finds: [],
    },
  ],
};

function* check(checked: CheckedSupergraph): Generator<Violation> {
  const mutation = mutationName(checked);
  const uses = inputUses(checked);
  const finders = uses.filter(({ holder }) => holder !== null && holder !== mutation);
  for (const { coordinate, takes, holder } of uses) {
    if (holder !== mutation || checked.annotations.get(coordinate)?.declassified === true) continue;
    const found = finders.filter((use) => use.takes === takes);
    const categories = categoriesWithin(checked, takes);
    if (found.length === 0 || categories.length === 0) continue;
    const by = named(found.map((use) => use.coordinate));
    const message = `it takes ${takes} as ${by} does, and may find people by ${categories.join(', ')}.`;
    yield { coordinate, message };
  }
}
