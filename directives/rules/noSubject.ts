import type { FieldRule } from '../fieldRule.ts';
import { directTerms } from './facts/directTerms.ts';
import { named } from './facts/named.ts';
import type { CheckedSupergraph, SupergraphRule, Violation } from './rule.ts';
import { waysIn } from './facts/waysIn.ts';

/** A personal field of which the schema does not say whom it is about. */
export const noSubject: SupergraphRule = {
  name: 'no-subject',
  severity: 'error',
  over: 'supergraph',
  why: 'A value is shown with the permission of the person whom it is about. Where nothing says who that is, nobody can permit it, and it is shown to nobody whatever the purpose. An entity never takes the subject of what is around it; neither does a type that several types lead to, nor anything on a root type.',
  mend: 'Declare the subject on the type, `@personal(subject: ["ownerId"])`, or on the field. A value type that several types lead to may also take it from each field that leads to it, if those are personal and name one. What nobody is ever to see says so with `@purpose(allow: [])`.',
  examples: [
    {
      title: 'An entity that does not say whose it is.',
      subgraphs: {
        users: `
          type Query { user(id: ID!): User }
          type User @key(fields: "id") {
            id: ID!
            email: String @personal(category: "contact.email")
          }`,
      },
      finds: ['User.email'],
    },
    {
      title: 'Users and companies lead to an address: it takes the subject of neither.',
      subgraphs: {
        users: `
          type Query { user(id: ID!): User company(id: ID!): Company }
          type User @key(fields: "id") @personal(subject: ["id"]) { id: ID! address: Address }
          type Company @key(fields: "id") { id: ID! address: Address }
          type Address { street: String @personal(category: "contact.address") }`,
      },
      finds: ['Address.street'],
    },
    {
      title: 'A user has messages, but a message is an entity and may be somebody else’s.',
      subgraphs: {
        users: `
          type Query { user(id: ID!): User }
          type User @key(fields: "id") @personal(subject: ["id"]) { id: ID! messages: [Message!]! }
          type Message @key(fields: "id") { id: ID! body: String @personal(category: "usage.content") }`,
      },
      finds: ['Message.body'],
    },
    {
      title: 'Nobody is around a root field.',
      subgraphs: {
        users: `type Query { topCustomers: [String!] @personal(category: "identity.name") }`,
      },
      finds: ['Query.topCustomers'],
    },
    {
      title: 'A score that is taken from around it: nothing ties it to the person there.',
      subgraphs: {
        users: `
          type Query { user(id: ID!): User }
          type User @key(fields: "id") @context(name: "user") @personal(subject: ["id"]) {
            id: ID! email: String! @personal(category: "contact.email") score: Score!
          }
          type Score @key(fields: "id") {
            id: ID! value(of: String @fromContext(field: "$user { email }")): Int!
          }`,
        other: `type Score @key(fields: "id") { id: ID! other: Int }`,
      },
      finds: ['Score.value'],
    },
    {
      title:
        'Only users lead to an address, so it is about them; the card says itself that nobody is to see it.',
      subgraphs: {
        users: `
          type Query { user(id: ID!): User card(id: ID!): Card }
          type User @key(fields: "id") @personal(subject: ["id"]) { id: ID! address: Address }
          type Address { street: String @personal(category: "contact.address") }
          type Card @key(fields: "id") {
            id: ID! holder: String @personal(category: "identity.name") @purpose(allow: [])
          }`,
      },
      finds: [],
    },
    {
      title: 'Each field that leads to the address says whose it is.',
      subgraphs: {
        users: `
          type Query { user(id: ID!): User order(id: ID!): Order }
          type User @key(fields: "id") {
            id: ID! address: Address @personal(category: "contact.address", subject: ["id"])
          }
          type Order @key(fields: "id") {
            id: ID! buyerId: ID!
            sentTo: Address @personal(category: "contact.address", subject: ["buyerId"])
          }
          type Address { street: String @personal(category: "contact.address") }`,
      },
      finds: [],
    },
  ],
  check,
};

function* check(checked: CheckedSupergraph): Generator<Violation> {
  const { index, rules, annotations, policy } = checked;
  const whyNobody = whyNobodyIn(checked);
  const direct = directTerms(checked);
  const told = new Set<string>();
  for (const type of index.types.values()) {
    if (type.kind !== 'OBJECT') continue;
    for (const field of type.fields.keys()) {
      const rule = rules.field(type.name, field);
      if (rule === null || isNeverShown(rule)) continue;
      const isDerived = rule.categories.some((key) => !direct(type.name, field).categories.includes(key));
      const why = isDerived && hasUnreachable(rule) ? FAR : rule.enclosing ? whyNobody(type.name) : null;
      if (why === null) continue;
      // One annotation on a type or an interface makes one finding, however many fields it binds.
      const coordinate = isDerived || annotations.has(rule.coordinate) ? rule.coordinate : rule.sources[0];
      if (coordinate === undefined || told.has(coordinate)) continue;
      told.add(coordinate);
      yield { coordinate, message: `shown to nobody, since nothing says whom it is about: ${why}.` };
    }
  }

  function isNeverShown({ allow, categories }: FieldRule): boolean {
    return allow?.length === 0 || categories.some((key) => policy.categories.get(key)?.never === true);
  }
}

const FAR = 'it is made of somebody’s data to whom no path leads from here';

/** A subject that no path leads to, which is not one that a path is declared for. */
function hasUnreachable({ subjects }: FieldRule): boolean {
  return subjects.some(({ path, unresolved }) => unresolved && path.length === 0);
}

/** Says why objects of a type have no subject, or gives `null` where they have one. */
function whyNobodyIn({ index, rules, inheritance }: CheckedSupergraph): (type: string) => string | null {
  const ways = waysIn(index);
  const known = new Map<string, string | null>();

  const whyNobody = (type: string): string | null => {
    const found = known.get(type);
    if (found !== undefined) return found;
    // A type that is reached through itself alone has nobody around it.
    known.set(type, `${type} is reached from nowhere but itself`);
    const why = work(type);
    known.set(type, why);
    return why;
  };

  const work = (type: string): string | null => {
    if (inheritance.subjectsOf(type).length > 0) return null;
    if (index.roots.has(type)) return `${type} is a root type`;
    if (inheritance.isEntity(type)) return `${type} is an entity and declares no subject`;
    const bare = (ways.get(type) ?? []).filter(
      ({ holder, field }) => (rules.field(holder, field)?.subjects.length ?? 0) === 0,
    );
    const [way] = bare;
    if (way === undefined) return null;
    if (inheritance.parentOf(type) !== null) return whyNobody(way.holder);
    const holders = [...new Set((ways.get(type) ?? []).map(({ holder }) => holder))];
    if (holders.length === 1)
      return `${type} is reached from ${named(holders)} alone, which has no subject to give`;
    return `${type} declares no subject and is reached from several types (${named(holders)})`;
  };

  return whyNobody;
}
