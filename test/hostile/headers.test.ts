import { CANARY, chunked, get, post } from './exchange.ts';
import { hostileRun, type HostileRow } from './hostileRun.ts';

const good = JSON.stringify({ query: '{ hello }' });
const code = 'REQUEST_INVALID';
const given = (...headers: string[]) => ({ send: () => [post(good, headers)] });

const injected: readonly HostileRow[] = [
  {
    name: 'CR LF in a purpose',
    ...given(`x-purpose: ${CANARY}\r\nx-client-id: admin`),
    expected: [400],
    code,
  },
  {
    name: 'a lone LF in a purpose',
    ...given(`x-purpose: service\nx-end-user: ${CANARY}`),
    expected: [400],
    code,
  },
  {
    name: 'a lone CR in a purpose',
    ...given(`x-purpose: service\rx-end-user: ${CANARY}`),
    expected: [400],
    code,
  },
  { name: 'NUL in a purpose', ...given(`x-purpose: ${CANARY}\u0000`), expected: [400], code },
  {
    name: 'escapes in a purpose',
    ...given(`x-purpose: ${CANARY}%0d%0aset-cookie:x`),
    expected: [403],
    code: 'PURPOSE_UNKNOWN',
  },
  {
    name: 'a purpose beyond ASCII',
    ...given(`x-purpose: ${CANARY}\u00ff`),
    expected: [403],
    code: 'PURPOSE_UNKNOWN',
  },
  {
    name: 'a purpose named like a prototype’s key',
    ...given('x-purpose: __proto__'),
    expected: [403],
    code: 'PURPOSE_UNKNOWN',
  },
  {
    name: 'a client named like a prototype’s key',
    ...given('x-client-id: constructor'),
    expected: [403],
    code: 'CLIENT_UNKNOWN',
  },
  { name: 'a folded header', ...given(`x-purpose: service\r\n ${CANARY}`), expected: [400], code },
  { name: 'a space before the colon', ...given(`x-purpose : ${CANARY}`), expected: [400], code },
  { name: 'a header without a name', ...given(`: ${CANARY}`), expected: [400], code },
  { name: 'a header without a colon', ...given(`x-purpose${CANARY}`), expected: [400], code },
  { name: 'a name that is no token', ...given(`x(${CANARY}): 1`), expected: [400], code },
  {
    name: 'a ground that is no JSON',
    ...given(`x-ground: {"${CANARY}`),
    expected: [403],
    code: 'GROUND_INCOMPLETE',
  },
  { name: 'a time that is none', ...given(`x-request-timeout: ${CANARY}`), expected: [400], code },
  { name: 'a time below zero', ...given('x-request-timeout: -1'), expected: [400], code },
  { name: 'no time', ...given('x-request-timeout: 0'), expected: [400], code },
  {
    name: 'a media type that nobody speaks',
    ...given(`accept: text/html, image/${CANARY}`),
    expected: [406],
    code,
  },
];

const sizes: readonly HostileRow[] = [
  { name: 'a header of 20 kB', ...given(`x-purpose: ${CANARY}${'x'.repeat(20_000)}`), expected: [431], code },
  {
    name: 'a header of a megabyte',
    ...given(`x-purpose: ${CANARY}${'x'.repeat(1_000_000)}`),
    expected: [431],
    code,
  },
  {
    name: 'headers of 20 kB together',
    ...given(...Array.from({ length: 60 }, (_, at) => `x-${at}: ${CANARY.repeat(30)}`)),
    expected: [431],
    code,
  },
  {
    name: '200 headers',
    ...given(...Array.from({ length: 200 }, (_, at) => `x-${at}: ${CANARY}`)),
    expected: [431],
    code,
  },
  { name: 'a name of 20 kB', ...given(`x${'y'.repeat(20_000)}: ${CANARY}`), expected: [431], code },
  {
    name: 'a path of 20 kB',
    send: () => [get(`/graphql?query=${CANARY.repeat(2_000)}`)],
    expected: [431],
    code,
  },
];

const twice: readonly HostileRow[] = [
  ['authorization', `Bearer ${CANARY}`],
  ['x-purpose', 'service.support'],
  ['x-client-id', 'support-desk'],
  ['x-recipient', CANARY],
  ['x-end-user', CANARY],
  ['x-actor', CANARY],
  ['x-ground', '{}'],
  ['x-request-timeout', '1000'],
  ['content-type', 'application/json'],
  ['x-anything-else', CANARY],
].map(([name = '', value = '']) => ({
  name: `${name} twice`,
  ...given(`${name}: ${value}`, `${name.toUpperCase()}: ${value}`),
  expected: [400],
  code,
}));

const smuggled = `POST /graphql HTTP/1.1\r\nhost: ${CANARY}\r\n\r\n`;

const framing: readonly HostileRow[] = [
  {
    name: 'a length and chunks',
    send: () => [post('', ['content-length: 4', 'transfer-encoding: chunked']), chunked([good])],
    expected: [400],
    code,
  },
  {
    name: 'chunks and a length',
    send: () => [post('', ['transfer-encoding: chunked', 'content-length: 4']), chunked([good]), smuggled],
    expected: [400],
    code,
  },
  {
    name: 'two lengths',
    ...given(`content-length: ${good.length}`, 'content-length: 3'),
    expected: [400],
    code,
  },
  {
    name: 'two equal lengths',
    ...given(`content-length: ${good.length}`, `content-length: ${good.length}`),
    expected: [400],
    code,
  },
  {
    name: 'two lengths in one',
    ...given(`content-length: ${good.length}, ${good.length}`),
    expected: [400],
    code,
  },
  { name: 'a length with a sign', ...given(`content-length: +${good.length}`), expected: [400], code },
  { name: 'a length in hexadecimal', ...given('content-length: 0x13'), expected: [400], code },
  {
    name: 'chunks by another name',
    send: () => [post('', ['-content-length', 'transfer-encoding: xchunked']), chunked([good])],
    expected: [400],
    code,
  },
  {
    name: 'chunks that are not last',
    send: () => [post('', ['-content-length', 'transfer-encoding: chunked, identity']), chunked([good])],
    expected: [400],
    code,
  },
  {
    name: 'chunks twice',
    send: () => [
      post('', ['-content-length', 'transfer-encoding: chunked', 'transfer-encoding: chunked']),
      chunked([good]),
    ],
    expected: [400],
    code,
  },
  {
    name: 'chunks behind a tab',
    send: () => [post('', ['content-length: 4', 'transfer-encoding:\tchunked']), chunked([good])],
    expected: [400],
    code,
  },
  {
    name: 'chunks behind a vertical tab',
    send: () => [post('', ['-content-length', 'transfer-encoding: \u000bchunked']), chunked([good])],
    expected: [400],
    code,
  },
  {
    name: 'a chunk length with a space',
    send: () => [
      post('', ['-content-length', 'transfer-encoding: chunked']),
      `0x3\r\n{}\r\n0\r\n\r\n${smuggled}`,
    ],
    expected: [400],
    code,
  },
  {
    name: 'chunks that end by LF alone',
    send: () => [post('', ['-content-length', 'transfer-encoding: chunked']), `2\n{}\n0\n\n`],
    expected: [400],
    code,
  },
  {
    name: 'lines that end by LF alone',
    send: () => [`POST /graphql HTTP/1.1\nhost: localhost\ncontent-length: 2\n\n{}`],
    expected: [400],
    code,
  },
  { name: 'no host', send: () => [`GET /graphql HTTP/1.1\r\nx-a: ${CANARY}\r\n\r\n`], expected: [400] },
  { name: 'two hosts', send: () => [get('/graphql', [`host: ${CANARY}`])], expected: [400], code },
  {
    name: 'another version',
    send: () => [`GET /graphql HTTP/1.9\r\nhost: localhost\r\nx-a: ${CANARY}\r\n\r\n`],
    expected: [400],
    code,
  },
  {
    name: 'HTTP/2 without being asked',
    send: () => ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    expected: [400],
    code,
  },
  {
    name: 'a method that is none',
    send: () => [`${CANARY} /graphql HTTP/1.1\r\nhost: localhost\r\n\r\n`],
    expected: [400],
    code,
  },
  {
    name: 'a way through to elsewhere',
    send: () => [`CONNECT ${CANARY}:443 HTTP/1.1\r\nhost: localhost\r\n\r\n`],
    expected: 'closed',
  },
  {
    name: 'a method that changes',
    send: () => [get('/graphql').replace('GET', 'DELETE')],
    expected: [405],
    code,
  },
  {
    name: 'TRACE, which would give back what was sent',
    send: () => [get('/graphql', [`x-a: ${CANARY}`]).replace('GET', 'TRACE')],
    expected: [405],
    code,
  },
  { name: 'an expectation that is none', ...given(`expect: ${CANARY}`), expected: [417] },
  { name: 'a path upwards', send: () => [get(`/graphql/../../${CANARY}`)], expected: [404], code },
  { name: 'a URL of elsewhere', send: () => [get(`http://${CANARY}/x`)], expected: [404], code },
  {
    name: 'TLS',
    send: () => [Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03])],
    expected: [400],
    code,
  },
  { name: 'zeros', send: () => [Buffer.alloc(100_000)], expected: [400], code },
];

hostileRun('headers', [...injected, ...sizes, ...twice]);
hostileRun('framing', framing);
