import { buildSchema, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { Reading } from '../../../gateway/execute/reading.ts';
import { compileReading, ofEntity, type ReadingInput } from '../../../gateway/prepare/compileReading.ts';

const schema = buildSchema(`
  scalar Any
  enum Shade { RED }
  type Query { me: User pets: [[Pet!]!] any: [Any] shade: Shade }
  type User { id: ID! best: User }
  interface Pet { name: String }
  type Cat implements Pet { name: String lives: [Int!] }
  type Dog implements Pet { name: String }
`);

const readingOf = (query: string, more: Partial<ReadingInput> = {}): Reading =>
  compileReading({ document: parse(query), schema, way: new Set(), renames: [], ...more });

/** One line a field: its key, `>` its own key, its lists, and whether it is plain or on the way. */
function lines({ fields }: Reading, above = ''): string[] {
  return fields.flatMap(({ from, to, depth, below, isPlain, isOnTheWay }) => {
    const notes = [
      from === to ? '' : `>${to}`,
      ` ${String(depth)}`,
      isPlain ? ' plain' : '',
      isOnTheWay ? ' way' : '',
    ];
    return [`${above}${from}${notes.join('')}`, ...(below === null ? [] : lines(below, `${above}${from}.`))];
  });
}

describe('a reading', () => {
  it.each<{ name: string; given: Reading; expected: string[] }>([
    {
      name: 'knows lists and plain leaves',
      given: readingOf('{ any shade me { id __typename } }'),
      expected: ['any 1', 'shade 0 plain', 'me 0', 'me.id 0 plain', 'me.__typename 0 plain'],
    },
    {
      name: 'unites what stands under conditions and in fragments',
      given: readingOf(
        '{ pets { ... on Cat { lives } ...F ... on Dog { name } } } fragment F on Pet { n: name }',
      ),
      expected: ['pets 2', 'pets.lives 1 plain', 'pets.n 0 plain', 'pets.name 0 plain'],
    },
    {
      name: 'unites what stands under one key twice',
      given: readingOf('{ me { best { id } } me { best { b: best { id } } } }'),
      expected: ['me 0', 'me.best 0', 'me.best.id 0 plain', 'me.best.b 0', 'me.best.b.id 0 plain'],
    },
    {
      name: 'does not know lists that the schema does not',
      given: readingOf('{ other { deep } }'),
      expected: ['other null', 'other.deep null'],
    },
    {
      name: 'knows what is on the way',
      given: readingOf('{ me { best { id } } }', { way: new Set(['me', 'me best']) }),
      expected: ['me 0 way', 'me.best 0 way', 'me.best.id 0 plain'],
    },
    {
      name: 'knows the planner’s own keys',
      given: readingOf('{ pets { ... on Cat { name__alias_0: name } } }', {
        renames: [
          {
            kind: 'KeyRenamer',
            path: ['pets', '@', '@', '... on Cat', 'name__alias_0'],
            renameKeyTo: 'name',
          },
        ],
      }),
      expected: ['pets 2', 'pets.name__alias_0>name 0 plain'],
    },
    {
      name: 'of entities is of one, whose renames start there',
      given: ofEntity(
        readingOf('query($r:[Any]){_entities(representations:$r){... on User{id__alias_0:id}}}', {
          renames: [{ kind: 'KeyRenamer', path: ['... on User', 'id__alias_0'], renameKeyTo: 'id' }],
        }),
        ['User'],
      ),
      expected: ['id__alias_0>id 0 plain'],
    },
  ])('$name', ({ given, expected }) => {
    expect(lines(given)).toEqual(expected);
  });

  it.each<{ name: string; given: Reading; expected: string[] }>([
    {
      name: 'those that conditions leave',
      given: readingOf(
        '{ pets { name ... on Pet { n: name } ... on Cat { lives ... on Dog { d: name } ... on Pet { m: name } } } }',
      ),
      expected: ['name', 'n', 'lives Cat', 'd ', 'm Cat'],
    },
    {
      name: 'each time its own, where one key stands under several',
      given: readingOf('{ pets { ... on Cat { name } ... on Dog { name } } }'),
      expected: ['name Cat', 'name Dog'],
    },
    {
      name: 'all that are asked about',
      given: readingOf('{ me { ... on User { id } } }'),
      expected: ['id'],
    },
  ])('knows of which types fields were asked for: $name', ({ given, expected }) => {
    const below = given.fields.flatMap((field) => field.below?.fields ?? []);
    expect(below.map(({ from, types }) => (types === null ? from : `${from} ${[...types].join()}`))).toEqual(
      expected,
    );
  });

  it.each([
    { asked: ['Cat'], expected: [null, ['Dog']] },
    { asked: ['Cat', 'Dog'], expected: [['Cat'], ['Dog']] },
  ])('of entities looks at types only where several are asked about: $asked', ({ asked, expected }) => {
    const query = 'query($r:[Any]){_entities(representations:$r){... on Cat{name} ... on Dog{name}}}';
    const { fields, typing } = ofEntity(readingOf(query), asked);
    expect(fields.map(({ types }) => (types === null ? null : [...types]))).toEqual(expected);
    expect(typing).toEqual({ isTold: false, abstract: new Set(['Pet']) });
  });

  it('of entities takes an operation that asks for some', () => {
    expect(() => ofEntity(readingOf('{ me { id } }'), [])).toThrow('asks for entities');
  });
});
