import type { RefusedScene } from './scene.ts';

/** Supergraphs that compose, and that neither gateway loads: they need features that it would have to enforce. */
export const REFUSED: readonly RefusedScene[] = Object.freeze([
  {
    construct: '@authenticated',
    name: 'on a field',
    typeDefs: { a: 'type Query { me: User } type User { id: ID! mail: String @federation__authenticated }' },
    annotations: { a: { 'User.mail': '@personal(category: "contact.email", subject: ["id"])' } },
    because: /authenticated\/v0\.1 is for: SECURITY but is unsupported/,
  },
  {
    construct: '@requiresScopes',
    name: 'on a type',
    typeDefs: {
      a: 'type Query { me: User } type User @federation__requiresScopes(scopes: [["read"]]) { id: ID! mail: String }',
    },
    annotations: { a: { 'User.mail': '@personal(category: "contact.email", subject: ["id"])' } },
    because: /requiresScopes\/v0\.1 is for: SECURITY but is unsupported/,
  },
  {
    construct: '@policy',
    name: 'on a field of an entity',
    typeDefs: {
      a: 'type Query { me: User } type User @key(fields: "id") { id: ID! }',
      b: 'type User @key(fields: "id") { id: ID! mail: String @federation__policy(policies: [["staff"]]) }',
    },
    annotations: { b: { 'User.mail': '@personal(category: "contact.email", subject: ["id"])' } },
    because: /policy\/v0\.1 is for: SECURITY but is unsupported/,
  },
]);
