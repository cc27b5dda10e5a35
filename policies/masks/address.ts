import { z } from 'zod';
import { FILLER } from './marker.ts';
import { CONSTANT } from './mask.ts';
import type { Mask } from './mask.ts';
import { PREFECTURES } from './prefectures.ts';

interface AddressParameters {
  /** Plain form → what is shown. */
  readonly regions: ReadonlyMap<string, string>;
}

/** Longer than any postal address; what is longer is not one. */
const LONGEST = 512;

/** Romanised addresses end in the region, perhaps with a postal code and a country after it. */
const LAST_LINES = 3;

const LEADING_POSTAL_CODE = /^(?:日本(?:国)?[,、\s]*)?〒?\s*(?:[0-9０-９]{3}[-‐－ー]?[0-9０-９]{4})?\s*/u;
/** Around a romanised region: seven digits in Japan, five or nine in the United States. */
const POSTAL_CODE_AROUND =
  /^〒?(?:[0-9]{3}-?[0-9]{4}|[0-9]{5}(?:-[0-9]{4})?)\s+|\s*〒?(?:[0-9]{3}-?[0-9]{4}|[0-9]{5}(?:-[0-9]{4})?)$/gu;
const COMMAS = /[,\n、]/u;
const PREFECTURE_SUFFIX = /(?:[- ](?:to|do|fu|ken)| prefecture| metropolis)$/u;
const MARKS = /\p{M}/gu;

const JAPANESE = PREFECTURES.map(([full]) => ({ full, bare: full.replace(/[都府県]$/u, '') }));

const ROMANISED: ReadonlyMap<string, string> = new Map(
  PREFECTURES.map(([, romanised]) => [romanised.toLowerCase(), romanised]),
);

/** Shows the prefecture or region of an address. */
export const address: Mask<AddressParameters> = Object.freeze<Mask<AddressParameters>>({
  kind: 'address',
  doc:
    'Keeps the prefecture, which hundreds of thousands share, where the address plainly states one: at its start in ' +
    'Japanese, as one of the last lines when romanised. Any other address shows the constant, unless the policy ' +
    'lists its region. Postal code, city, street and building are never shown.',
  reveals: 'part',
  parameters: z.strictObject({
    regions: z
      .array(z.string().min(1))
      .default([])
      .transform(
        (regions): ReadonlyMap<string, string> => new Map(regions.map((region) => [plain(region), region])),
      )
      .describe('Further regions that may be shown, e.g. `California`. Default: none.'),
  }),
  leaves: ['String'],
  examples: [
    { name: 'Japanese', given: '〒150-6006 東京都渋谷区恵比寿4-20-3', expected: `東京都${FILLER}` },
    {
      name: 'a city whose name looks like a prefecture',
      given: '東京都府中市宮西町',
      expected: `東京都${FILLER}`,
    },
    { name: 'a prefecture alone', given: '大阪', expected: `大阪府${FILLER}` },
    {
      name: 'romanised',
      given: '4-20-3 Ebisu, Shibuya-ku, Tokyo 150-6006, Japan',
      expected: `Tokyo ${FILLER}`,
    },
    { name: 'romanised, with the suffix', given: 'Kōchi-ken', expected: `Kochi ${FILLER}` },
    {
      name: 'a region that the policy lists',
      parameters: { regions: ['California'] },
      given: '1 Main Street, Springfield, California 90001, USA',
      expected: `California ${FILLER}`,
    },
    { name: 'no region', given: '1 Main Street, Springfield', expected: CONSTANT },
  ],
  apply: (value, { regions }) => {
    if (typeof value !== 'string' || value.length > LONGEST) return CONSTANT;
    const japanese = japanesePrefecture(value);
    if (japanese !== null) return japanese + FILLER;
    const region = statedRegion(value, regions);
    return region === null ? CONSTANT : `${region} ${FILLER}`;
  },
});

/** At the start only: `東京都府中市` contains `京都府`. A bare `大阪` counts if nothing follows it. */
function japanesePrefecture(value: string): string | null {
  const text = value.normalize('NFC').trim().replace(LEADING_POSTAL_CODE, '');
  return JAPANESE.find(({ full, bare }) => text.startsWith(full) || text === bare)?.full ?? null;
}

/** The last line that is nothing but a region, since a romanised address goes from small to large. */
function statedRegion(value: string, regions: ReadonlyMap<string, string>): string | null {
  for (const line of value.split(COMMAS).slice(-LAST_LINES).reverse()) {
    const key = plain(line.trim().replace(POSTAL_CODE_AROUND, ''));
    const region = regions.get(key) ?? ROMANISED.get(key.replace(PREFECTURE_SUFFIX, ''));
    if (region !== undefined) return region;
  }
  return null;
}

/** Without case, macrons and outer spaces: `Kōchi` is `kochi`. */
function plain(text: string): string {
  return text.normalize('NFD').replace(MARKS, '').trim().toLowerCase();
}
