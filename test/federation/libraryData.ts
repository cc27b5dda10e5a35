/** The library's people and media. Synthetic. */
export interface Author {
  readonly __typename: 'Author';
  readonly id: string;
  readonly name: string | null;
  readonly address: { readonly city: string; readonly country: string | null } | null;
  /** `null` breaks the schema's promise. */
  readonly born: number | null;
  friend: Author | Reader | null;
}

export interface Reader {
  readonly __typename: 'Reader';
  readonly card: { readonly no: string };
  readonly name: string | null;
  readonly address: Author['address'];
  readonly likes: readonly (Book | Author | Film)[] | null;
  readonly level: number | null;
}

export interface Book {
  readonly __typename: 'Book';
  readonly id: string;
  readonly isbn: string;
  readonly title: string;
  readonly genre: string | null;
  sequel: Book | Film | null;
  readonly pages: number | null;
  readonly authors: readonly Author[];
  readonly price: number | null;
  readonly format: Format | null;
  readonly formats: readonly (Format | null)[];
  readonly views: number | null;
  readonly score: number | null;
  related: readonly (Book | Film)[] | null;
  readonly remark: string | null;
}

export interface Film extends Omit<
  Book,
  '__typename' | 'pages' | 'isbn' | 'authors' | 'price' | 'format' | 'formats'
> {
  readonly __typename: 'Film';
  readonly pages: string | null;
  /** Negative: asking for it fails. */
  readonly length: number;
  readonly rating: number;
  readonly director: Author | null;
  readonly after: Book | null;
}

type Format =
  | {
      readonly __typename: 'Paper';
      readonly weight: number | null;
      readonly leaves: number;
      readonly cover: string | null;
    }
  | {
      readonly __typename: 'Digital';
      readonly weight: null;
      readonly bytes: number;
      readonly cover: string | null;
    };

export interface Review {
  readonly id: string;
  readonly text: string | null;
  readonly stars: number;
  readonly book: Book;
  readonly by: Reader | null;
}

const author = (id: string, name: string | null, rest: Partial<Author> = {}): Author => ({
  __typename: 'Author',
  id,
  name,
  address: { city: `City of ${id}`, country: null },
  born: 1900,
  friend: null,
  ...rest,
});

const paper: Format = { __typename: 'Paper', weight: 1.5, leaves: 10, cover: null };
const digital: Format = { __typename: 'Digital', weight: null, bytes: 9, cover: 'c' };
const broken: Format = { __typename: 'Digital', weight: null, bytes: 9, cover: null };

const aoki = author('a1', 'Aoki');
const nameless = author('a2', null, { address: null });
const braun = author('a3', 'Braun', { born: null });

const book = (id: string, rest: Partial<Book>): Book => ({
  __typename: 'Book',
  id,
  isbn: `isbn-${id}`,
  title: `Title ${id}`,
  genre: 'CRIME',
  sequel: null,
  pages: 100,
  authors: [],
  price: 5,
  format: paper,
  formats: [paper, null, digital],
  views: 7,
  score: 0.5,
  related: null,
  remark: `remark on ${id}`,
  ...rest,
});

const first = book('b1', { authors: [aoki, nameless] });
const second = book('b2', {
  authors: [braun],
  pages: null,
  genre: null,
  price: null,
  format: digital,
  formats: [broken, paper],
});
const third = book('b3', { authors: [], format: broken, views: null, genre: 'POETRY' });

const film = (id: string, rest: Partial<Film>): Film => ({
  __typename: 'Film',
  id,
  title: `Film ${id}`,
  genre: 'POETRY',
  sequel: null,
  pages: 'none',
  length: 90.5,
  rating: 4,
  director: nameless,
  after: null,
  views: 70,
  score: 1.5,
  related: [first],
  remark: null,
  ...rest,
});

const one = film('f1', { after: first, director: aoki });
const two = film('f2', { length: -1, genre: null, director: null, pages: null });

const chiba: Reader = {
  __typename: 'Reader',
  card: { no: 'r1' },
  name: 'Chiba',
  address: { city: 'Chiba', country: 'JP' },
  likes: [first, nameless, one, third],
  level: 3,
};
const quiet: Reader = {
  __typename: 'Reader',
  card: { no: 'r2' },
  name: null,
  address: null,
  likes: null,
  level: null,
};

first.sequel = second;
second.sequel = one;
one.sequel = two;
first.related = [two, third];
third.related = [];
aoki.friend = chiba;
nameless.friend = aoki;

const reviews: readonly Review[] = [
  { id: 'v1', text: 'good', stars: 5, book: first, by: chiba },
  { id: 'v2', text: null, stars: 1, book: first, by: null },
  { id: 'v3', text: 'so so', stars: 3, book: second, by: quiet },
];

/** Everything, and what mutations have done, in order. */
export const data = {
  authors: [aoki, nameless, braun],
  books: [first, second, third],
  films: [one, two],
  readers: [chiba, quiet],
  reviews,
  renamed: new Array<string>(),
};
