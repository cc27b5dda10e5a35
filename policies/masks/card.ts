import { z } from 'zod';
import { FILLER } from './marker.ts';
import { CONSTANT } from './mask.ts';
import type { Mask } from './mask.ts';
import { textOf } from './textOf.ts';

/** Groups of digits with single spaces or hyphens between them. */
const DIGITS = /^[0-9]+(?:[ -][0-9]+)*$/u;
const SEPARATORS = /[ -]/gu;
/** ISO/IEC 7812-1: up to 19 digits; issued cards have at least 13. */
const FEWEST = 13;
const MOST = 19;
/** Nineteen digits with a separator between any two. */
const LONGEST = 37;

/** Shows the last four digits of a payment card's number. */
export const card: Mask<Record<string, never>> = Object.freeze<Mask<Record<string, never>>>({
  kind: 'card',
  doc:
    'Keeps the last four digits, as receipts do (PCI DSS 3.4.1 allows them), and nothing of the issuer. What is not ' +
    'a card number, by length and check digit (ISO/IEC 7812-1), shows the constant: four digits of another number ' +
    'may be too many.',
  reveals: 'part',
  parameters: z.strictObject({}),
  leaves: ['String', 'ID'],
  examples: [
    { name: 'a card number', given: '4242 4242 4242 4242', expected: `${FILLER}4242` },
    { name: 'without separators', given: '378282246310005', expected: `${FILLER}0005` },
    { name: 'a wrong check digit', given: '4242 4242 4242 4241', expected: CONSTANT },
    { name: 'too short', given: '0000 0000', expected: CONSTANT },
  ],
  apply: (value) => {
    const text = textOf(value);
    if (text === null || text.length > LONGEST || !DIGITS.test(text)) return CONSTANT;
    const digits = text.replaceAll(SEPARATORS, '');
    if (digits.length < FEWEST || digits.length > MOST || !hasCheckDigit(digits)) return CONSTANT;
    return FILLER + digits.slice(-4);
  },
});

/** The Luhn formula of ISO/IEC 7812-1, annex B. */
function hasCheckDigit(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
