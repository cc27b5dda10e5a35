import { describe, expect, it } from 'vitest';
import { readInto, type ReadField, type Reading, type Row } from '../../../gateway/execute/reading.ts';
import { isInherited } from '../../../gateway/execute/rowKeys.ts';

const leaf = (from: string, more: Partial<ReadField> = {}): ReadField => ({
  from,
  to: from,
  types: null,
  depth: 0,
  below: null,
  isPlain: true,
  isOnTheWay: false,
  isOrdinary: !isInherited(from) && !isInherited(more.to ?? from),
  ...more,
});

const object = (from: string, fields: readonly ReadField[], more: Partial<ReadField> = {}): ReadField =>
  leaf(from, { below: { fields, typing: null }, isPlain: false, ...more });

/** What is merged into a row, and how many values are something else. */
function readFrom(source: Row, fields: readonly ReadField[], row: Row = {}): readonly [Row, number] {
  let misshapen = 0;
  const reading: Reading = { fields, typing: null };
  readInto(row, source, reading, () => void (misshapen += 1));
  return [row, misshapen];
}

describe('what is read', () => {
  it.each([
    { name: 'is what was asked for', given: [{ a: 1, b: 2 }, [leaf('a')]], expected: [{ a: 1 }, 0] },
    {
      name: 'is under its own key',
      given: [{ a__alias_0: false }, [leaf('a__alias_0', { to: 'a' })]],
      expected: [{ a: false }, 0],
    },
    { name: 'is null where it is null', given: [{ a: null }, [leaf('a')]], expected: [{ a: null }, 0] },
    {
      name: 'is nothing where there is nothing',
      given: [{}, [leaf('a'), object('b', [])]],
      expected: [{}, 0],
    },
    { name: 'is no list for a leaf', given: [{ a: ['x'] }, [leaf('a')]], expected: [{ a: null }, 1] },
    { name: 'is no object for a leaf', given: [{ a: { b: 1 } }, [leaf('a')]], expected: [{ a: null }, 1] },
    {
      name: 'is anything for a scalar of the schema’s own',
      given: [{ a: [{ b: 1 }] }, [leaf('a', { isPlain: false })]],
      expected: [{ a: [{ b: 1 }] }, 0],
    },
    {
      name: 'is a list of leaves',
      given: [{ a: ['x', null] }, [leaf('a', { depth: 1 })]],
      expected: [{ a: ['x', null] }, 0],
    },
    {
      name: 'is no list with a list among its leaves',
      given: [{ a: ['x', ['y']] }, [leaf('a', { depth: 1 })]],
      expected: [{ a: null }, 1],
    },
    {
      name: 'is lists of lists of leaves',
      given: [{ a: [['x'], null, []] }, [leaf('a', { depth: 2 })]],
      expected: [{ a: [['x'], null, []] }, 0],
    },
    {
      name: 'is no leaf for a list',
      given: [{ a: 'x' }, [leaf('a', { depth: 1 })]],
      expected: [{ a: null }, 1],
    },
    {
      name: 'is anything where the schema does not say',
      given: [{ a: [['x']] }, [leaf('a', { depth: null })]],
      expected: [{ a: [['x']] }, 0],
    },
    {
      name: 'is no list for an object',
      given: [{ a: [{ b: 1 }] }, [object('a', [leaf('b')])]],
      expected: [{ a: null }, 1],
    },
    {
      name: 'is no object for a list',
      given: [{ a: { b: 1 } }, [object('a', [leaf('b')], { depth: 1 })]],
      expected: [{ a: null }, 1],
    },
    {
      name: 'is null for the items alone that are something else',
      given: [{ a: [[{ b: 1 }], { b: 1 }, 'x', null, []] }, [object('a', [leaf('b')], { depth: 2 })]],
      expected: [{ a: [[{ b: 1 }], null, null, null, []] }, 2],
    },
    {
      name: 'is no null of an object that is on the way alone',
      given: [{ a: null }, [object('a', [leaf('b')], { isOnTheWay: true })], { a: { c: 1 } }],
      expected: [{ a: { c: 1 } }, 0],
    },
    {
      name: 'is merged with what another fetch found',
      given: [{ a: { b: 1 } }, [object('a', [leaf('b')])], { a: { c: 1 } }],
      expected: [{ a: { c: 1, b: 1 } }, 0],
    },
    {
      name: 'is merged in lists of lists',
      given: [
        { a: [[{ b: 1 }, { b: 2 }], []] },
        [object('a', [leaf('b')], { depth: 2 })],
        { a: [[{ c: 1 }, null], []] },
      ],
      expected: [{ a: [[{ c: 1, b: 1 }, { b: 2 }], []] }, 0],
    },
    {
      name: 'replaces a list of another length',
      given: [{ a: [{ b: 1 }] }, [object('a', [leaf('b')], { depth: 1 })], { a: [{ c: 1 }, { c: 2 }] }],
      expected: [{ a: [{ b: 1 }] }, 0],
    },
  ] satisfies readonly {
    readonly name: string;
    readonly given: readonly [source: Row, fields: readonly ReadField[], row?: Row];
    readonly expected: readonly [Row, number];
  }[])('$name', ({ given: [source, fields, row], expected }) => {
    expect(readFrom(source, fields, row)).toEqual(expected);
  });

  it('leaves the answer as it is', () => {
    const source = { a: [{ b: { c: 1 } }] };
    const [row] = readFrom(source, [object('a', [object('b', [leaf('c')])], { depth: 1 })]);
    readFrom({ a: [{ d: 2 }] }, [object('a', [leaf('d')], { depth: 1 })], row);
    expect(row).toEqual({ a: [{ b: { c: 1 }, d: 2 }] });
    expect(source).toEqual({ a: [{ b: { c: 1 } }] });
  });

  it.each(['__proto__', 'constructor'])('%s is a key like another', (key) => {
    const source: Row = JSON.parse(`{"${key}":{"a":1}}`);
    const [row] = readFrom(source, [object(key, [leaf('a')])]);
    expect(JSON.stringify(row)).toBe(`{"${key}":{"a":1}}`);
    expect(readFrom({}, [leaf(key)])).toEqual([{}, 0]);
  });
});
