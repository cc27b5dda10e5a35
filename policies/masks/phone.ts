import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js';
import type { CountryCode } from 'libphonenumber-js';
import { z } from 'zod';
import { FILLER } from './marker.ts';
import { CONSTANT } from './mask.ts';
import type { Mask } from './mask.ts';

interface PhoneParameters {
  readonly country: CountryCode | null;
}

/** Generous for an E.164 number of 15 digits with separators and an extension. */
const LONGEST = 64;

/** Shows the country calling code of a telephone number. */
export const phone: Mask<PhoneParameters> = Object.freeze<Mask<PhoneParameters>>({
  kind: 'phone',
  doc:
    'Keeps the country calling code and no digit of the number itself: area codes and last digits together with ' +
    'other fields identify people. What is not a possible number shows the constant.',
  reveals: 'part',
  parameters: z.strictObject({
    country: z
      .string()
      .refine(isSupportedCountry, {
        message: 'Expected an ISO 3166-1 country code in capitals, such as `JP`.',
      })
      .nullable()
      .default(null)
      .describe('Country (ISO 3166-1, e.g. `JP`) of numbers written without a calling code. Default: none.'),
  }),
  leaves: ['String'],
  examples: [
    { name: 'international', given: '+81 90-1234-5678', expected: `+81 ${FILLER}` },
    { name: 'national', parameters: { country: 'JP' }, given: '090-1234-5678', expected: `+81 ${FILLER}` },
    { name: 'national, of an unknown country', given: '090-1234-5678', expected: CONSTANT },
    { name: 'not a number', given: 'call me', expected: CONSTANT },
  ],
  apply: (value, { country }) => {
    if (typeof value !== 'string' || value.length > LONGEST) return CONSTANT;
    const number = parsePhoneNumberFromString(value, {
      extract: false,
      ...(country === null ? {} : { defaultCountry: country }),
    });
    return number?.isPossible() === true ? `+${number.countryCallingCode} ${FILLER}` : CONSTANT;
  },
});
