/** One request of a scenario. */
export interface BenchRequest {
  readonly query: string;
  readonly variables: Readonly<Record<string, number>>;
}

/** One kind of traffic. */
export interface Scenario {
  readonly name: string;
  readonly about: string;
  /** The request with this seed; different seeds ask about different people. */
  readonly request: (seed: number) => BenchRequest;
  /** Calls of subgraphs that a plan of @apollo/query-planner makes: checked. */
  readonly fetches: number;
}

/** From this seed on, members of teams write Japanese. */
export const FIRST_JAPANESE_SEED = 1_000_000;

/** The scenarios of `npm run bench`, in the order of the table. */
export const SCENARIOS: readonly Scenario[] = Object.freeze([
  {
    name: 'small',
    about: '3 people, 4 fetches',
    request: (seed: number) => team(3, seed),
    fetches: 4,
  },
  {
    name: 'large',
    about: '200 people through _entities, 4 fetches',
    request: (seed: number) => team(200, seed),
    fetches: 4,
  },
  {
    name: 'nested',
    about: 'people → reviews → products → reviews …, 16 fetches',
    request: (seed: number) => ({ query: NESTED, variables: { seed } }),
    fetches: 16,
  },
  {
    name: 'subjects1000',
    about: '1 000 people through _entities, 4 fetches',
    request: (seed: number) => team(1_000, seed),
    fetches: 4,
  },
  {
    name: 'japanese',
    about: 'large, with names, addresses and skills in Japanese',
    request: (seed: number) => team(200, FIRST_JAPANESE_SEED + seed),
    fetches: 4,
  },
  {
    name: 'none',
    about: 'products and reviews, nothing personal, 4 fetches',
    request: (seed: number) => ({ query: NONE, variables: { seed } }),
    fetches: 4,
  },
] satisfies readonly Scenario[]);

const TEAM = `query Team($seed: Int!, $size: Int!) {
  team(seed: $seed, size: $size) {
    id name
    members {
      id name email phone address nickname plan locale skills
      reviewCount helpfulness orders spent lastOrder
    }
  }
}`;

function team(size: number, seed: number): BenchRequest {
  return { query: TEAM, variables: { seed, size } };
}

const NESTED = `query Nested($seed: Int!) {
  team(seed: $seed, size: 4) {
    id name
    members {
      id name email phone address nickname
      reviews(first: 3) {
        id body rating
        product {
          id title price stock
          topReviews(first: 2) {
            id body rating
            author { id name email }
            product {
              id title price stock
              topReviews(first: 1) {
                id body rating
                author { id name email }
                product {
                  id title price stock
                  topReviews(first: 1) {
                    id body rating
                    author { id name email }
                    product {
                      id title price stock
                      topReviews(first: 1) {
                        id body rating
                        author { id name email }
                        product { id title price stock }
                      }
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}`;

const NONE = `query Catalogue($seed: Int!) {
  catalogue(seed: $seed, size: 60) {
    id title price stock description
    topReviews(first: 2) {
      id body rating
      product { id title price topReviews(first: 1) { id body rating } }
    }
  }
}`;
