import { describe, expect, test } from 'vitest';
import type { FieldRule, SubjectPath } from '../../directives/fieldRule.ts';
import { fieldRules } from '../../directives/fieldRules.ts';
import { composed } from './composed.ts';
import type { Subgraphs } from './composed.ts';

interface Case {
  readonly name: string;
  readonly subgraphs: Subgraphs;
  readonly coordinate: string;
  /** What the rule must have, beside the defaults; `null`: not personal. */
  readonly expected:
    (Partial<Omit<FieldRule, 'subjects'>> & { readonly subjects?: readonly SubjectPath[] }) | null;
}

const via = (...path: string[]): SubjectPath => ({ path, namespace: null, unresolved: false });
const unresolved = (...path: string[]): SubjectPath => ({ path, namespace: null, unresolved: true });

const USER = `type User @key(fields: "id") @personal(subject: ["id"]) {
  id: ID!
  email: String @personal(category: "contact.email") @shareable
  name: String @shareable
}`;

const annotated: readonly Case[] = [
  {
    name: 'the field itself',
    subgraphs: { a: `type Query { user: User } ${USER}` },
    coordinate: 'User.email',
    expected: { categories: ['contact.email'], subjects: [], enclosing: true, sources: ['User.email'] },
  },
  {
    name: 'nothing: not personal',
    subgraphs: { a: `type Query { user: User } ${USER}` },
    coordinate: 'User.id',
    expected: null,
  },
  {
    name: 'several applications on one field',
    subgraphs: {
      a: `type Query { x: String
        @personal(category: "b.two", mask: "partial")
        @personal(category: "a.one", otherwise: "reject")
        @purpose(allow: ["s"]) @purpose(allow: ["s.t", "u"]) @purpose(deny: ["m"]) }`,
    },
    coordinate: 'Query.x',
    expected: {
      categories: ['a.one', 'b.two'],
      masks: ['partial'],
      otherwise: 'reject',
      allow: ['s.t'],
      deny: ['m'],
      sources: ['Query.x'],
    },
  },
  {
    name: 'its own subjects with their namespaces',
    subgraphs: {
      a: `type Query { m: Message } type Person { id: ID! }
        type Message {
          sender: Person company: ID
          text: String
            @personal(category: "content", subject: ["sender { id }"])
            @personal(subject: "company", namespace: "org")
            @personal(subject: ["company"], namespace: "")
        }`,
    },
    coordinate: 'Message.text',
    expected: {
      categories: ['content'],
      subjects: [
        { path: ['company'], namespace: '', unresolved: false },
        { path: ['company'], namespace: 'org', unresolved: false },
        via('sender', 'id'),
      ],
      enclosing: false,
    },
  },
  {
    name: 'subjects of a paged path: unresolved',
    subgraphs: {
      a: `type Query { m: Message } type Person { id: ID! }
        type Message {
          text: String @personal(category: "usage.content", subject: ["readers { id }"])
          readers(first: Int): [Person!]!
        }`,
    },
    coordinate: 'Message.text',
    expected: { categories: ['usage.content'], subjects: [unresolved('readers', 'id')], enclosing: false },
  },
  {
    name: 'a shared field, annotated in one subgraph only',
    subgraphs: {
      a: `type Query { user: User } ${USER}`,
      b: 'type User @key(fields: "id") { id: ID! email: String @shareable }',
    },
    coordinate: 'User.email',
    expected: { categories: ['contact.email'] },
  },
  {
    name: 'a shared field, annotated differently in two subgraphs',
    subgraphs: {
      a: `type Query { user: User } ${USER}`,
      b: `type User @key(fields: "id") { id: ID!
        email: String @shareable @personal(category: "account.loginId", otherwise: "reject") @purpose(deny: ["m"]) }`,
    },
    coordinate: 'User.email',
    expected: {
      categories: ['account.loginId', 'contact.email'],
      otherwise: 'reject',
      deny: ['m'],
      sources: ['User.email'],
    },
  },
  {
    name: 'a category and a declassification of another subgraph: the category stays',
    subgraphs: {
      a: `type Query { user: User } ${USER}`,
      b: 'type User @key(fields: "id") { id: ID! email: String @shareable @personal(category: "none", reason: "r") }',
    },
    coordinate: 'User.email',
    expected: { categories: ['contact.email'] },
  },
];

const byType: readonly Case[] = [
  {
    name: 'the parent object type',
    subgraphs: {
      a: `type Query { user: User } type User { address: Address }
        type Address @personal(category: "contact.address") @purpose(deny: ["m"]) { city: String }`,
    },
    coordinate: 'Address.city',
    expected: { categories: ['contact.address'], deny: ['m'], sources: ['Address'] },
  },
  {
    name: 'the scalar returned, also in a list',
    subgraphs: {
      a: `type Query { emails: [[Email!]!]! } scalar Email @personal(category: "contact.email", mask: "email")`,
    },
    coordinate: 'Query.emails',
    expected: { categories: ['contact.email'], masks: ['email'], sources: ['Email'] },
  },
  {
    name: 'the enum returned',
    subgraphs: { a: 'type Query { sex: Sex } enum Sex @personal(category: "identity.sex") { F M X }' },
    coordinate: 'Query.sex',
    expected: { categories: ['identity.sex'] },
  },
  {
    name: 'an enum value binds arguments only',
    subgraphs: {
      a: 'type Query { order: Order } enum Order { ID EMAIL @personal(category: "contact.email") }',
    },
    coordinate: 'Query.order',
    expected: null,
  },
  {
    name: 'the object type returned does not make the field personal',
    subgraphs: {
      a: 'type Query { a: Address } type Address @personal(category: "contact.address") { city: String }',
    },
    coordinate: 'Query.a',
    expected: null,
  },
  {
    name: 'an annotated field of composite type',
    subgraphs: {
      a: `type Query { user: User } type Address { city: String }
        type User @key(fields: "id") { id: ID! address: Address @personal(category: "contact.address", subject: ["id"]) }`,
    },
    coordinate: 'User.address',
    expected: { categories: ['contact.address'], subjects: [via('id')], enclosing: false },
  },
  {
    name: 'what is beneath it carries no rule of its own',
    subgraphs: {
      a: `type Query { user: User } type Address { city: String }
        type User @key(fields: "id") { id: ID! address: Address @personal(category: "contact.address") }`,
    },
    coordinate: 'Address.city',
    expected: null,
  },
];

const byInterface: readonly Case[] = [
  {
    name: 'the same field on an interface, in another subgraph',
    subgraphs: {
      a: 'type Query { p: Party } interface Party { name: String } type User implements Party { name: String @shareable }',
      b: `type Query { q: Party } interface Party { name: String @personal(category: "identity.name") }
        type User implements Party { name: String @shareable }`,
    },
    coordinate: 'User.name',
    expected: { categories: ['identity.name'], sources: ['Party.name'] },
  },
  {
    name: 'an interface of an interface',
    subgraphs: {
      a: `type Query { p: Named } interface Named { name: String @personal(category: "identity.name") }
        interface Party implements Named { name: String }
        type User implements Party & Named { name: String }`,
    },
    coordinate: 'Party.name',
    expected: { categories: ['identity.name'], sources: ['Named.name'] },
  },
  {
    name: "an interface's own annotations bind its fields on implementers",
    subgraphs: {
      a: `type Query { p: Party } interface Party @personal(category: "identity", subject: ["id"]) { id: ID! name: String }
        type User implements Party { id: ID! name: String age: Int }`,
    },
    coordinate: 'User.name',
    expected: { categories: ['identity'], subjects: [], enclosing: true, sources: ['Party'] },
  },
  {
    name: 'and none of those that it does not define',
    subgraphs: {
      a: `type Query { p: Party } interface Party @personal(category: "identity") { id: ID! name: String }
        type User implements Party { id: ID! name: String age: Int }`,
    },
    coordinate: 'User.age',
    expected: null,
  },
  {
    name: 'an implementer does not bind the interface',
    subgraphs: {
      a: `type Query { p: Party } interface Party { name: String }
        type User implements Party { name: String @personal(category: "identity.name") }`,
    },
    coordinate: 'Party.name',
    expected: null,
  },
  {
    name: 'subjects of the same field on the interface',
    subgraphs: {
      a: `type Query { p: Party } interface Party { id: ID! name: String @personal(category: "identity.name", subject: ["id"]) }
        type User implements Party { id: ID! name: String }`,
    },
    coordinate: 'User.name',
    expected: { categories: ['identity.name'], subjects: [via('id')], enclosing: false },
  },
  {
    name: 'a declassification on the implementer ends what comes from the interface',
    subgraphs: {
      a: `type Query { p: Party } interface Party { name: String @personal(category: "identity.name") }
        type User implements Party { name: String }
        type Agency implements Party { name: String @personal(category: "none", reason: "a company's name") }`,
    },
    coordinate: 'Agency.name',
    expected: null,
  },
  {
    name: 'a field that an interface object adds to every implementer',
    subgraphs: {
      a: `type Query { m: Media } interface Media @key(fields: "id") { id: ID! }
        type Book implements Media @key(fields: "id") { id: ID! }`,
      b: `type Media @key(fields: "id") @interfaceObject { id: ID! review: String @personal(category: "content") }`,
    },
    coordinate: 'Book.review',
    expected: { categories: ['content'], sources: ['Book.review', 'Media.review'] },
  },
  {
    name: 'an annotation on the interface object itself',
    subgraphs: {
      a: `type Query { m: Media } interface Media @key(fields: "id") { id: ID! }
        type Book implements Media @key(fields: "id") { id: ID! }`,
      b: `type Media @key(fields: "id") @interfaceObject @personal(category: "content", subject: ["id"]) {
        id: ID! review: String }`,
    },
    coordinate: 'Book.review',
    expected: { categories: ['content'], subjects: [], enclosing: true, sources: ['Media'] },
  },
  {
    name: 'what an interface object requires, on the concrete type',
    subgraphs: {
      a: `type Query { m: Media } interface Media @key(fields: "id") { id: ID! author: String }
        type Book implements Media @key(fields: "id") @personal(subject: ["id"]) { id: ID! author: String @personal(category: "identity.name") }
        type Film implements Media @key(fields: "id") { id: ID! author: String }`,
      b: `type Media @key(fields: "id") @interfaceObject { id: ID! author: String @external
        credit: String @requires(fields: "author") }`,
    },
    coordinate: 'Book.credit',
    expected: { categories: ['identity.name'], subjects: [], enclosing: true, sources: ['Book.author'] },
  },
  {
    name: 'and not on those where it is not personal',
    subgraphs: {
      a: `type Query { m: Media } interface Media @key(fields: "id") { id: ID! author: String }
        type Book implements Media @key(fields: "id") { id: ID! author: String @personal(category: "identity.name") }
        type Film implements Media @key(fields: "id") { id: ID! author: String }`,
      b: `type Media @key(fields: "id") @interfaceObject { id: ID! author: String @external
        credit: String @requires(fields: "author") }`,
    },
    coordinate: 'Film.credit',
    expected: null,
  },
  {
    name: 'through the interface, as strict as any implementer',
    subgraphs: {
      a: `type Query { m: Media } interface Media @key(fields: "id") { id: ID! author: String }
        type Book implements Media @key(fields: "id") { id: ID! author: String @personal(category: "identity.name") }
        type Film implements Media @key(fields: "id") { id: ID! author: String }`,
      b: `type Media @key(fields: "id") @interfaceObject { id: ID! author: String @external
        credit: String @requires(fields: "author") }`,
    },
    coordinate: 'Media.credit',
    expected: { categories: ['identity.name'], sources: ['Book.author'] },
  },
];

const OWNED = `type Query { jobs: [Job] } ${USER}
  type Job @key(fields: "id") { id: ID! owner: User title: String }`;

const byRequires: readonly Case[] = [
  {
    name: 'a field of the same object: the same subject',
    subgraphs: {
      a: `type Query { user: User } ${USER}`,
      b: 'type User @key(fields: "id") { id: ID! email: String @external card: String @requires(fields: "email") }',
    },
    coordinate: 'User.card',
    expected: { categories: ['contact.email'], subjects: [], enclosing: true, sources: ['User.email'] },
  },
  {
    name: 'what is not personal',
    subgraphs: {
      a: `type Query { user: User } ${USER}`,
      b: 'type User @key(fields: "id") { id: ID! name: String @external card: String @requires(fields: "name") }',
    },
    coordinate: 'User.card',
    expected: null,
  },
  {
    name: 'a field of another entity: its subject, by the path',
    subgraphs: {
      a: OWNED,
      b: `type User @key(fields: "id") { id: ID! email: String @external }
        type Job @key(fields: "id") { id: ID! owner: User @external contact: String @requires(fields: "owner { email }") }`,
    },
    coordinate: 'Job.contact',
    expected: { categories: ['contact.email'], subjects: [via('owner', 'id')], enclosing: false },
  },
  {
    name: 'its purposes, masks and rejection come along',
    subgraphs: {
      a: `type Query { user: User } type User @key(fields: "id") { id: ID!
        email: String @personal(category: "contact.email", mask: "email", otherwise: "reject") @purpose(allow: ["s"], deny: ["m"]) }`,
      b: `type User @key(fields: "id") { id: ID! email: String @external
        card: String @requires(fields: "email") @personal(category: "card") @purpose(allow: ["s.t"]) }`,
    },
    coordinate: 'User.card',
    expected: {
      categories: ['card', 'contact.email'],
      masks: ['email'],
      otherwise: 'reject',
      allow: ['s.t'],
      deny: ['m'],
      sources: ['User.card', 'User.email'],
    },
  },
  {
    name: 'a chain through three subgraphs',
    subgraphs: {
      a: `type Query { user: User } ${USER}`,
      b: 'type User @key(fields: "id") { id: ID! email: String @external card: String @requires(fields: "email") }',
      c: 'type User @key(fields: "id") { id: ID! card: String @external print: String @requires(fields: "card") }',
      d: 'type User @key(fields: "id") { id: ID! print: String @external copy: String @requires(fields: "print") }',
    },
    coordinate: 'User.copy',
    expected: { categories: ['contact.email'], subjects: [], enclosing: true, sources: ['User.email'] },
  },
  {
    name: 'a chain with paths: they add up',
    subgraphs: {
      a: OWNED,
      b: `type User @key(fields: "id") { id: ID! email: String @external }
        type Job @key(fields: "id") { id: ID! owner: User @external contact: String @requires(fields: "owner { email }") }`,
      c: `type Query { deal: Deal } type Deal @key(fields: "id") { id: ID! job: Job @shareable }
        type Job @key(fields: "id") { id: ID! }`,
      d: `type Deal @key(fields: "id") { id: ID! job: Job @external line: String @requires(fields: "job { contact }") }
        type Job @key(fields: "id") { id: ID! contact: String @external }`,
    },
    coordinate: 'Deal.line',
    expected: { categories: ['contact.email'], subjects: [via('job', 'owner', 'id')], enclosing: false },
  },
  {
    name: 'a nested path through value types and lists, with arguments at the leaf',
    subgraphs: {
      a: `type Query { user: User }
        type User @key(fields: "id") @personal(subject: ["id"]) { id: ID! homes: [Home!]! }
        type Home { address: Address } type Address { city(lang: String): String @personal(category: "contact.address") }`,
      b: `type User @key(fields: "id") { id: ID! homes: [Home!]! @external
          near: String @requires(fields: "homes { address { city(lang: \\"ja\\") } }") }
        type Home { address: Address @external } type Address { city(lang: String): String @external }`,
    },
    coordinate: 'User.near',
    expected: { categories: ['contact.address'], subjects: [], enclosing: true },
  },
  {
    name: 'a personal composite field on the way',
    subgraphs: {
      a: `type Query { user: User } type User @key(fields: "id") { id: ID! address: Address @personal(category: "contact.address") }
        type Address { city: String }`,
      b: `type User @key(fields: "id") { id: ID! address: Address @external near: String @requires(fields: "address { city }") }
        type Address { city: String @external }`,
    },
    coordinate: 'User.near',
    expected: { categories: ['contact.address'], sources: ['User.address'] },
  },
  {
    name: 'its explicit subject holds beneath it',
    subgraphs: {
      a: `type Query { deal: Deal }
        type Deal @key(fields: "id") { id: ID! buyer: ID! to: Address @personal(category: "x", subject: ["buyer"]) }
        type Address { city: String @personal(category: "contact.address") }`,
      b: `type Deal @key(fields: "id") { id: ID! to: Address @external near: String @requires(fields: "to { city }") }
        type Address { city: String @external }`,
    },
    coordinate: 'Deal.near',
    expected: { categories: ['contact.address', 'x'], subjects: [via('buyer')], enclosing: false },
  },
  {
    name: 'somebody for whom the schema names no subject',
    subgraphs: {
      a: `type Query { jobs: [Job] } type User @key(fields: "id") { id: ID! email: String @personal(category: "contact.email") }
        type Job @key(fields: "id") @personal(subject: ["id"]) { id: ID! owner: User }`,
      b: `type User @key(fields: "id") { id: ID! email: String @external }
        type Job @key(fields: "id") { id: ID! owner: User @external contact: String @requires(fields: "owner { email }") }`,
    },
    coordinate: 'Job.contact',
    expected: { categories: ['contact.email'], subjects: [unresolved()], enclosing: false },
  },
  {
    name: "the object's own data and another's: both subjects",
    subgraphs: {
      a: `type Query { jobs: [Job] } ${USER}
        type Job @key(fields: "id") @personal(subject: ["by"]) { id: ID! by: ID! owner: User note: String @personal(category: "content") }`,
      b: `type User @key(fields: "id") { id: ID! email: String @external }
        type Job @key(fields: "id") { id: ID! note: String @external owner: User @external
          both: String @requires(fields: "note owner { email }") }`,
    },
    coordinate: 'Job.both',
    expected: {
      categories: ['contact.email', 'content'],
      subjects: [via('by'), via('owner', 'id')],
      enclosing: false,
      sources: ['Job.note', 'User.email'],
    },
  },
  {
    name: 'a paged path cannot tell whose data it is',
    subgraphs: {
      a: `type Query { team: Team } ${USER} type Team @key(fields: "id") { id: ID! members(first: Int = 3): [User!]! }`,
      b: `type User @key(fields: "id") { id: ID! email: String @external }
        type Team @key(fields: "id") { id: ID! members(first: Int = 3): [User!]! @external
          emails: String @requires(fields: "members { email }") }`,
    },
    coordinate: 'Team.emails',
    expected: { categories: ['contact.email'], subjects: [unresolved('members', 'id')], enclosing: false },
  },
  {
    name: 'each implementer behind an interface, with its subject',
    subgraphs: {
      a: `type Query { jobs: [Job] } interface Party { id: ID! name: String }
        type User implements Party @key(fields: "id") @personal(subject: ["id"]) { id: ID! name: String @personal(category: "identity.name") }
        type Agency implements Party @key(fields: "id") { id: ID! name: String }
        type Job @key(fields: "id") { id: ID! by: Party }`,
      b: `interface Party { id: ID! name: String }
        type User implements Party @key(fields: "id") { id: ID! name: String @external }
        type Agency implements Party @key(fields: "id") { id: ID! name: String @external }
        type Job @key(fields: "id") { id: ID! by: Party @external label: String @requires(fields: "by { name }") }`,
    },
    coordinate: 'Job.label',
    expected: {
      categories: ['identity.name'],
      subjects: [via('by', 'id')],
      enclosing: false,
      sources: ['User.name'],
    },
  },
  {
    name: 'a fragment whose subject no plain path reaches',
    subgraphs: {
      a: `type Query { jobs: [Job] } union Party = User | Agency
        type User @key(fields: "id") @personal(subject: ["id"]) { id: ID! name: String @personal(category: "identity.name") }
        type Agency @key(fields: "id") { id: ID! title: String }
        type Job @key(fields: "id") { id: ID! by: Party }`,
      b: `union Party = User | Agency
        type User @key(fields: "id") { id: ID! name: String @external }
        type Agency @key(fields: "id") { id: ID! title: String @external }
        type Job @key(fields: "id") { id: ID! by: Party @external
          label: String @requires(fields: "by { ... on User { name } ... on Agency { title } }") }`,
    },
    coordinate: 'Job.label',
    expected: { categories: ['identity.name'], subjects: [unresolved('by', 'id')], enclosing: false },
  },
  {
    name: 'a declassification ends it',
    subgraphs: {
      a: `type Query { user: User } ${USER}`,
      b: `type User @key(fields: "id") { id: ID! email: String @external
        verified: Boolean @requires(fields: "email") @personal(category: "none", reason: "says only whether there is one") }`,
    },
    coordinate: 'User.verified',
    expected: null,
  },
  {
    name: 'and with it what would be derived from that',
    subgraphs: {
      a: `type Query { user: User } ${USER}`,
      b: `type User @key(fields: "id") { id: ID! email: String @external
        verified: Boolean @requires(fields: "email") @personal(category: "none", reason: "r") }`,
      c: 'type User @key(fields: "id") { id: ID! verified: Boolean @external badge: String @requires(fields: "verified") }',
    },
    coordinate: 'User.badge',
    expected: null,
  },
  {
    name: 'a declassification beside a category of its own',
    subgraphs: {
      a: `type Query { user: User } ${USER}`,
      b: `type User @key(fields: "id") { id: ID! email: String @external
        domain: String @requires(fields: "email") @personal(category: "none", reason: "r") @personal(category: "contact.domain") }`,
    },
    coordinate: 'User.domain',
    expected: { categories: ['contact.domain'], sources: ['User.domain'] },
  },
];

const KEYED = `type Query { user: User } type User @key(fields: "email") @personal(subject: ["id"]) {
  id: ID! email: String! @personal(category: "contact.email") name: String }`;

const byKey: readonly Case[] = [
  {
    name: 'a subgraph that is entered by a personal key only',
    subgraphs: {
      a: `type Query { user: User } type User @key(fields: "id") @key(fields: "email") @personal(subject: ["id"]) {
        id: ID! email: String! @personal(category: "contact.email") name: String }`,
      b: 'type User @key(fields: "email") { email: String! score: Int }',
    },
    coordinate: 'User.score',
    expected: { categories: ['contact.email'], subjects: [], enclosing: true, sources: ['User.email'] },
  },
  {
    name: 'the subgraph that also knows it by another key',
    subgraphs: {
      a: `type Query { user: User } type User @key(fields: "id") @key(fields: "email") @personal(subject: ["id"]) {
        id: ID! email: String! @personal(category: "contact.email") name: String }`,
      b: 'type User @key(fields: "email") { email: String! score: Int }',
    },
    coordinate: 'User.name',
    expected: null,
  },
  {
    name: 'the only subgraph of the type is entered by nobody',
    subgraphs: { a: KEYED, b: 'type Query { other: Int }' },
    coordinate: 'User.name',
    expected: null,
  },
  {
    name: 'the first of two subgraphs that share nothing but a personal key',
    subgraphs: { a: KEYED, b: 'type User @key(fields: "email") { email: String! score: Int }' },
    coordinate: 'User.name',
    expected: { categories: ['contact.email'] },
  },
  {
    name: 'a subgraph that an interface object enters by a personal key',
    subgraphs: {
      a: `type Query { user: User }
        interface Party @key(fields: "email") { email: String! @personal(category: "contact.email") }
        type User implements Party @key(fields: "email") @personal(subject: ["id"]) {
          id: ID! email: String! name: String }`,
      b: 'type Query { party: Party } type Party @interfaceObject @key(fields: "email") { email: String! @shareable }',
    },
    coordinate: 'User.name',
    expected: { categories: ['contact.email'], enclosing: true },
  },
  {
    name: 'unless it is declassified',
    subgraphs: {
      a: KEYED.replace('name: String', 'name: String @personal(category: "none", reason: "a public handle")'),
      b: 'type User @key(fields: "email") { email: String! score: Int }',
    },
    coordinate: 'User.name',
    expected: null,
  },
  {
    name: 'a key that the subgraph does not resolve',
    subgraphs: {
      a: KEYED,
      b: 'type Query { top: User } type User @key(fields: "email", resolvable: false) { email: String! }',
    },
    coordinate: 'User.email',
    expected: { categories: ['contact.email'], subjects: [], enclosing: true },
  },
  {
    name: 'a nested personal key leads to another subject',
    subgraphs: {
      a: `type Query { account: Account } ${USER.replace('String @personal', 'String! @personal')}
        type Account @key(fields: "id") @key(fields: "owner { email }") { id: ID! owner: User! }`,
      b: `type Account @key(fields: "owner { email }") { owner: User! @shareable balance: Int }
        type User @key(fields: "id") { id: ID! email: String! @shareable }`,
    },
    coordinate: 'Account.balance',
    expected: { categories: ['contact.email'], subjects: [via('owner', 'id')], enclosing: false },
  },
  {
    name: 'two personal keys that are made of each other',
    subgraphs: {
      a: `type Query { user: User } type User @key(fields: "email phone") @personal(subject: ["id"]) {
        id: ID! email: String! @personal(category: "contact.email") phone: String! @personal(category: "contact.telephone") }`,
      b: 'type User @key(fields: "email phone") { email: String! phone: String! score: Int }',
    },
    coordinate: 'User.email',
    expected: { categories: ['contact.email', 'contact.telephone'], subjects: [], enclosing: true },
  },
  {
    name: 'and what is kept by them',
    subgraphs: {
      a: `type Query { user: User } type User @key(fields: "email phone") @personal(subject: ["id"]) {
        id: ID! email: String! @personal(category: "contact.email") phone: String! @personal(category: "contact.telephone") }`,
      b: 'type User @key(fields: "email phone") { email: String! phone: String! score: Int }',
    },
    coordinate: 'User.score',
    expected: { categories: ['contact.email', 'contact.telephone'], subjects: [], enclosing: true },
  },
  {
    name: 'what one of two such keys requires, in the other',
    subgraphs: {
      a: `type Query { user: User } type User @key(fields: "email phone") @key(fields: "id") @personal(subject: ["id"]) {
        id: ID! code: String @personal(category: "identity.code") phone: String! @shareable
        email: String! @shareable @personal(category: "contact.email") }`,
      b: 'type User @key(fields: "email phone") { email: String! @shareable phone: String! @shareable }',
      c: `type User @key(fields: "id") { id: ID! code: String @external
        email: String! @shareable @requires(fields: "code") }`,
    },
    coordinate: 'User.phone',
    expected: { categories: ['contact.email', 'identity.code'], subjects: [], enclosing: true },
  },
  {
    name: 'a key that is made of itself through another object: and so on, of somebody whom no path leads to',
    subgraphs: {
      a: `type Query { user: User } type User @key(fields: "friend { email }") @personal(subject: ["id"]) {
        id: ID! friend: User! @shareable email: String! @shareable @personal(category: "contact.email") }`,
      b: 'type User @key(fields: "friend { email }") { friend: User! @shareable email: String! @shareable }',
    },
    coordinate: 'User.email',
    expected: {
      categories: ['contact.email'],
      subjects: [unresolved('friend', 'friend'), via('friend', 'id'), unresolved('friend'), via('id')],
      enclosing: false,
    },
  },
];

const byContext: readonly Case[] = [
  {
    name: 'a field of an object around it, which may be about anybody',
    subgraphs: {
      a: `type Query { user: User } type User @key(fields: "id") @context(name: "u") @personal(subject: ["id"]) {
          id: ID! email: String @personal(category: "contact.email") item: Item }
        type Item @key(fields: "id") @personal(subject: ["id"]) { id: ID! line(email: String @fromContext(field: "$u { email }")): String }`,
    },
    coordinate: 'Item.line',
    expected: { categories: ['contact.email'], subjects: [unresolved()], enclosing: false },
  },
  {
    name: 'unless it is declassified and given a category and subject of its own',
    subgraphs: {
      a: `type Query { user: User } type User @key(fields: "id") @context(name: "u") @personal(subject: ["id"]) {
          id: ID! email: String @personal(category: "contact.email") item: Item }
        type Item @key(fields: "id") { id: ID! by: ID!
          line(email: String @fromContext(field: "$u { email }")): String
            @personal(category: "none", reason: "always asked for under its author")
            @personal(category: "contact.email", subject: ["by"]) }`,
    },
    coordinate: 'Item.line',
    expected: {
      categories: ['contact.email'],
      subjects: [via('by')],
      enclosing: false,
      sources: ['Item.line'],
    },
  },
  {
    name: 'a nested field',
    subgraphs: {
      a: `type Query { user: User } type Contact { email: String @personal(category: "contact.email") }
        type User @key(fields: "id") @context(name: "u") { id: ID! contact: Contact item: Item }
        type Item @key(fields: "id") { id: ID! line(email: String @fromContext(field: "$u { contact { email } }")): String }`,
    },
    coordinate: 'Item.line',
    expected: { categories: ['contact.email'], subjects: [unresolved()], sources: ['Contact.email'] },
  },
  {
    name: 'a selection with type conditions on several setters',
    subgraphs: {
      a: `type Query { user: User agency: Agency }
        type User @key(fields: "id") @context(name: "u") { id: ID! name: String @personal(category: "identity.name") item: Item }
        type Agency @key(fields: "id") @context(name: "u") { id: ID! title: String item: Item }
        type Item @key(fields: "id") { id: ID!
          line(by: String @fromContext(field: "$u ... on User { name } ... on Agency { title }")): String }`,
    },
    coordinate: 'Item.line',
    expected: { categories: ['identity.name'], subjects: [unresolved()], sources: ['User.name'] },
  },
];

const groups: readonly { readonly name: string; readonly cases: readonly Case[] }[] = [
  { name: 'annotations', cases: annotated },
  { name: 'types', cases: byType },
  { name: 'interfaces', cases: byInterface },
  { name: '@requires', cases: byRequires },
  { name: 'personal keys', cases: byKey },
  { name: '@fromContext', cases: byContext },
];

describe.each(groups)('fieldRules closes over $name', ({ cases }) => {
  test.each(cases)('$name', ({ subgraphs, coordinate, expected }) => {
    const [type = '', field = ''] = coordinate.split('.');
    const rule = fieldRules(composed(subgraphs)).field(type, field);
    if (expected === null) {
      expect(rule).toBeNull();
      return;
    }
    expect(rule).toMatchObject({
      coordinate,
      allow: null,
      deny: [],
      masks: [],
      otherwise: 'mask',
      ...expected,
    });
  });
});
