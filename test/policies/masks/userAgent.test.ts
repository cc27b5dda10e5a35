import { BROWSER_MAP } from 'bowser';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FILLER } from '../../../policies/masks/marker.ts';
import { CONSTANT } from '../../../policies/masks/mask.ts';
import { EXAMPLE_CONTEXT } from '../../../policies/masks/maskDocs.ts';
import { userAgent } from '../../../policies/masks/userAgent.ts';

const apply = (value: unknown): unknown => userAgent.apply(value, {}, EXAMPLE_CONTEXT);

describe('userAgent', () => {
  it.each([
    {
      name: 'Firefox on Windows',
      given: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:121.0) Gecko/20100101 Firefox/121.0',
      expected: `Firefox ${FILLER}`,
    },
    {
      name: 'Safari on a telephone',
      given:
        'Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.2 Mobile/15E148 Safari/604.1',
      expected: `Safari ${FILLER}`,
    },
    { name: 'a first word that is personal', given: 'hanako-suzuki/1.2 (home)', expected: CONSTANT },
    {
      name: 'a name behind 512 other characters',
      given: `${'x'.repeat(512)} Firefox/121.0`,
      expected: CONSTANT,
    },
    { name: 'nothing', given: '', expected: CONSTANT },
    { name: 'not text', given: 5, expected: CONSTANT },
  ])('$name', ({ given, expected }) => {
    expect(apply(given)).toBe(expected);
  });

  it('shows only names from the list of known families', () => {
    const known = new Set<unknown>(Object.values(BROWSER_MAP).map((family) => `${family} ${FILLER}`));
    fc.assert(
      fc.property(fc.stringMatching(/^[\w./;() -]{1,80}$/u), (given) => {
        const masked = apply(given);
        return masked === CONSTANT || known.has(masked);
      }),
    );
  });
});
