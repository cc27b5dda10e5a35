import type { GraphQLResolverMap } from '@apollo/subgraph/dist/schema-helper/resolverMap.js';
import { GraphQLScalarType, Kind, parse } from 'graphql';
import { FEDERATION_HEADER, type TestSubgraph } from '../gatewayHarness.ts';
import { data, type Author, type Book, type Film, type Reader } from './libraryData.ts';

/**
 * Four subgraphs without any annotation that use most of what federation has: several, nested and unlike keys,
 * `@requires` with arguments, nested and in chains, `@provides`, `@shareable`, `@interfaceObject`, interfaces and
 * unions that no one subgraph knows whole, enums, lists of lists, nulls and errors in many positions.
 *
 * Resolvers work on whole objects and are the same in every subgraph, and in one schema of everything.
 */
const typeDefs: Readonly<Record<string, string>> = {
  catalog: `
    type Query {
      books(first: Int = 3): [Book!]!
      book(id: ID!): Book
      media(genre: Genre): [Media]
      latest: Media!
      shelves: [[Media]!]
      search(text: String): [Found]
      broken: String
    }
    type Mutation {
      rename(id: ID!, title: String!): Book!
      fail: Book
    }
    enum Genre { CRIME POETRY OTHER @inaccessible }
    enum Currency { EUR JPY USD }
    interface Media @key(fields: "id") {
      id: ID!
      title(upper: Boolean = false): String!
      genre: Genre
      sequel: Media
    }
    type Book implements Media @key(fields: "id") @key(fields: "isbn") {
      id: ID!
      isbn: String!
      title(upper: Boolean = false): String!
      genre: Genre
      sequel: Media
      pages: Int @shareable
      authors: [Author!]!
      price(currency: Currency! = EUR): String
      format: Format
      formats: [Format]
    }
    type Film implements Media @key(fields: "id") {
      id: ID!
      title(upper: Boolean = false): String!
      genre: Genre
      sequel: Film
      pages: String
      length: Float!
      director: Author
      after: Book
      rating: Int
    }
    interface Format { weight: Float size(unit: String): Int }
    type Paper implements Format { weight: Float size(unit: String): Int leaves: Int! cover: String }
    type Digital implements Format { weight: Float size(unit: String): Int bytes: Int! cover: String! }
    union Found = Book | Film | Author
    type Author @key(fields: "id") { id: ID! }
  `,
  people: `
    type Query { people(filter: PeopleFilter): [Person] me: Author readers: [Reader!]! }
    input PeopleFilter { born: IntRange names: [String!] limit: Int! = 9 }
    input IntRange { from: Int = 0 to: Int }
    interface Person { name: String address: Address }
    type Author implements Person @key(fields: "id") {
      id: ID!
      name: String
      address: Address
      born: Int!
      wrote: [Book!]
      friend: Person
    }
    type Reader implements Person @key(fields: "card { no }") {
      card: Card!
      name: String
      address: Address
      likes: [Liked!]
    }
    type Card @shareable { no: ID! }
    type Address @shareable { city: String! country: String }
    union Liked = Book | Author | Film
    type Film @key(fields: "id", resolvable: false) { id: ID! }
    type Book @key(fields: "isbn") { isbn: String! readers: [Reader!]! }
  `,
  stats: `
    type Query { top: [Media!]! }
    type Media @key(fields: "id") @interfaceObject { id: ID! views: Int score: Float! related: [Media!] remark: String }
  `,
  reviews: `
    type Query { reviews(min: Int): [Review!] }
    enum Currency { EUR JPY USD }
    type Review @key(fields: "id") {
      id: ID!
      text: String
      stars: Int!
      book: Book! @provides(fields: "pages")
      by: Reader
    }
    type Reader @key(fields: "card { no }") { card: Card! level: Int reviews: [Review!] }
    type Card @shareable { no: ID! }
    type Film @key(fields: "id") { id: ID! rating: Int @override(from: "catalog") }
    type Author @key(fields: "id") {
      id: ID!
      name: String @external
      address: Address @external
      fame: String @requires(fields: "name address { city }")
    }
    type Address @shareable { city: String! }
    type Book @key(fields: "id") {
      id: ID!
      pages: Int @external
      price(currency: Currency! = EUR): String @external
      authors: [Author!]! @external
      offer: String @requires(fields: "price(currency: JPY)")
      summary: String! @requires(fields: "authors { name } pages")
      reviews(first: Int = 2): [Review!]!
    }
  `,
};

const { books, films, authors, readers, reviews } = data;
const media = [...books, ...films];

/** What a subgraph was sent to resolve an entity by: keys and `@requires` inputs. */
interface Ref {
  readonly id?: string;
  readonly isbn?: string;
  readonly card?: { readonly no: string };
  readonly price?: string | null;
  readonly pages?: number | null;
  readonly name?: string | null;
  readonly address?: { readonly city: string } | null;
  readonly authors?: readonly { readonly name: string | null }[];
}

/** An object with what it was found by; absent where it was had otherwise. */
interface Referred {
  readonly ref?: Ref;
}

const titleOf = ({ title }: { title: string }, { upper }: { upper?: boolean }): string =>
  upper === true ? title.toUpperCase() : title;

const offerOf = (price: string | null | undefined): string | null => (price === null ? null : `now ${price}`);

const summaryOf = ({ authors: by, pages }: Pick<Ref, 'authors' | 'pages'>): string =>
  `${(by ?? []).map(({ name }) => name ?? 'nobody').join(' & ')} (${pages ?? 'unknown'})`;

const fameOf = ({ name, address }: Pick<Ref, 'name' | 'address'>): string =>
  `${name ?? 'nobody'} of ${address?.city ?? 'nowhere'}`;

const resolvers: GraphQLResolverMap<unknown> = {
  Query: {
    books: (_: unknown, { first }: { first?: number | null }) => books.slice(0, first ?? 1),
    book: (_: unknown, { id }: { id: string }) => books.find((each) => each.id === id),
    media: (_: unknown, { genre }: { genre?: string }) =>
      genre === undefined ? [...media, null] : media.filter((each) => each.genre === genre),
    latest: () => films[0],
    shelves: () => [[books[0], null, films[1]], [], [films[0], books[2]]],
    search: (_: unknown, { text }: { text?: string }) =>
      text === undefined ? [books[1], authors[0], null, films[1]] : [authors[1]],
    broken: () => {
      throw new Error('canary: broken');
    },
    people: (_: unknown, { filter }: { filter?: { limit: number; names?: string[] | null } | null }) => {
      const all = [authors[0], readers[0], authors[2], null, readers[1]];
      const { names } = filter ?? {};
      return all
        .filter((each) => names == null || names.includes(String(each?.name)))
        .slice(0, filter?.limit);
    },
    me: () => authors[1],
    readers: () => readers,
    top: () => [films[1], books[0], books[2]],
    reviews: (_: unknown, { min }: { min?: number | null }) =>
      min === null ? null : reviews.filter((each) => each.stars >= (min ?? 0)),
  },
  Mutation: {
    rename: (_: unknown, { id, title }: { id: string; title: string }) => {
      data.renamed.push(`${id}: ${title}`);
      const book = books.find((each) => each.id === id);
      return book === undefined ? null : { ...book, title, pages: data.renamed.length };
    },
    fail: () => {
      throw new Error('canary in a mutation');
    },
  },
  Book: {
    title: titleOf,
    price: ({ price }: Book, { currency }: { currency: string }) =>
      price === null ? null : `${price} ${currency}`,
    offer: ({ price, ref }: Book & Referred) =>
      offerOf(ref === undefined ? (price === null ? null : `${price} JPY`) : ref.price),
    summary: ({ ref, ...book }: Book & Referred) => summaryOf(ref ?? book),
    reviews: ({ id }: Book, { first }: { first?: number | null }) =>
      reviews.filter((each) => each.book.id === id).slice(0, first ?? 1),
    readers: ({ isbn }: Book) =>
      readers.filter((each) => each.likes?.some((liked) => 'isbn' in liked && liked.isbn === isbn)),
  },
  Film: {
    title: titleOf,
    length: ({ length }: Film) => {
      if (length < 0) throw new Error('canary: no such length');
      return length;
    },
  },
  Author: {
    fame: ({ ref, ...author }: Author & Referred) => fameOf(ref ?? author),
    wrote: ({ id }: Author) => books.filter((book) => book.authors.some((each) => each.id === id)),
  },
  Reader: {
    reviews: ({ card }: Reader) => reviews.filter((each) => each.by?.card.no === card.no),
  },
  Paper: { size: (_: unknown, { unit }: { unit?: string | null }) => (unit == null ? 1 : unit.length) },
  Digital: {
    size: (_: unknown, { unit }: { unit?: string | null }) => (unit == null ? 2 : unit.length),
    cover: ({ cover }: { cover: string | null }) => {
      if (cover === null) throw new Error('canary: no cover');
      return cover;
    },
  },
};

/** Finds whole objects by the keys that subgraphs use. */
const references: Readonly<Record<string, (ref: Ref) => object | undefined>> = {
  Book: (ref) => books.find((each) => each.id === ref.id || each.isbn === ref.isbn),
  Film: (ref) => films.find((each) => each.id === ref.id),
  Media: (ref) => media.find((each) => each.id === ref.id),
  Author: (ref) => authors.find((each) => each.id === ref.id),
  Reader: (ref) => readers.find((each) => each.card.no === ref.card?.no),
  Review: (ref) => reviews.find((each) => each.id === ref.id),
};

/** The subgraphs with their resolvers. */
export const librarySubgraphs: readonly TestSubgraph[] = Object.entries(typeDefs).map(([name, sdl]) => ({
  name,
  header: FEDERATION_HEADER,
  typeDefs: sdl,
  resolvers: resolversOf(sdl),
}));

/** A resolver of one field; `undefined` where the property of that name will do. */
export function libraryResolver(type: string, field: string) {
  const ofType = resolvers[type];
  if (ofType === undefined || ofType instanceof GraphQLScalarType) return undefined;
  const resolver = new Map(Object.entries(ofType)).get(field);
  return typeof resolver === 'function' ? resolver : undefined;
}

/** Only those that the subgraph's schema has, since buildSubgraphSchema takes no others. */
function resolversOf(sdl: string): GraphQLResolverMap<unknown> {
  const map: Record<string, Record<string, NonNullable<ReturnType<typeof libraryResolver>>>> = {};
  for (const definition of parse(sdl).definitions) {
    const isObject = definition.kind === Kind.OBJECT_TYPE_DEFINITION;
    if (!isObject && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    const type = definition.name.value;
    const own: (typeof map)[string] = {};
    const find = references[type];
    if (definition.directives?.some((directive) => directive.name.value === 'key') && find !== undefined) {
      own['__resolveReference'] = (ref: Ref) => {
        const found = find(ref);
        return found === undefined ? null : { ...found, ref };
      };
    }
    for (const field of isObject ? (definition.fields ?? []) : []) {
      const resolver = libraryResolver(type, field.name.value);
      if (resolver !== undefined) own[field.name.value] = resolver;
    }
    if (Object.keys(own).length > 0) map[type] = own;
  }
  return map;
}
