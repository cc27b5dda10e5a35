import { directiveNames } from '../links.ts';
import type { IndexedField, SupergraphIndex } from '../supergraphIndex.ts';
import type { CheckedSupergraph, SupergraphRule, Violation } from './rule.ts';
import { subjectSteps } from './facts/subjectSteps.ts';

const INACCESSIBLE = 'https://specs.apollo.dev/inaccessible';

/** A subject path that leads through what is `@inaccessible`. */
export const inaccessibleSubject: SupergraphRule = {
  name: 'inaccessible-subject',
  severity: 'error',
  over: 'supergraph',
  why: 'The gateway plans what it selects for itself on the API schema, as it does what clients select. A path through what is `@inaccessible` is not there, so the subject stays unresolved and nothing that takes it is ever shown.',
  mend: 'Lead the path through fields that clients may select, or take `@inaccessible` off. What the gateway selects for itself is never shown.',
  examples: [
    {
      title: 'The id of the owner is not part of the API schema.',
      subgraphs: {
        notes: `
          type Query { note(id: ID!): Note }
          type Note @key(fields: "id") @personal(subject: ["ownerId"]) {
            id: ID!
            text: String @personal(category: "usage.content")
            ownerId: ID! @inaccessible
          }`,
      },
      finds: ['Note'],
    },
    {
      title: 'Nor is the type of the owner.',
      subgraphs: {
        notes: `
          type Query { note(id: ID!): Note }
          type Note @key(fields: "id") {
            id: ID!
            text: String @personal(category: "usage.content", subject: ["owner { id }"])
            owner: Owner @inaccessible
          }
          type Owner @inaccessible { id: ID! }`,
      },
      finds: ['Note.text'],
    },
    {
      title: 'Whoever may select the id may not see more for it.',
      subgraphs: {
        notes: `
          type Query { note(id: ID!): Note }
          type Note @key(fields: "id") @personal(subject: ["ownerId"]) {
            id: ID!
            text: String @personal(category: "usage.content")
            ownerId: ID!
          }`,
      },
      finds: [],
    },
  ],
  check,
};

function* check(checked: CheckedSupergraph): Generator<Violation> {
  const isHidden = hiddenIn(checked.index);
  const told = new Set<string>();
  for (const { application, path, steps } of subjectSteps(checked)) {
    const hidden = steps.map(({ holder, field }) => isHidden(holder, field)).find((each) => each !== null);
    const { coordinate } = application.site;
    if (hidden == null || told.has(`${coordinate} ${path}`)) continue;
    told.add(`${coordinate} ${path}`);
    yield {
      coordinate,
      node: application.node,
      message: `the subject \`${path}\` is never resolved: ${hidden} is @inaccessible. What takes its subject from here is shown to nobody.`,
    };
  }
}

/** The coordinate that hides a field from the API schema, or `null`. */
function hiddenIn(index: SupergraphIndex): (holder: string, field: IndexedField) => string | null {
  const names = directiveNames(index.links.get(INACCESSIBLE), 'inaccessible');
  return (holder, field) => {
    const places = [
      [`${holder}.${field.name}`, field.directives],
      [holder, index.types.get(holder)?.directives ?? []],
      [field.type, index.types.get(field.type)?.directives ?? []],
    ] as const;
    const hidden = places.find(([, directives]) => directives.some(({ name }) => names.has(name.value)));
    return hidden?.[0] ?? null;
  };
}
