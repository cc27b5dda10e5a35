import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { containsMarker } from '../../../policies/masks/isMasked.ts';
import { CONSTANT } from '../../../policies/masks/mask.ts';
import { EXAMPLE_CONTEXT } from '../../../policies/masks/maskDocs.ts';
import { url } from '../../../policies/masks/url.ts';

const apply = (value: unknown, hosts: readonly string[] | null = null): unknown =>
  url.apply(value, url.parameters.parse({ hosts }), EXAMPLE_CONTEXT);

describe('url', () => {
  it.each([
    { name: 'a port', given: 'http://example.com:8080/me', expected: 'http://example.com:8080/%E2%96%88' },
    {
      name: 'an @ in the path',
      given: 'https://example.com/@hanako',
      expected: 'https://example.com/%E2%96%88',
    },
    {
      name: 'a back slash',
      given: 'https:\\\\example.com\\hanako',
      expected: 'https://example.com/%E2%96%88',
    },
    { name: 'another script', given: 'https://例え.jp/', expected: 'https://xn--r8jz45g.jp/%E2%96%88' },
    { name: 'an IPv4 address in disguise', given: 'http://0xcb.0.113.77/', expected: CONSTANT },
    { name: 'an IPv4 address as one number', given: 'http://3405803853/', expected: CONSTANT },
    { name: 'an IPv6 address', given: 'http://[2001:db8::1]/', expected: CONSTANT },
    { name: 'a bare name', given: 'http://hanako-pc/', expected: CONSTANT },
    { name: 'a bare name with a final dot', given: 'http://hanako-pc./', expected: CONSTANT },
    { name: 'a file', given: 'file:///home/hanako', expected: CONSTANT },
    { name: 'data', given: 'data:text/plain,hanako', expected: CONSTANT },
    { name: 'a blob, whose origin is another’s', given: 'blob:https://example.com/1', expected: CONSTANT },
    { name: 'not text', given: ['https://example.com'], expected: CONSTANT },
  ])('$name', ({ given, expected }) => {
    expect(apply(given)).toBe(expected);
  });

  it('shows listed hosts only, in any case', () => {
    expect(apply('https://WWW.Example.com/7', ['www.EXAMPLE.com'])).toBe('https://www.example.com/%E2%96%88');
    expect(apply('https://a.www.example.com/7', ['www.example.com'])).toBe(CONSTANT);
    expect(apply('https://www.example.com/7', [])).toBe(CONSTANT);
  });

  it('depends on scheme, host and port alone, and is recognised when it comes back', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (given) => {
        const masked = apply(given);
        expect(masked).toBe(apply(new URL(given).origin));
        expect(masked === CONSTANT || containsMarker(masked)).toBe(true);
      }),
    );
  });
});
