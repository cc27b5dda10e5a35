import { FIRST_JAPANESE_SEED } from '../scenarios.ts';
import {
  FIRST_JAPANESE,
  accountOf,
  hasConsented,
  numberOf,
  pick,
  withoutConsent,
  type Account,
} from './people.ts';

/** An object with all its fields, whichever subgraph they are in; functions take GraphQL arguments. */
export type Node = Readonly<Record<string, unknown>>;

/** All data there is, computed from ids: what subgraphs answer from, and what answers are checked against. */
export interface Graph {
  readonly team: (args: { readonly seed: number; readonly size: number }) => Node;
  readonly catalogue: (args: { readonly seed: number; readonly size: number }) => readonly Node[];
  readonly user: (id: string) => Node;
  readonly product: (id: string) => Node;
  readonly review: (id: string) => Node;
}

/** `everything`: as the subgraphs have it. `permitted`: as those see it who may see what people consented to. */
export type View = 'everything' | 'permitted';

/** Ids wrap around here; no two of 10 000 neighbours are the same. */
const PEOPLE = 40_000;
const PRODUCTS = 9_000;

/** The graph in one view. */
export function createGraph(view: View): Graph {
  const shown = (id: string): Account => {
    const account = accountOf(id);
    return view === 'everything' || hasConsented(id) ? account : withoutConsent(account);
  };
  const user = (id: string): Node => {
    const n = numberOf(id);
    return {
      __typename: 'User',
      id,
      ...shown(id),
      reviews: ({ first }: { first: number }) => list(first, (i) => review(`r_${n * 31 + i}`)),
      reviewCount: n % 90,
      helpfulness: (n % 100) / 100,
      orders: n % 12,
      spent: (n % 1_000) * 10,
      lastOrder: `2026-0${(n % 9) + 1}-1${n % 10}`,
    };
  };
  const product = (id: string): Node => {
    const n = numberOf(id);
    return {
      __typename: 'Product',
      id,
      title: `${pick(['Desk lamp', 'Garden chair', 'Writing set', 'Tea pot', 'Bamboo blind'], n)} no. ${n}`,
      price: (n % 500) * 20,
      stock: n % 60,
      description: 'Made of what grows nearby, by people who know how. '.repeat(1 + (n % 3)),
      topReviews: ({ first }: { first: number }) => list(first, (i) => review(`r_${n * 17 + i}`)),
    };
  };
  const review = (id: string): Node => {
    const n = numberOf(id);
    return {
      __typename: 'Review',
      id,
      body: `${pick(['Holds well', 'As described', 'Came late', 'Better than the last'], n)}, says review ${n}.`,
      rating: n % 6,
      get author() {
        return user(`u_${(n * 7) % PEOPLE}`);
      },
      get product() {
        return product(`p_${(n * 13) % PRODUCTS}`);
      },
    };
  };
  return {
    user,
    product,
    review,
    team: ({ seed, size }) => ({
      __typename: 'Team',
      id: `t_${seed}`,
      name: `Team ${seed}`,
      members: list(size, (i) => user(memberOf(seed, i))),
    }),
    catalogue: ({ seed, size }) => list(size, (i) => product(`p_${(seed * 101 + i) % PRODUCTS}`)),
  };
}

function memberOf(seed: number, index: number): string {
  const isJapanese = seed >= FIRST_JAPANESE_SEED;
  const n = ((isJapanese ? seed - FIRST_JAPANESE_SEED : seed) * 1_009 + index) % PEOPLE;
  return `u_${isJapanese ? FIRST_JAPANESE + n : n}`;
}

function list<T>(length: number, item: (index: number) => T): T[] {
  return Array.from({ length }, (_, index) => item(index));
}
