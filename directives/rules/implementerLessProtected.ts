import { named } from './facts/named.ts';
import type { CheckedSupergraph, SupergraphRule, Violation } from './rule.ts';

/** An interface's field that binds types which do not say so themselves. */
export const implementerLessProtected: SupergraphRule = {
  name: 'implementer-less-protected',
  over: 'supergraph',
  severity: 'warning',
  why: 'What the interface says binds the same field of every type that implements it, also where it is not asked through the interface. Whoever reads such a type alone, perhaps in another subgraph, takes its field for harmless.',
  mend: 'Say it on the types too. A type whose field is not personal says `@personal(category: "none", reason: "…")` there, which ends what the interface demands of it.',
  *check(checked) {
    const { index, rules } = checked;
    for (const { name, kind, fields } of index.types.values()) {
      if (kind !== 'INTERFACE') continue;
      for (const field of fields.keys()) {
        const categories = rules.field(name, field)?.categories ?? [];
        const lax = index
          .possible(name)
          .filter((type) => isSilent(checked, type.name, field, categories))
          .map((type) => `${type.name}.${field}`);
        if (lax.length === 0) continue;
        yield {
          coordinate: `${name}.${field}`,
          message: `binds ${named(lax)} (${categories.join(', ')}), where nothing says so.`,
        } satisfies Violation;
      }
    }
  },
  examples: [
    {
      title: 'A party’s telephone is personal, a user’s does not say so',
      subgraphs: {
        jobs: `
          type Query { parties: [Party!]! }

          interface Party { phone: String @personal(category: "contact.telephone") }

          type User implements Party @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            phone: String
          }`,
      },
      finds: ['Party.phone'],
    },
    {
      title: 'What an interface object gives to all types is written there alone',
      subgraphs: {
        jobs: `
          type Query { parties: [Party!]! }

          interface Party @key(fields: "id") { id: ID! }

          type User implements Party @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
          }`,
        phones: `
          type Party @key(fields: "id") @interfaceObject {
            id: ID!
            phone: String @personal(category: "contact.telephone")
          }`,
      },
      finds: [],
    },
    {
      title: 'Each says for itself',
      subgraphs: {
        jobs: `
          type Query { parties: [Party!]! }

          interface Party { phone: String @personal(category: "contact.telephone") }

          type User implements Party @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            phone: String @personal(category: "contact.telephone")
          }

          type Agency implements Party {
            phone: String @personal(category: "none", reason: "An agency’s switchboard.")
          }`,
      },
      finds: [],
    },
  ],
};

/** Whether a type's field leaves out a category that the interface demands, and could have said it. */
function isSilent(
  { index, annotations, joinsOf }: CheckedSupergraph,
  type: string,
  field: string,
  demanded: readonly string[],
): boolean {
  const own = index.types.get(type)?.fields.get(field);
  const coordinate = `${type}.${field}`;
  if (own === undefined || annotations.get(coordinate)?.declassified === true) return false;
  const joins = joinsOf(own.directives).fields;
  if (joins.length > 0 && joins.every(({ graph }) => graph === null)) return false;
  const said = [coordinate, type, own.type].flatMap((at) => annotations.get(at)?.terms.categories ?? []);
  return demanded.some((key) => !said.includes(key));
}
