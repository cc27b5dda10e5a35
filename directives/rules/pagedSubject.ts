import { isPaged } from '../subjectPath.ts';
import type { CheckedSupergraph, SupergraphRule, Violation } from './rule.ts';
import { subjectSteps } from './facts/subjectSteps.ts';

/** A subject path that leads through a field which shows only part of what there is. */
export const pagedSubject: SupergraphRule = {
  name: 'paged-subject',
  severity: 'error',
  over: 'supergraph',
  why: 'A path through a paged list finds the people of one page only; the others would not be asked. Such a path counts as unresolved, so nothing that takes its subject from it is ever shown. The same holds for a path through any field that takes arguments.',
  mend: 'Give the type a field without arguments that leads to all the people concerned, such as `ownerId: ID!` or `participantIds: [ID!]!`, and name that in `subject`. What the gateway selects for itself is never shown.',
  examples: [
    {
      title: 'The participants come page by page.',
      subgraphs: {
        threads: `
          type Query { thread(id: ID!): Thread }
          type Thread @key(fields: "id") @personal(subject: ["participants { id }"]) {
            id: ID!
            title: String @personal(category: "usage.content")
            participants(first: Int = 10): [User!]!
          }
          type User @key(fields: "id") { id: ID! }`,
      },
      finds: ['Thread'],
    },
    {
      title: 'An argument that pages nothing is an argument all the same.',
      subgraphs: {
        notes: `
          type Query { note(id: ID!): Note }
          type Note @key(fields: "id") {
            id: ID!
            text: String @personal(category: "usage.content", subject: ["author { id }"])
            author(asOf: String): User!
          }
          type User @key(fields: "id") { id: ID! }`,
      },
      finds: ['Note.text'],
    },
    {
      title: 'A list without arguments is whole.',
      subgraphs: {
        threads: `
          type Query { thread(id: ID!): Thread }
          type Thread @key(fields: "id") @personal(subject: ["participants { id }"]) {
            id: ID!
            title: String @personal(category: "usage.content")
            participants: [User!]!
          }
          type User @key(fields: "id") { id: ID! }`,
      },
      finds: [],
    },
  ],
  check,
};

function* check(checked: CheckedSupergraph): Generator<Violation> {
  const { index } = checked;
  const told = new Set<string>();
  for (const { application, path, steps } of subjectSteps(checked)) {
    const step = steps.find(({ field }) => isPaged(index, field) || field.inputs.size > 0);
    const { coordinate } = application.site;
    if (step === undefined || told.has(`${coordinate} ${path}`)) continue;
    told.add(`${coordinate} ${path}`);
    const at = `${step.holder}.${step.field.name}`;
    const what = isPaged(index, step.field)
      ? `${at} is paged`
      : `${at} takes arguments, which a subject path cannot give`;
    yield {
      coordinate,
      node: application.node,
      message: `the subject \`${path}\` is never resolved: ${what}. What takes its subject from here is shown to nobody.`,
    };
  }
}
