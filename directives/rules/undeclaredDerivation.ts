import { Kind } from 'graphql';
import { createDerivations } from '../derivations.ts';
import type { FieldRule } from '../fieldRule.ts';
import type { Terms } from '../combine.ts';
import { parseFieldSet } from '../fieldSet.ts';
import { directTerms } from './facts/directTerms.ts';
import type { CheckedSupergraph, SupergraphRule, Violation } from './rule.ts';

/** A field that says less of itself than what it is made of. */
export const undeclaredDerivation: SupergraphRule = {
  name: 'undeclared-derivation',
  over: 'supergraph',
  severity: 'warning',
  why: 'What is made of personal data (by `@requires`, by `@fromContext`, or because only a personal key leads to it) is treated as personal by the gateway, but nothing on the field says so: whoever reads the schema takes it for harmless, and whoever changes what it is made of changes who sees it.',
  mend: 'Say so on the field. If it tells nothing about the person, declassify it: `@personal(category: "none", reason: "…")`.',
  *check(checked) {
    const { index, rules } = checked;
    const direct = directTerms(checked);
    const inputsOf = personalInputs(checked);
    const told = new Set<string>();
    for (const { name: type, kind, fields } of index.types.values()) {
      if (kind !== 'OBJECT') continue;
      for (const field of fields.keys()) {
        const rule = rules.field(type, field);
        if (rule === null) continue;
        const missing = missingFrom(direct(type, field), rule);
        const coordinate = missing === null ? null : definedAt(checked, type, field);
        if (missing === null || coordinate === null || told.has(coordinate)) continue;
        told.add(coordinate);
        yield {
          coordinate,
          message: `less protected than what it is made of: ${inputsOf(type, field).join(', ')}.`,
          mend: `Say so here, ${missing}; or, if it tells nothing about the person, declassify it: @personal(category: "none", reason: "…").`,
        } satisfies Violation;
      }
    }
  },
  examples: [
    {
      title: 'A greeting that is made of the name',
      subgraphs: {
        accounts: `
          type Query { me: User }

          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            name: String @personal(category: "identity.name") @purpose(deny: ["marketing.recommendation"])
          }`,
        mail: `
          type User @key(fields: "id") {
            id: ID!
            name: String @external
            greeting: String @requires(fields: "name")
          }`,
      },
      finds: ['User.greeting'],
    },
    {
      title: 'A chain: what is made of the greeting is made of the name',
      subgraphs: {
        accounts: `
          type Query { me: User }

          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            name: String @personal(category: "identity.name")
          }`,
        mail: `
          type User @key(fields: "id") {
            id: ID!
            name: String @external
            greeting: String @requires(fields: "name") @personal(category: "identity.name")
          }`,
        cards: `
          type User @key(fields: "id") {
            id: ID!
            greeting: String @external
            card: String @requires(fields: "greeting")
          }`,
      },
      finds: ['User.card'],
    },
    {
      title: 'Whatever only a personal key leads to',
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
      finds: ['User.score'],
    },
    {
      title: 'A label that a subgraph gives to all kinds of people, and makes of their names',
      subgraphs: {
        people: `
          type Query { people: [Person!]! }

          interface Person @key(fields: "id") {
            id: ID!
            name: String @personal(category: "identity.name")
          }

          type User implements Person @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            name: String @personal(category: "identity.name")
          }`,
        labels: `
          type Person @key(fields: "id") @interfaceObject {
            id: ID!
            name: String @external
            label: String @requires(fields: "name")
          }`,
      },
      finds: ['Person.label'],
    },
    {
      title: 'One says what it is made of, the other has been reviewed',
      subgraphs: {
        accounts: `
          type Query { me: User }

          type User @key(fields: "id") @personal(subject: ["id"]) {
            id: ID!
            name: String @personal(category: "identity.name")
          }`,
        mail: `
          type User @key(fields: "id") {
            id: ID!
            name: String @external
            greeting: String @requires(fields: "name") @personal(category: "identity.name")
            isNamed: Boolean
              @requires(fields: "name")
              @personal(category: "none", reason: "Everybody has a name.")
          }`,
      },
      finds: [],
    },
  ],
};

/** The annotations that a field lacks beside what it is made of, as SDL; `null` where it lacks nothing. */
function missingFrom(direct: Terms, rule: FieldRule): string | null {
  const categories = rule.categories.filter((key) => !direct.categories.includes(key));
  const rejects = rule.otherwise === 'reject' && direct.otherwise !== 'reject';
  const otherwise = rejects ? ', otherwise: "reject"' : '';
  const [first, ...others] = categories.length === 0 && rejects ? rule.categories : categories;
  const personal = [
    ...(first === undefined ? [] : [`@personal(category: "${first}"${otherwise})`]),
    ...(categories.length === 0 ? [] : others.map((key) => `@personal(category: "${key}")`)),
  ];
  const isWider = JSON.stringify(direct.allow) !== JSON.stringify(rule.allow);
  const deny = rule.deny.filter((key) => !direct.deny.includes(key));
  const narrowing = [
    ...(isWider && rule.allow !== null ? [`allow: ${JSON.stringify(rule.allow)}`] : []),
    ...(deny.length > 0 ? [`deny: ${JSON.stringify(deny)}`] : []),
  ];
  const purpose = narrowing.length > 0 ? [`@purpose(${narrowing.join(', ')})`] : [];
  const missing = [...personal, ...purpose];
  return missing.length === 0 ? null : missing.join(' ');
}

/** The personal fields that a field is made of, each with how. */
function personalInputs(checked: CheckedSupergraph): (type: string, field: string) => readonly string[] {
  const { index, rules, annotations, joinsOf } = checked;
  const madeOf = createDerivations(index, joinsOf);
  const isPersonal = (type: string, field: string): boolean => rules.field(type, field) !== null;
  const isEnded = (coordinate: string): boolean => annotations.get(coordinate)?.declassified === true;
  return (type, field) => {
    const joins = joinsOf(index.types.get(type)?.fields.get(field)?.directives ?? []).fields;
    const required = new Set(joins.flatMap(({ requires }) => topLevel(requires)));
    const inputs = madeOf(type, field, isPersonal, isEnded).flatMap(({ from, steps }) =>
      steps
        .filter((step) => isPersonal(step.holder, step.field))
        .map((step) => {
          const isRequired = required.has(step.path[0] ?? step.field);
          const how = from === 'above' ? '@fromContext' : isRequired ? '@requires' : 'a personal key';
          const { categories = [] } = rules.field(step.holder, step.field) ?? {};
          return `${step.holder}.${step.field} (${categories.join(', ')}; by ${how})`;
        }),
    );
    return [...new Set(inputs)];
  };
}

/** Where the author writes the field: its own type, or the `@interfaceObject` that gives it to all implementers. */
function definedAt({ index, joinsOf }: CheckedSupergraph, type: string, field: string): string | null {
  const own = index.types.get(type);
  const joins = joinsOf(own?.fields.get(field)?.directives ?? []).fields;
  if (joins.length === 0 || joins.some(({ graph }) => graph !== null)) return `${type}.${field}`;
  const giver = own?.interfaces.find((name) => index.types.get(name)?.fields.has(field) === true);
  return giver === undefined ? null : `${giver}.${field}`;
}

function topLevel(fieldSet: string | null): readonly string[] {
  const { selections = [] } = fieldSet === null ? {} : (parseFieldSet(fieldSet) ?? {});
  return selections.flatMap((selection) => (selection.kind === Kind.FIELD ? [selection.name.value] : []));
}
