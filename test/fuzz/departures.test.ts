import { describe, expect, it } from 'vitest';
import { DEPARTURES, type Both, type Departure, type Told } from './departures.ts';

const NOTHING: Told = {
  data: null,
  errors: [],
  record: null,
  representations: [],
  queries: [],
  isThrown: false,
};

function both(compiled: Partial<Told>, reference: Partial<Told>, failed: readonly string[] = []): Both {
  return {
    compiled: { ...NOTHING, ...compiled },
    reference: { ...NOTHING, ...reference },
    interfaceObjects: new Set(['Media']),
    grids: new Set(['link2']),
    uneven: new Set(['link1']),
    hasFailed: (path) => failed.includes(path.join('.')),
  };
}

function explains(part: Departure['parts'][number], given: Both): boolean {
  return DEPARTURES.some(({ parts, explains: isKnown }) => parts.includes(part) && isKnown(given));
}

const error = (path: string, code = 'SUBGRAPH_ERROR') => ({
  path: path.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step)),
  code,
});

const group = (reason: string, coordinates: readonly string[], subjects: readonly string[] | null) => ({
  decision: 'denied',
  reason,
  categories: ['contact'],
  coordinates,
  subjects,
});

const sent = (grid: unknown) => [[{ __typename: 'E', id: '1', grid }]];
const asMedia = [[{ __typename: 'Media', id: '1' }]];

describe('other data', () => {
  it.each([
    {
      name: 'is known where the reference throws on a field that is a list elsewhere',
      given: both({ data: { a: 1 } }, { isThrown: true, queries: ['{q5{link1{id}}}'] }),
      expected: true,
    },
    {
      name: 'is not where the reference throws on others',
      given: both({ data: { a: 1 } }, { isThrown: true, queries: ['{q5{link3{id}}}'] }),
      expected: false,
    },
    {
      name: 'is not where both throw',
      given: both({ isThrown: true }, { isThrown: true, data: 1, queries: ['{q5{link1{id}}}'] }),
      expected: false,
    },
    {
      name: 'is known where inner lists of objects are lost on the way',
      given: both(
        { data: { made: 'a' }, representations: sent([[{ n: 1 }], []]) },
        { data: { made: 'b' }, representations: sent([null, null]) },
      ),
      expected: true,
    },
    {
      name: 'is not where inner lists of leaves are',
      given: both(
        { data: { made: 'a' }, representations: sent([[1], [2]]) },
        { data: { made: 'b' }, representations: sent([null, null]) },
      ),
      expected: false,
    },
    {
      name: 'is not where something else is sent',
      given: both(
        { data: { made: 'a' }, representations: sent([[{ n: 1 }]]) },
        { data: { made: 'b' }, representations: [[{ __typename: 'E', id: '2', grid: [null] }]] },
      ),
      expected: false,
    },
    {
      name: 'is not where the same is sent',
      given: both(
        { data: { made: 'a' }, representations: sent([[{ n: 1 }]]) },
        { data: { made: 'b' }, representations: sent([[{ n: 1 }]]) },
      ),
      expected: false,
    },
    {
      name: 'is known where what one of two calls gave of a list of lists is lost',
      given: both(
        { data: { q: [[{ a: 1, b: 2 }]] } },
        { data: { q: [[{ a: null, b: 2 }]] }, queries: ['{q{link2{a}}}', '{q{_s0:link2{b}}}'] },
      ),
      expected: true,
    },
    {
      name: 'is not where one call gives it',
      given: both(
        { data: { q: [[{ a: 1, b: 2 }]] } },
        { data: { q: [[{ a: null, b: 2 }]] }, queries: ['{q{link2{a b}}}', '{q{link1{b}}}'] },
      ),
      expected: false,
    },
    {
      name: 'is not where something else is lost',
      given: both(
        { data: { q: [{ a: 1 }] } },
        { data: { q: [{ a: 2 }] }, queries: ['{q{link2{a}}}', '{q{link2{b}}}'] },
      ),
      expected: false,
    },
    {
      name: 'is not where more than leaves differ',
      given: both(
        { data: { rows: [{ made: 'a' }] }, representations: sent([[{ n: 1 }]]) },
        { data: { rows: [] }, representations: sent([null]) },
      ),
      expected: false,
    },
    {
      name: 'is not where a value is missing',
      given: both(
        { data: { made: 'a' }, representations: sent([[{ n: 1 }]]) },
        { data: { made: null }, representations: sent([null]) },
      ),
      expected: false,
    },
  ])('$name', ({ given, expected }) => {
    expect(explains('data', given)).toBe(expected);
  });
});

describe('other errors', () => {
  it.each([
    {
      name: 'are known where rows of an interface object are told as their list',
      given: both(
        { errors: [error('q.0.extra'), error('q.2.extra')], representations: asMedia },
        { errors: [error('q')], representations: asMedia },
        ['q.0.extra', 'q.2.extra'],
      ),
      expected: true,
    },
    {
      name: 'are not where the oracle has no failure at the row',
      given: both(
        { errors: [error('q.0.extra')], representations: asMedia },
        { errors: [error('q')], representations: asMedia },
      ),
      expected: false,
    },
    {
      name: 'are not where no interface object was asked about',
      given: both(
        { errors: [error('q.0.extra')], representations: sent([]) },
        { errors: [error('q')], representations: sent([]) },
        ['q.0.extra'],
      ),
      expected: false,
    },
    {
      name: 'are not where the reference tells of another place',
      given: both(
        { errors: [error('q.0.extra')], representations: asMedia },
        { errors: [error('q'), error('r')], representations: asMedia },
        ['q.0.extra'],
      ),
      expected: false,
    },
    {
      name: 'are known where rows of an interface object are told nowhere',
      given: both({ errors: [error('q.0.extra')], representations: asMedia }, { representations: asMedia }, [
        'q.0.extra',
      ]),
      expected: true,
    },
    {
      name: 'are not where the reference alone tells',
      given: both({ representations: asMedia }, { errors: [error('q')], representations: asMedia }, ['q']),
      expected: false,
    },
    {
      name: 'are known where the planner’s own key is in the way',
      given: both(
        { errors: [error('q.a')] },
        { errors: [{ path: [], code: 'SUBGRAPH_ERROR' }], queries: ['{q{...on A{_s1__alias_0:a}}}'] },
        ['q.a'],
      ),
      expected: true,
    },
    {
      name: 'are not where there is no such key',
      given: both(
        { errors: [error('q.a')] },
        { errors: [{ path: [], code: 'SUBGRAPH_ERROR' }], queries: ['{q{...on A{a}}}'] },
        ['q.a'],
      ),
      expected: false,
    },
    {
      name: 'are not where there is one and the oracle has no failure',
      given: both({ errors: [error('q.a')] }, { queries: ['{q{...on A{_s1__alias_0:a}}}'] }),
      expected: false,
    },
    {
      name: 'are not where they are rejections',
      given: both(
        { errors: [error('q.0.extra', 'PERSONAL_DATA_REJECTED')], representations: asMedia },
        { errors: [error('q', 'PERSONAL_DATA_REJECTED')], representations: asMedia },
        ['q.0.extra'],
      ),
      expected: false,
    },
  ])('$name', ({ given, expected }) => {
    expect(explains('errors', given)).toBe(expected);
  });
});

describe('another record', () => {
  it.each([
    {
      name: 'is known where it names more people beside an unknown one',
      compiled: [group('SUBJECT_UNRESOLVED', ['E.a'], ['p']), group('SUBJECT_UNRESOLVED', ['E.b'], null)],
      reference: [group('SUBJECT_UNRESOLVED', ['E.a', 'E.b'], null)],
      expected: true,
    },
    {
      name: 'is not where it says of another field that it was denied',
      compiled: [group('SUBJECT_UNRESOLVED', ['E.a'], ['p'])],
      reference: [group('SUBJECT_UNRESOLVED', ['E.b'], null)],
      expected: false,
    },
    {
      name: 'is not where all are known',
      compiled: [group('CONSENT_NOT_GIVEN', ['E.a'], ['p'])],
      reference: [group('CONSENT_NOT_GIVEN', ['E.a'], null)],
      expected: false,
    },
  ])('$name', ({ compiled, reference, expected }) => {
    const given = both({ record: { groups: compiled } }, { record: { groups: reference } });
    expect(explains('record', given)).toBe(expected);
  });
});

it.each(['status', 'headers', 'log'])('another %s is never known', (part) => {
  expect(DEPARTURES.flatMap(({ parts }) => parts)).not.toContain(part);
});
