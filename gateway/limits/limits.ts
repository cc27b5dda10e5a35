import type { ErrorCode } from '../errors.ts';

/** One limit: its default, what it counts, and what a request beyond it is answered with. */
export interface LimitEntry {
  readonly byDefault: number;
  readonly unit: 'bytes' | 'ms' | 'count';
  /** `null`: nothing is refused. */
  readonly code: ErrorCode | null;
  /** Of the HTTP answer; `null`: there is none. */
  readonly status: number | null;
  readonly meaning: string;
}

/**
 * Every limit of a gateway, from which `docs/limits.md` is generated. The defaults let any application pass that was
 * not written to exhaust a gateway.
 */
export const LIMITS = {
  bodyBytes: entry(1_048_576, 'bytes', 'REQUEST_INVALID', 413, 'Of a request’s body, also a chunked one.'),
  headerBytes: entry(16_384, 'bytes', 'REQUEST_INVALID', 431, 'Of the request line and all headers.'),
  headerFields: entry(100, 'count', 'REQUEST_INVALID', 431, 'Headers of a request.'),
  tokens: entry(
    15_000,
    'count',
    'OPERATION_TOO_LARGE',
    400,
    'Tokens of a document, which is read no further; and its lines.',
  ),
  selections: entry(
    5_000,
    'count',
    'OPERATION_TOO_LARGE',
    400,
    'Fields and fragments of an operation, each fragment counted wherever it is spread.',
  ),
  depth: entry(100, 'count', 'OPERATION_TOO_LARGE', 400, 'Selection sets within each other.'),
  aliases: entry(300, 'count', 'OPERATION_TOO_LARGE', 400, 'Aliases, counted as selections are.'),
  rootFields: entry(100, 'count', 'OPERATION_TOO_LARGE', 400, 'Fields at the top of an operation.'),
  directives: entry(300, 'count', 'OPERATION_TOO_LARGE', 400, 'Directives, counted as selections are.'),
  comparisons: entry(
    20_000,
    'count',
    'OPERATION_TOO_LARGE',
    400,
    'Pairs of selections at one place of the answer, which validation compares: the same field, or fragments beside each other.',
  ),
  inputItems: entry(
    1_000,
    'count',
    'INPUT_TOO_LARGE',
    400,
    'Items of one list in an argument or a variable, such as ids to look up.',
  ),
  inputDepth: entry(
    30,
    'count',
    'INPUT_TOO_LARGE',
    400,
    'Lists and objects within each other in an argument or a variable.',
  ),
  entities: entry(
    1_000,
    'count',
    null,
    null,
    'Entities that a subgraph is asked for in one call; more are asked for in further calls.',
  ),
  planPaths: entry(
    5_000,
    'count',
    'OPERATION_TOO_COSTLY',
    400,
    'Ways to reach one field that planning considers.',
  ),
  planCandidates: entry(
    1_000,
    'count',
    null,
    null,
    'Plans that are compared; of further ones the shortest ways alone are looked at.',
  ),
  planningMs: entry(
    3_000,
    'ms',
    'OPERATION_TOO_COSTLY',
    400,
    'Of planning one operation. Planning cannot be broken off: one that took longer is not planned again for ten minutes.',
  ),
  planningBudgetMs: entry(
    10_000,
    'ms',
    'RATE_LIMITED',
    429,
    'Of planning for one client within a minute, in each gateway.',
  ),
  rateRequests: entry(10_000, 'count', 'RATE_LIMITED', 429, 'Requests of one client within `rateWindowMs`.'),
  rateWindowMs: entry(10_000, 'ms', null, null, 'The sliding window in which they are counted.'),
  requestMs: entry(
    60_000,
    'ms',
    'DEADLINE_EXCEEDED',
    504,
    'From the request’s headers to its answer. `x-request-timeout` can shorten it.',
  ),
  headersMs: entry(10_000, 'ms', 'REQUEST_INVALID', 408, 'For a request’s headers to arrive.'),
  receivingMs: entry(30_000, 'ms', 'REQUEST_INVALID', 408, 'For a whole request to arrive.'),
  sendingMs: entry(
    60_000,
    'ms',
    null,
    null,
    'For a client to take 256 KiB of its answer, or the rest; and for all of it, with a second more for each 64 kB.',
  ),
  keepAliveMs: entry(65_000, 'ms', null, null, 'That an idle connection is kept, longer than balancers do.'),
  requestsPerConnection: entry(
    10_000,
    'count',
    null,
    null,
    'Then a connection is closed politely, so that new gateways get their share.',
  ),
  connections: entry(10_000, 'count', null, null, 'At a time; further ones are closed at once.'),
} as const satisfies Readonly<Record<string, LimitEntry>>;

/** Each limit's default, by name. */
const DEFAULTS = byName(LIMITS, ({ byDefault }) => byDefault);

/** Limits in force, by name. */
export type Limits = Readonly<Record<keyof typeof LIMITS, number>>;

/** The largest limit: the longest that a timer of Node runs, in ms; longer ones would run out at once. */
export const MAX_LIMIT = 2 ** 31 - 1;

/**
 * The limits with those that were set. None can be switched off.
 *
 * @throws an Error that names the limit, for what is not a whole number from 1.
 */
export function limitsOf(given: Partial<Limits> = {}): Limits {
  const limits: Record<string, number> & Limits = { ...DEFAULTS };
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(LIMITS, name)) throw new Error(`Limit "${name}": there is none of this name.`);
    if (!Number.isInteger(value) || value < 1 || value > MAX_LIMIT) {
      throw new Error(`Limit "${name}": expected a whole number from 1 to ${MAX_LIMIT}.`);
    }
    limits[name] = value;
  }
  return Object.freeze(limits);
}

/** What is made of each entry, by its name. */
export function byName<Name extends string, Made>(
  entries: Readonly<Record<Name, LimitEntry>>,
  make: (entry: LimitEntry) => Made,
): Readonly<Record<Name, Made>> {
  const made: Partial<Record<Name, Made>> = {};
  for (const name in entries) made[name] = make(entries[name]);
  if (isWhole(made, entries)) return made;
  throw new Error('A limit has no entry.');
}

function isWhole<Name extends string, Made>(
  made: Partial<Record<Name, Made>>,
  entries: Readonly<Record<Name, unknown>>,
): made is Record<Name, Made> {
  return Object.keys(entries).every((name) => Object.hasOwn(made, name));
}

function entry(
  byDefault: number,
  unit: LimitEntry['unit'],
  code: ErrorCode | null,
  status: number | null,
  meaning: string,
): LimitEntry {
  return Object.freeze({ byDefault, unit, code, status, meaning });
}
