import { CANARY, post } from './exchange.ts';
import { hostileRun, type HostileRow } from './hostileRun.ts';

const many = (count: number, of: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => of(at)).join(' ');
const nested = (open: string, close: string, depth: number): string =>
  open.repeat(depth) + close.repeat(depth);
const ask = (query: string, rest: object = {}) => ({
  send: () => [post(JSON.stringify({ query, ...rest }))],
});
const tooLarge = { expected: [400], code: 'OPERATION_TOO_LARGE' } as const;
const inputTooLarge = { expected: [400], code: 'INPUT_TOO_LARGE' } as const;

const documents: readonly HostileRow[] = [
  { name: '10 000 aliases', ...ask(`{ ${many(10_000, (at) => `a${at}: hello`)} }`), ...tooLarge },
  {
    name: '400 aliases',
    ...ask(`{ ${many(4, (at) => `s${at}: self { ${many(100, (n) => `a${n}: hello`)} }`)} }`),
    ...tooLarge,
  },
  { name: '14 000 times the same field', ...ask(`{ ${'hello '.repeat(14_000)} }`), ...tooLarge },
  { name: '200 root fields', ...ask(`{ ${many(200, (at) => `a${at}: hello`)} }`), ...tooLarge },
  { name: 'fields 7 000 deep', ...ask(`{ ${nested('self { ', '} ', 7_000)} }`), ...tooLarge },
  { name: 'fields 150 deep', ...ask(`{ ${'self { '.repeat(150)} hello ${'}'.repeat(150)} }`), ...tooLarge },
  {
    name: 'fragments 7 000 deep',
    ...ask(`{ ${'... { '.repeat(7_000)} hello ${'}'.repeat(7_000)} }`),
    ...tooLarge,
  },
  { name: 'braces without end', ...ask('{'.repeat(14_000)), expected: [400] },
  { name: 'a list 14 000 deep, without end', ...ask(`{ hello(in: ${'['.repeat(14_000)}`), ...tooLarge },
  { name: '100 000 tokens', ...ask('{ hello } '.repeat(33_334)), ...tooLarge },
  {
    name: 'a megabyte of commas',
    ...ask(`{ ${','.repeat(1_000_000)} hello${CANARY.slice(0, 6)} }`),
    expected: [400],
  },
  { name: 'a comment of a megabyte', ...ask(`# ${CANARY.repeat(80_000)}\n{ nothing }`), expected: [400] },
  {
    name: 'fragments that double at each of 30 steps',
    ...ask(
      `{ ...F0 } ${many(30, (at) => `fragment F${at} on Query { ...F${at + 1} ... { ...F${at + 1} } }`)} fragment F30 on Query { hello }`,
    ),
    ...tooLarge,
  },
  {
    name: 'a fragment that spreads itself',
    ...ask('{ ...F } fragment F on Query { hello ...F }'),
    ...tooLarge,
  },
  {
    name: 'a fragment that spreads itself twice below a field',
    ...ask('{ ...F } fragment F on Query { self { ...F ...F } }'),
    ...tooLarge,
  },
  {
    name: 'fragments that spread each other, forty times below a field',
    ...ask(
      `{ ...F } fragment F on Query { self { ${'...G '.repeat(40)} } } fragment G on Query { self { ${'...F '.repeat(40)} } }`,
    ),
    ...tooLarge,
  },
  {
    name: 'a hundred errors below half a million lines',
    ...ask(`{${'\n'.repeat(520_000)}${many(99, (at) => `a${at}`)} }`),
    ...tooLarge,
  },
  {
    name: 'a hundred errors below as many lines as may be',
    ...ask(`{${'\n'.repeat(14_000)}${many(99, (at) => `a${at}`)} }`),
    expected: [400],
  },
  {
    name: 'a ring of a hundred fragments',
    ...ask(`{ ...F0 } ${many(100, (at) => `fragment F${at} on Query { ...F${(at + 1) % 100} }`)}`),
    ...tooLarge,
  },
  {
    name: 'the same field in pairs to compare',
    ...ask(`{ self { ${'self { hello } '.repeat(1_200)} } }`),
    ...tooLarge,
  },
  {
    name: 'the same pairs in fragments that nothing spreads',
    ...ask(`{ hello } ${many(8, (at) => `fragment F${at} on Query { ${'self { hello } '.repeat(300)} }`)}`),
    ...tooLarge,
  },
  { name: '500 directives', ...ask(`{ self { hello ${'@include(if: true) '.repeat(500)} } }`), ...tooLarge },
  {
    name: 'a thousand operations',
    ...ask(many(1_000, (at) => `query Q${at} { self { hello } }`)),
    expected: [400],
  },
  {
    name: 'a thousand unknown directives',
    ...ask(`{ hello ${many(250, (at) => `@${CANARY.slice(0, 6)}${at}`)} }`),
    expected: [400],
  },
  { name: 'a type system', ...ask(`type Query { ${many(1_000, (at) => `f${at}: Int`)} }`), expected: [400] },
  {
    name: 'introspection within introspection',
    ...ask(`{ __schema { types { ${'fields { type { '.repeat(10)} name ${'} }'.repeat(10)} } } }`),
    expected: [400],
  },
  {
    name: 'a mutation that there is not',
    ...ask(`mutation { ${CANARY.replace('-', '_')} }`),
    expected: [400],
  },
  { name: 'no operation', ...ask(`fragment F on Query { hello }`), expected: [400] },
  { name: 'nothing', ...ask(''), expected: [400] },
  { name: 'an unterminated text', ...ask(`{ hello(name: "${CANARY}`), expected: [400] },
  { name: 'NUL in a document', ...ask(`{ hello\u0000${CANARY.slice(0, 6)} }`), expected: [400] },
];

const values: readonly HostileRow[] = [
  {
    name: 'a list of 14 000 literals',
    ...ask(`{ hello(ids: [${'1 '.repeat(14_000)}]) }`),
    ...inputTooLarge,
  },
  {
    name: 'a list of 100 000 in a variable',
    ...ask('query ($v: [ID!]) { hello(ids: $v) }', {
      variables: { v: Array.from({ length: 100_000 }, (_, at) => at) },
    }),
    ...inputTooLarge,
  },
  {
    name: 'a variable nested 10 000 deep',
    send: () => [
      post(
        `{"query": "query ($v: In) { hello(in: $v) }", "variables": {"v": ${'{"a":'.repeat(10_000)}null${'}'.repeat(10_000)}}}`,
      ),
    ],
    ...inputTooLarge,
  },
  {
    name: 'a scalar nested 100 000 deep',
    send: () => [
      post(
        `{"query": "query ($v: JSON) { hello(tree: $v) }", "variables": {"v": ${nested('[', ']', 100_000)}}}`,
      ),
    ],
    ...inputTooLarge,
  },
  {
    name: 'literals nested 100 deep',
    ...ask(`{ hello(in: ${'{ a: '.repeat(100)}{}${' }'.repeat(100)}) }`),
    ...inputTooLarge,
  },
  {
    name: 'a default nested 100 deep',
    ...ask(`query ($v: In = ${'{ a: '.repeat(100)}{}${' }'.repeat(100)}) { hello(in: $v) }`),
    ...inputTooLarge,
  },
  {
    name: 'extensions nested 10 000 deep',
    send: () => [post(`{"query": "{ hello }", "extensions": {"x": ${nested('[', ']', 10_000)}}}`)],
    ...inputTooLarge,
  },
  {
    name: 'a variable of another type',
    ...ask('query ($v: [ID!]) { hello(ids: $v) }', { variables: { v: { x: CANARY } } }),
    expected: [400],
    code: 'BAD_USER_INPUT',
  },
  {
    name: 'a key of a prototype in a variable',
    send: () => [
      post(
        `{"query": "query ($v: In) { hello(in: $v) }", "variables": {"v": {"__proto__": {"c": "${CANARY}"}}}}`,
      ),
    ],
    expected: [400],
    code: 'BAD_USER_INPUT',
  },
  {
    name: 'a constructor in a variable',
    ...ask('query ($v: In) { hello(in: $v) }', { variables: { v: { constructor: CANARY } } }),
    expected: [400],
    code: 'BAD_USER_INPUT',
  },
  { name: 'an enum of a prototype', ...ask(`{ hello(in: { toString: "${CANARY}" }) }`), expected: [400] },
];

hostileRun('documents', documents);
hostileRun('values', values);
