import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { utf8 } from '../../../gateway/http/utf8.ts';

it('gives the bytes that Node gives, of any JSON', () => {
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.constantFrom('', 'a', 'é', '█', '日本', '😀'),
      fc.nat(6_000),
      (value, fill, times) => {
        const text = JSON.stringify([value, fill.repeat(times), '\ud800']);
        expect(utf8(text).equals(Buffer.from(text))).toBe(true);
      },
    ),
  );
});
