import { CANARY, chunked, get, post } from './exchange.ts';
import { hostileRun, type HostileRow } from './hostileRun.ts';

const json = (value: unknown): string => JSON.stringify(value);
const query = `{ hello(name: "${CANARY}") }`;
const good = json({ query });
const code = 'REQUEST_INVALID';
const body = (text: string | Buffer, ...headers: string[]) => ({ send: () => [post(text, headers)] });
const deep = (open: string, close: string, depth: number): string => open.repeat(depth) + close.repeat(depth);
const megabyte = 'x'.repeat(1_048_576);

const malformed: readonly HostileRow[] = [
  { name: 'a body that ends too soon', ...body(good.slice(0, -2)), expected: [400], code },
  { name: 'a body that goes on', ...body(`${good}}`), expected: [400], code },
  { name: 'two bodies in one', ...body(good + good), expected: [400], code },
  { name: 'single quotes', ...body(`{'query': '${CANARY}'}`), expected: [400], code },
  { name: 'a comment', ...body(`/* ${CANARY} */${good}`), expected: [400], code },
  { name: 'NaN', ...body(`{"query": "{ hello }", "variables": {"${CANARY}": NaN}}`), expected: [400], code },
  { name: 'no JSON', ...body(`<x>${CANARY}</x>`), expected: [400], code },
  { name: 'a control character in a text', ...body(`{"query": "${CANARY}\u0000"}`), expected: [400], code },
  { name: 'a list nested half a million deep', ...body(deep('[', ']', 500_000)), expected: [400] },
  {
    name: 'an object nested deep',
    ...body(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`),
    expected: [400],
  },
  { name: 'a deep body that is cut off', ...body('['.repeat(1_000_000)), expected: [400], code },
  { name: 'nothing but white space', ...body(' '.repeat(10_000)), expected: [400], code },
  { name: 'a number of many digits', ...body('9'.repeat(100_000)), expected: [400] },
];

const encodings: readonly HostileRow[] = [
  {
    name: 'a byte that UTF-8 does not have',
    ...body(Buffer.concat([Buffer.from(`{"query":"${CANARY}`), Buffer.from([0xff]), Buffer.from('"}')])),
    expected: [400],
    code,
  },
  {
    name: 'a character that is cut off',
    ...body(
      Buffer.concat([Buffer.from(`{"query":"${CANARY}`), Buffer.from([0xe3, 0x81]), Buffer.from('"}')]),
    ),
    expected: [400],
    code,
  },
  {
    name: 'a slash in two bytes',
    ...body(
      Buffer.concat([Buffer.from(`{"query":"${CANARY}`), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')]),
    ),
    expected: [400],
    code,
  },
  {
    name: 'a surrogate in UTF-8',
    ...body(Buffer.concat([Buffer.from('{"query":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')])),
    expected: [400],
    code,
  },
  { name: 'UTF-16', ...body(Buffer.from(good, 'utf16le')), expected: [400], code },
  {
    name: 'a lone surrogate that is escaped, in a name',
    ...body('{"query":"{ \\ud800 }"}'),
    expected: [400],
  },
  { name: 'a gzip', ...body(good, 'content-encoding: gzip'), expected: [415], code },
  { name: 'a brotli in an identity', ...body(good, 'content-encoding: identity, br'), expected: [415], code },
];

const types: readonly HostileRow[] = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/graphql',
  'application/xml',
  'application/jsonp',
  'application/json+x',
  'text/json',
  `application/${CANARY}`,
  'application/json, text/plain',
  '',
].map((type) => ({
  name: `the content type "${type}"`,
  ...body(good, `content-type: ${type}`),
  expected: [415],
  code,
}));

const sizes: readonly HostileRow[] = [
  { name: 'a body over a megabyte', ...body(`{"query":"${megabyte}"}`), expected: [413], code },
  {
    name: 'a length of a terabyte',
    send: () => [post('', ['content-length: 1099511627776'])],
    expected: [413],
    code,
  },
  {
    name: 'many megabytes in chunks, without a length',
    send: () => [
      post('', ['-content-length', 'transfer-encoding: chunked']),
      ...Array.from({ length: 40 }, () => chunked([megabyte]).slice(0, -5)),
    ],
    expected: [413],
    code,
  },
  {
    name: 'chunks without end',
    send: () => [
      post('', ['-content-length', 'transfer-encoding: chunked']),
      ...Array.from({ length: 600 }, () => chunked(['y'.repeat(4_096)]).slice(0, -5)),
    ],
    expected: [413],
    code,
  },
  {
    name: 'a megabyte of chunk extensions',
    send: () => [post('', ['-content-length', 'transfer-encoding: chunked']), `1;${megabyte}\r\n{\r\n`],
    expected: [413],
    code,
  },
  {
    name: 'a chunk whose length is none',
    send: () => [post('', ['-content-length', 'transfer-encoding: chunked']), `${CANARY}\r\n{}\r\n`],
    expected: [400],
    code,
  },
  {
    name: 'a length that is none',
    send: () => [post(good, [`content-length: ${CANARY}`])],
    expected: [400],
    code,
  },
  { name: 'a length below zero', send: () => [post(good, ['content-length: -1'])], expected: [400], code },
  {
    name: 'a length beyond all numbers',
    send: () => [post(good, [`content-length: ${'9'.repeat(40)}`])],
    expected: [400],
    code,
  },
  {
    name: 'less than its length says',
    send: () => [post(good, ['content-length: 1000'])],
    expected: [408],
    code,
  },
  {
    name: 'more than its length says, which is no request',
    send: () => [post(good + good, [`content-length: ${good.length}`])],
    expected: [400],
    code,
  },
  {
    name: 'a body that is broken off',
    send: () => [post(good, ['content-length: 1000'])],
    expected: 'closed',
    options: { afterwards: 'leave' },
  },
];

const shapes: readonly HostileRow[] = [
  { name: 'the query below __proto__', ...body(`{"__proto__": {"query": "${query}"}}`), expected: [400] },
  {
    name: 'the query below constructor',
    ...body(`{"constructor": {"prototype": {"query": "{ hello }"}}}`),
    expected: [400],
  },
  {
    name: 'the same key again, at last without a query',
    ...body(`{"query": "{ hello }", "query": 7}`),
    expected: [400],
  },
  {
    name: 'a list of ten thousand operations',
    ...body(json(Array.from({ length: 10_000 }, () => ({ query: '{ hello }' })))),
    expected: [400],
  },
  {
    name: 'a parsed document',
    ...body(json({ query: { kind: 'Document', definitions: [{ x: CANARY }] } })),
    expected: [400],
  },
  { name: 'variables in a text', ...body(json({ query, variables: '{}' })), expected: [400] },
  { name: 'extensions in a list', ...body(json({ query, extensions: [CANARY] })), expected: [400] },
  {
    name: 'a persisted query that is a list',
    ...body(json({ extensions: { persistedQuery: [CANARY] } })),
    expected: [400],
  },
  {
    name: 'a mutation by GET',
    send: () => [get(`/graphql?query=mutation{${CANARY}}`, ['apollo-require-preflight: 1'])],
    expected: [400],
  },
  {
    name: 'a query by GET, as an image of a page would',
    send: () => [get(`/graphql?query={hello}&x=${CANARY}`)],
    expected: [400],
  },
  {
    name: 'a GET with two queries',
    send: () => [get('/graphql?query={hello}&query={__typename}', ['apollo-require-preflight: 1'])],
    expected: [400],
  },
  {
    name: 'a GET with variables that are no JSON',
    send: () => [get(`/graphql?query={hello}&variables=${CANARY}`, ['apollo-require-preflight: 1'])],
    expected: [400],
  },
  {
    name: 'a query that is escaped wrongly',
    send: () => [get('/graphql?query=%E3%81%', ['apollo-require-preflight: 1'])],
    expected: [400],
  },
];

hostileRun('bodies', [...malformed, ...encodings, ...types, ...sizes, ...shapes], {
  serving: { limits: { receivingMs: 2_000, headersMs: 1_000 } },
});
