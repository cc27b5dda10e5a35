import { describe, expect, it } from 'vitest';
import { CALLER_HEADERS } from '../../../gateway/callers/caller.ts';
import { forwardedHeaders } from '../../../gateway/execute/forwardedHeaders.ts';
import { CALLER_HEADER } from '../../../policies/consent/callerToken.ts';
import { CONTEXT_HEADER } from '../../../policies/context/subgraphContext.ts';

const request = new Headers({
  authorization: 'Bearer t',
  'accept-language': 'ja',
  'x-tenant': 'a, b',
  cookie: 'c=d',
});

describe('headers of a request that go on', () => {
  it.each([
    { name: 'none by default', given: [], expected: [] },
    {
      name: 'those named, in small letters',
      given: ['Accept-Language'],
      expected: ['accept-language', 'ja'],
    },
    {
      name: 'each once',
      given: ['X-Tenant', 'x-tenant', 'cookie'],
      expected: ['x-tenant', 'a, b', 'cookie', 'c=d'],
    },
    { name: 'not what is absent', given: ['x-other', 'tracestate'], expected: [] },
    {
      name: 'the token where it is named',
      given: ['authorization'],
      expected: ['authorization', 'Bearer t'],
    },
  ])('$name', ({ given, expected }) => {
    expect(forwardedHeaders(given)(request)).toEqual(expected);
  });

  it('are none where the request has none', () => {
    expect(forwardedHeaders(['x-tenant'])(undefined)).toEqual([]);
  });
});

const OF_OTHERS =
  `host connection keep-alive proxy-authorization proxy-connection te trailer upgrade transfer-encoding
  expect http2-settings traceparent accept accept-encoding content-length content-type content-encoding x:y :path é * x-*`
    .split(/\s+/)
    .concat('', ' ', 'x y', 'x\r\ny');

describe('a header that may not be forwarded', () => {
  const refused = [
    ...CALLER_HEADERS.filter((name) => name !== 'authorization'),
    CALLER_HEADER,
    CONTEXT_HEADER,
    'client-cert-chain',
    ...OF_OTHERS,
  ];
  it.each(refused.flatMap((name) => [name, name.toUpperCase()]))('%j', (name) => {
    expect(() => forwardedHeaders(['x-tenant', name])).toThrow(/^--forward-header "/);
  });
});
