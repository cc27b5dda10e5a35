import { composeServices } from '@apollo/composition';
import type { ServiceDefinition } from '@apollo/federation-internals';
import { buildSubgraphSchema } from '@apollo/subgraph';
import type { GraphQLResolverMap } from '@apollo/subgraph/dist/schema-helper/resolverMap.js';
import { parse, type GraphQLSchema } from 'graphql';
import { PRIVACY_LINK_SDL } from '../../directives/spec.ts';
import type { Graph, Node } from './graph.ts';
import { EXTRA_FIELDS } from './people.ts';

/** `annotated`: with `@personal`; `plain`: the same schema without. */
export type Annotation = 'annotated' | 'plain';

const FEDERATION =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])\n';

/** SDL by subgraph name. No subgraph has what an entity of another consists of, so that each hop is a fetch. */
const TYPE_DEFS: Readonly<Record<string, (annotation: Annotation) => string>> = {
  directory: () => `
    type Query { team(seed: Int!, size: Int!): Team }
    type Team { id: ID! name: String members: [User!] }
    type User @key(fields: "id", resolvable: false) { id: ID! }`,
  accounts: (annotation) => {
    const personal = (category: string): string =>
      annotation === 'annotated' ? `@personal(category: "${category}")` : '';
    const extra = Array.from(
      { length: EXTRA_FIELDS },
      (_, n) => `f${n}: String ${personal('identity.name')}`,
    );
    return `
    type User @key(fields: "id") ${annotation === 'annotated' ? '@personal(subject: ["id"])' : ''} {
      id: ID!
      name: String ${personal('identity.name')}
      email: String ${personal('contact.email')}
      phone: String ${personal('contact.telephone')}
      address: String ${personal('contact.address')}
      nickname: String ${personal('identity.nickname')}
      plan: String locale: String skills: String
      ${extra.join('\n')}
    }`;
  },
  reviews: () => `
    type User @key(fields: "id") { id: ID! reviews(first: Int!): [Review!] reviewCount: Int helpfulness: Float }
    type Review @key(fields: "id") { id: ID! body: String rating: Int author: User product: Product }
    type Product @key(fields: "id", resolvable: false) { id: ID! }`,
  shop: () => `
    type Query { catalogue(seed: Int!, size: Int!): [Product!] }
    type User @key(fields: "id") { id: ID! orders: Int spent: Int lastOrder: String }
    type Product @key(fields: "id") {
      id: ID! title: String price: Int stock: Int description: String topReviews(first: Int!): [Review!]
    }
    type Review @key(fields: "id", resolvable: false) { id: ID! }`,
};

/** Names of the subgraphs. */
export const SUBGRAPHS: readonly string[] = Object.freeze(Object.keys(TYPE_DEFS));

/**
 * The supergraph over subgraphs at the given addresses, and over others that nothing is asked of.
 *
 * @throws Error with composition's messages.
 */
export function composeWorld(
  urls: ReadonlyMap<string, string>,
  annotation: Annotation,
  others: readonly ServiceDefinition[] = [],
): string {
  const { supergraphSdl, errors = [] } = composeServices([
    ...SUBGRAPHS.map((name) => ({
      name,
      url: urls.get(name) ?? '',
      typeDefs: parse(sdlOf(name, annotation)),
    })),
    ...others,
  ]);
  if (supergraphSdl === undefined) throw new Error(errors.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

/** An executable subgraph; objects of `graph` have its fields, and those of the other subgraphs. */
export function subgraphSchema(name: string, graph: Graph): GraphQLSchema {
  const entities: GraphQLResolverMap<unknown> = {
    User: find(graph.user),
    Product: find(graph.product),
    Review: find(graph.review),
  };
  const typeDefs = parse(sdlOf(name, 'plain'));
  const schema = buildSubgraphSchema({ typeDefs });
  const resolvers = Object.entries(entities).filter(([type]) => schema.getType(type) !== undefined);
  return buildSubgraphSchema({ typeDefs, resolvers: Object.fromEntries(resolvers) });
}

function sdlOf(name: string, annotation: Annotation): string {
  const own = TYPE_DEFS[name]?.(annotation) ?? '';
  return FEDERATION + (annotation === 'annotated' && name === 'accounts' ? PRIVACY_LINK_SDL : '') + own;
}

function find(of: (id: string) => Node) {
  return { __resolveReference: ({ id }: { readonly id: string }) => of(id) };
}
