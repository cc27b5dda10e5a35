import { named } from './facts/named.ts';
import type { SupergraphRule, Violation } from './rule.ts';

/** An interface's field that says less than the same field of a type which implements it. */
export const interfaceLessProtected: SupergraphRule = {
  name: 'interface-less-protected',
  over: 'supergraph',
  severity: 'warning',
  why: 'Asked through the interface, the field is masked on some objects and not on others. The gateway decides by the type of each object, so nothing leaks, but whoever reads the interface takes the field for harmless, and a new type that implements it starts unprotected.',
  mend: 'Annotate the interface’s field, which binds every type that implements it. If it is right as it is, declassify the interface’s field, which leaves the types bound by what they say: `@personal(category: "none", reason: "…")`.',
  *check({ index, rules, annotations }) {
    for (const { name, kind, fields } of index.types.values()) {
      if (kind !== 'INTERFACE') continue;
      for (const field of fields.keys()) {
        const coordinate = `${name}.${field}`;
        if (annotations.get(coordinate)?.declassified === true) continue;
        const known = rules.field(name, field)?.categories ?? [];
        const stricter = index.possible(name).flatMap((type) => {
          const categories = rules.field(type.name, field)?.categories ?? [];
          const missing = categories.filter((key) => !known.includes(key));
          return missing.length === 0 ? [] : [{ type: type.name, missing }];
        });
        if (stricter.length === 0) continue;
        const types = named(stricter.map(({ type }) => `${type}.${field}`));
        const missing = [...new Set(stricter.flatMap((each) => each.missing))].sort();
        yield {
          coordinate,
          message: `less protected than ${types} (${missing.join(', ')}), by which it may be answered.`,
        } satisfies Violation;
      }
    }
  },
  examples: [
    {
      title: 'A user’s title is personal, a party’s is not',
      subgraphs: {
        jobs: `
          type Query { parties: [Party!]! }

          interface Party { title: String }

          type User implements Party @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            title: String @personal(category: "identity.name")
          }

          type Agency implements Party { title: String }`,
      },
      finds: ['Party.title'],
    },
    {
      title: 'The same, with a subgraph that knows the interface as an object',
      subgraphs: {
        jobs: `
          type Query { parties: [Party!]! }

          interface Party @key(fields: "id") { id: ID! title: String }

          type User implements Party @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            title: String @personal(category: "identity.name")
          }`,
        scores: `
          type Party @key(fields: "id") @interfaceObject {
            id: ID!
            score: Int
          }`,
      },
      finds: ['Party.title'],
    },
    {
      title: 'The interface binds them all, or says why it does not',
      subgraphs: {
        jobs: `
          type Query { parties: [Party!]! }

          interface Party {
            title: String @personal(category: "none", reason: "Agencies have titles too; a user’s own is annotated.")
            phone: String @personal(category: "contact.telephone")
          }

          type User implements Party @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            title: String @personal(category: "identity.name")
            phone: String @personal(category: "contact.telephone")
          }

          type Agency implements Party {
            title: String
            phone: String @personal(category: "none", reason: "An agency’s switchboard.")
          }`,
      },
      finds: [],
    },
  ],
};
