import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { email } from '../../../policies/masks/email.ts';
import { FILLER } from '../../../policies/masks/marker.ts';
import { CONSTANT } from '../../../policies/masks/mask.ts';
import { EXAMPLE_CONTEXT } from '../../../policies/masks/maskDocs.ts';
import { PUBLIC_MAIL_PROVIDERS } from '../../../policies/masks/publicMailProviders.ts';

const defaults = email.parameters.parse({});
const apply = (value: unknown): unknown => email.apply(value, defaults, EXAMPLE_CONTEXT);

describe('email', () => {
  it.each([
    {
      name: 'an @ in quotes',
      given: '"hanako@gmail.com"@suzuki.example',
      expected: `${FILLER}@masked.invalid`,
    },
    { name: 'a subdomain of a provider', given: 'x@hanako.gmail.com', expected: `${FILLER}@masked.invalid` },
    {
      name: 'a domain that ends like a provider',
      given: 'x@notgmail.com',
      expected: `${FILLER}@masked.invalid`,
    },
    { name: 'a space after it', given: 'x@gmail.com ', expected: `${FILLER}@masked.invalid` },
    { name: 'a property of all objects', given: 'x@constructor', expected: `${FILLER}@masked.invalid` },
    { name: 'no local part', given: '@gmail.com', expected: CONSTANT },
    { name: 'no domain', given: 'hanako@', expected: CONSTANT },
    { name: 'too long for an address', given: `${'x'.repeat(400)}@gmail.com`, expected: CONSTANT },
  ])('$name', ({ given, expected }) => {
    expect(apply(given)).toBe(expected);
  });

  it('shows the same for any two local parts at one provider', () => {
    const local = fc.string({ minLength: 1, maxLength: 64 });
    fc.assert(
      fc.property(local, local, fc.constantFrom(...PUBLIC_MAIL_PROVIDERS), (one, other, domain) => {
        expect(apply(`${one}@${domain}`)).toBe(`${FILLER}@${domain}`);
        expect(apply(`${other}@${domain}`)).toBe(apply(`${one}@${domain}`));
      }),
    );
  });

  it('shows the same for any two domains that are not listed', () => {
    fc.assert(
      fc.property(fc.domain(), fc.domain(), (one, other) => {
        fc.pre([one, other].every((domain) => !PUBLIC_MAIL_PROVIDERS.includes(domain)));
        return apply(`hanako@${one}`) === apply(`hanako@${other}`);
      }),
    );
  });

  it('lists providers in lower case, each once', () => {
    expect(PUBLIC_MAIL_PROVIDERS.every((domain) => domain === domain.toLowerCase())).toBe(true);
    expect(new Set(PUBLIC_MAIL_PROVIDERS).size).toBe(PUBLIC_MAIL_PROVIDERS.length);
  });
});
