import { readFile } from 'node:fs/promises';
import { buildSchema, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createDocumentCheck } from '../../../gateway/limits/checkDocument.ts';
import { comparisons } from '../../../gateway/limits/comparisons.ts';
import { documentSize } from '../../../gateway/limits/documentSize.ts';
import { limitsOf, type Limits } from '../../../gateway/limits/limits.ts';
import { startGateway } from '../../gatewayHarness.ts';

const SMALL: Partial<Limits> = {
  tokens: 100,
  selections: 12,
  depth: 4,
  aliases: 3,
  rootFields: 5,
  directives: 2,
  comparisons: 6,
  inputItems: 3,
  inputDepth: 2,
};

const codeOf = (text: string, check = createDocumentCheck(limitsOf(SMALL))): unknown => {
  try {
    check(text);
    return null;
  } catch (error) {
    return error instanceof Error && 'extensions' in error
      ? z.object({ code: z.string() }).parse(error.extensions).code
      : error;
  }
};

describe('a document', () => {
  const large = 'OPERATION_TOO_LARGE';
  const input = 'INPUT_TOO_LARGE';
  it.each([
    { name: 'within all limits', text: '{ a { b } c }', expected: null },
    { name: 'that is none', text: '{ a', expected: null },
    {
      name: 'of tokens',
      text: `query (${Array.from({ length: 40 }, (_, at) => `$v${at}: Int`).join(' ')}) { a }`,
      expected: large,
    },
    { name: 'at the limit of levels', text: '{ a { b { c { d } } } }', expected: null },
    { name: 'of levels', text: '{ a { b { c { d { e } } } } }', expected: large },
    {
      name: 'of levels by a fragment',
      text: '{ a { b { ...F } } } fragment F on T { c { d { e } } }',
      expected: large,
    },
    {
      name: 'of levels in a fragment that nothing spreads',
      text: '{ a } fragment F on T { a { b { c { d { e } } } } }',
      expected: large,
    },
    { name: 'at the limit of aliases', text: '{ x: a y: b z: c }', expected: null },
    { name: 'of aliases', text: '{ x: a y: b z: c w: d }', expected: large },
    {
      name: 'of aliases by fragments',
      text: '{ a { ...F } b { ...F } } fragment F on T { x: a y: b }',
      expected: large,
    },
    {
      name: 'of aliases in several operations',
      text: 'query A { x: a y: b } query B { z: c w: d }',
      expected: large,
    },
    { name: 'at the limit of root fields', text: '{ a b c d e }', expected: null },
    { name: 'of root fields', text: '{ a b c d e f }', expected: large },
    {
      name: 'of root fields by fragments',
      text: '{ a b ...F ... { e f } } fragment F on Q { c d }',
      expected: large,
    },
    { name: 'at the limit of directives', text: '{ a @x @y }', expected: null },
    { name: 'of directives', text: '{ a @x b @y c @z }', expected: large },
    { name: 'of directives on the operation', text: 'query @x @y @z { a }', expected: large },
    { name: 'of directives on a variable', text: 'query ($v: Int @x @y @z) { a(v: $v) }', expected: large },
    {
      name: 'of directives on a fragment and its spread',
      text: '{ ...F @x } fragment F on Q @y @z { a }',
      expected: large,
    },
    {
      name: 'of selections by fragments',
      text: '{ a { ...F } b { ...F } c { ...F } } fragment F on T { d e f }',
      expected: large,
    },
    { name: 'at the limit of pairs', text: '{ a a a a }', expected: null },
    { name: 'of pairs', text: '{ a a a a a }', expected: large },
    { name: 'of pairs below pairs', text: '{ a { b } a { b } a { b } a { b } }', expected: large },
    {
      name: 'of pairs in a fragment that nothing spreads',
      text: '{ a } fragment F on T { a a a a a }',
      expected: large,
    },
    {
      name: 'of fragments beside each other',
      text: '{ ... { ...F ...G ...H } ...I ...J } fragment F on Q { a } fragment G on Q { b } fragment H on Q { c } fragment I on Q { d } fragment J on Q { e }',
      expected: large,
    },
    { name: 'whose fragment spreads itself', text: '{ ...F } fragment F on Q { a ...F }', expected: large },
    {
      name: 'whose fragment spreads itself below a field',
      text: '{ ...F } fragment F on Q { a { ...F } }',
      expected: large,
    },
    {
      name: 'whose fragment spreads itself twice below a field',
      text: '{ ...F } fragment F on Q { a { ...F ...F } }',
      expected: large,
    },
    {
      name: 'whose fragments spread each other below fields',
      text: '{ ...F } fragment F on Q { a { ...G ...G } } fragment G on Q { b { ... { ...F } } }',
      expected: large,
    },
    {
      name: 'whose fragments that nothing spreads spread each other',
      text: '{ a } fragment F on Q { a { ...G } } fragment G on Q { b { ...F } }',
      expected: large,
    },
    {
      name: 'whose fragment is spread twice, and not by itself',
      text: '{ b { ...F } ...G } fragment F on Q { a } fragment G on Q { c { ...F } }',
      expected: null,
    },
    { name: 'at the limit of lines', text: `{${'\n'.repeat(99)}a }`, expected: null },
    { name: 'of lines', text: `{${'\n'.repeat(100)}a }`, expected: large },
    { name: 'of lines of another kind', text: `{${'\r'.repeat(100)}a }`, expected: large },
    { name: 'of lines, each of two characters', text: `{${'\r\n'.repeat(99)}a }`, expected: null },
    { name: 'whose fragment is missing', text: '{ ...F }', expected: null },
    { name: 'at the limit of items', text: '{ a(x: [1, 2, 3]) }', expected: null },
    { name: 'of items', text: '{ a(x: [1, 2, 3, 4]) }', expected: input },
    { name: 'of items in an object', text: '{ a(x: { y: [1, 2, 3, 4] }) }', expected: input },
    { name: 'of items in a default', text: 'query ($v: [Int] = [1, 2, 3, 4]) { a(x: $v) }', expected: input },
    { name: 'of items in a directive', text: '{ a @x(y: [1, 2, 3, 4]) }', expected: input },
    { name: 'of levels of values', text: '{ a(x: { y: { z: {} } }) }', expected: input },
    {
      name: 'of levels of values in a fragment',
      text: '{ a ...F } fragment F on Q { b(x: [[[1]]]) }',
      expected: input,
    },
  ])('$name', ({ text, expected }) => {
    const check = createDocumentCheck(limitsOf(SMALL));
    // A second time, when it may be remembered.
    expect([codeOf(text, check), codeOf(text, check)]).toEqual([expected, expected]);
  });

  it('that passed is remembered, and no other one for it', () => {
    const check = createDocumentCheck(limitsOf(SMALL));
    check('{ a }');
    check('{ a }');
    expect(() => check('{ a { b { c { d { e } } } } }')).toThrow(/4 levels/);
  });

  it('that was refused takes up no place in words of its own', () => {
    expect(() => createDocumentCheck(limitsOf(SMALL))('{ canary: a x: b y: c z: d }')).toThrow(
      /^The document has over 3 aliases; send it in parts\.$/,
    );
  });
});

it('those of applications pass: introspection, and what the demo asks', async () => {
  const { getIntrospectionQuery } = await import('graphql');
  expect(codeOf(getIntrospectionQuery(), createDocumentCheck(limitsOf()))).toBeNull();
  const size = documentSize(parse(await readFile('subgraphs/supergraph.graphql', 'utf8')));
  expect(size.selections).toBe(0);
});

it('as many pairs as are let through are compared in time', () => {
  const schema = buildSchema('type Query { a: Query, hello: String }');
  const document = parse(`{ ${'a { hello } '.repeat(140)} }`, { noLocation: true });
  expect(comparisons(document)).toBeGreaterThan(19_000);
  const began = performance.now();
  expect(validate(schema, document)).toEqual([]);
  expect(performance.now() - began).toBeLessThan(5_000);
});

it('what is over a limit is neither validated nor parsed for nobody', async () => {
  const gateway = await startGateway({
    subgraphs: [{ name: 'people', typeDefs: 'type Query { hello: String }' }],
    serving: { limits: { aliases: 2 } },
  });
  try {
    const query = '{ a: nothing b: nothing c: nothing }';
    const refused = await gateway.send({ query });
    expect(refused.errors).toMatchObject([{ extensions: { code: 'OPERATION_TOO_LARGE' } }]);
    const nobody = await gateway.send({ query, client: '' });
    expect(nobody.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    const few = await gateway.send({ query: '{ a: nothing }' });
    expect(few.errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
  } finally {
    await gateway.close();
  }
});
