import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { address } from '../../../policies/masks/address.ts';
import { FILLER } from '../../../policies/masks/marker.ts';
import { CONSTANT } from '../../../policies/masks/mask.ts';
import { EXAMPLE_CONTEXT } from '../../../policies/masks/maskDocs.ts';
import { PREFECTURES } from '../../../policies/masks/prefectures.ts';

const parameters = address.parameters.parse({ regions: ['Île-de-France', '__proto__'] });
const apply = (value: unknown): unknown => address.apply(value, parameters, EXAMPLE_CONTEXT);

describe('address', () => {
  it.each([
    {
      name: 'a postal code in full width',
      given: '１５０－６００６　東京都渋谷区',
      expected: `東京都${FILLER}`,
    },
    { name: 'the country in front', given: '日本、〒530-0001 大阪府大阪市', expected: `大阪府${FILLER}` },
    { name: 'a prefecture later on', given: '府中市、東京都', expected: CONSTANT },
    { name: 'a bare name with more after it', given: '京都市中京区', expected: CONSTANT },
    { name: 'Hokkaido, which has no suffix', given: '北海道', expected: `北海道${FILLER}` },
    { name: 'half of Hokkaido', given: '北海', expected: CONSTANT },
    { name: 'macrons', given: 'Nishi-ku, Ōsaka-fu', expected: `Osaka ${FILLER}` },
    { name: 'the postal code first', given: 'Ebisu, 150-6006 Tokyo', expected: `Tokyo ${FILLER}` },
    {
      name: 'as the policy’s own document writes it',
      given: '4-20-3 Ebisu, Shibuya-ku, Tokyo150-6006',
      expected: `Tokyo ${FILLER}`,
    },
    {
      name: 'a ward called like a prefecture',
      given: '1-2 Fukushima-ku, Osaka',
      expected: `Osaka ${FILLER}`,
    },
    { name: 'a street called like a prefecture', given: 'Nara 12, Wien', expected: CONSTANT },
    { name: 'a prefecture in a name', given: 'Tokyo Tower, Minato', expected: CONSTANT },
    {
      name: 'a first line called like a prefecture',
      given: 'Nara, 1 Main Street, Springfield, USA',
      expected: CONSTANT,
    },
    {
      name: 'a listed region, in other letters',
      given: '1 rue X, ile-de-france',
      expected: `Île-de-France ${FILLER}`,
    },
    { name: 'too long for an address', given: `東京都${'x'.repeat(600)}`, expected: CONSTANT },
    { name: 'not text', given: { prefecture: '東京都' }, expected: CONSTANT },
  ])('$name', ({ given, expected }) => {
    expect(apply(given)).toBe(expected);
  });

  it('knows all 47 prefectures, and no other region of its own', () => {
    expect(PREFECTURES).toHaveLength(47);
    const shown = new Set<unknown>();
    for (const [japanese, romanised] of PREFECTURES) {
      expect(apply(`${japanese}中央1-2-3`)).toBe(`${japanese}${FILLER}`);
      expect(apply(`1-2-3 Chuo, ${romanised}`)).toBe(`${romanised} ${FILLER}`);
      shown.add(apply(japanese));
    }
    expect(shown.size).toBe(47);
  });

  it('shows the same for all addresses of a prefecture', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(...PREFECTURES), (rest, [japanese]) => {
        expect(apply(`${japanese}${rest}`)).toBe(`${japanese}${FILLER}`);
      }),
    );
  });
});
