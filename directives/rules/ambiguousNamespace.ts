import type { SubjectPath } from '../fieldRule.ts';
import type { SupergraphRule, Violation } from './rule.ts';

/** One subject path that is declared with several namespaces. */
export const ambiguousNamespace: SupergraphRule = {
  name: 'ambiguous-namespace',
  over: 'supergraph',
  severity: 'error',
  why: 'Subjects of one place unite, and the same id in two namespaces is two people. Both must permit, and one of them does not exist, so the value is shown to nobody.',
  mend: 'Declare the path with one namespace, the same in every subgraph. Without `namespace` it is the policy’s; `namespace: ""` says that the ids bring their own.',
  *check({ annotations, policy }) {
    for (const [coordinate, { terms, node }] of annotations) {
      const byPath = Map.groupBy(
        terms.subjects.filter(({ path }) => path.length > 0),
        ({ path }) => path.join('.'),
      );
      for (const [path, subjects] of byPath) {
        const namespaces = new Set(subjects.map((subject) => namespaceOf(subject, policy.namespace)));
        if (namespaces.size < 2) continue;
        const all = [...namespaces].map((name) => `"${name}"`).join(' and ');
        yield {
          coordinate,
          node,
          message: `the subject "${path}" is declared with the namespaces ${all}.`,
        } satisfies Violation;
      }
    }
  },
  examples: [
    {
      title: 'Two subgraphs disagree about whose ids they are',
      subgraphs: {
        accounts: `
          type Query { me: User }

          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            email: String @personal(category: "contact.email")
          }`,
        staff: `
          type User @key(fields: "id") @personal(subject: ["id"], namespace: "staff") {
            id: ID!
          }`,
      },
      finds: ['User'],
    },
    {
      title: 'The same namespace, once by default and once by name',
      subgraphs: {
        accounts: `
          type Query { me: User }

          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            email: String @personal(category: "contact.email")
          }`,
        staff: `
          type User @key(fields: "id") @personal(subject: ["id"], namespace: "user") {
            id: ID!
          }`,
      },
      finds: [],
    },
  ],
};

function namespaceOf({ namespace }: SubjectPath, byDefault: string): string {
  return namespace ?? byDefault;
}
