import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { containsMarker } from '../../../policies/masks/isMasked.ts';
import { FILLER } from '../../../policies/masks/marker.ts';

describe('containsMarker', () => {
  it.each([
    { name: 'as it stands', given: `Dear ${FILLER}` },
    { name: 'percent-encoded', given: 'https://example.com/%E2%96%88' },
    { name: 'percent-encoded in small letters', given: 'q=%e2%96%88' },
    { name: 'percent-encoded twice', given: 'https://a.example/?next=%25E2%2596%2588' },
    { name: 'escaped as in JSON', given: '{"name":"\\u2588"}' },
    { name: 'escaped as in JavaScript', given: '\\u{2588}' },
    { name: 'escaped as in CSS', given: 'content: "\\2588"' },
    { name: 'a decimal entity', given: '<b>&#9608;</b>' },
    { name: 'a hexadecimal entity', given: '&#x2588;' },
    { name: 'a named entity', given: '&block;' },
    { name: 'a masked address without its odd characters', given: 'someone@MASKED.invalid' },
    { name: 'a masked IP address', given: '100::2588 ' },
    { name: 'in a list of objects', given: [{ a: [null, { email: FILLER }] }] },
    { name: 'in a key', given: { metadata: { [FILLER]: 1 } } },
    { name: 'under the key __proto__', given: JSON.parse(`{"__proto__":{"name":"${FILLER}"}}`) },
    { name: 'in an object without a prototype', given: Object.assign(Object.create(null), { name: FILLER }) },
    { name: 'in a boxed text', given: new String(FILLER) },
    { name: 'behind a getter that throws', given: throwing() },
  ])('finds the marker $name', ({ given }) => {
    expect(containsMarker(given)).toBe(true);
  });

  it.each([
    { name: 'plain text', given: 'Hanako' },
    { name: 'other blocks', given: '▇▉░' },
    { name: 'its number in plain', given: '2588 and 9608' },
    { name: 'half of its encoding', given: '%E2%96' },
    { name: 'an address within a longer text', given: '100::25880' },
    { name: 'another reserved host', given: 'a@example.invalid' },
    { name: 'what is inherited', given: Object.create({ name: FILLER }) },
    { name: 'null', given: null },
    { name: 'nothing', given: undefined },
    { name: 'a number', given: 2588 },
    { name: 'a big integer', given: 2588n },
    { name: 'a symbol', given: Symbol(FILLER) },
    { name: 'empty ones', given: [{}, [], ''] },
  ])('finds none in $name', ({ given }) => {
    expect(containsMarker(given)).toBe(false);
  });

  it('finds it at any depth, without a stack to overflow', () => {
    expect(containsMarker(nested(FILLER))).toBe(true);
    expect(containsMarker(nested('Hanako'))).toBe(false);
  });

  it('ends on cycles', () => {
    const cyclic: Record<string, unknown> = { name: 'Hanako' };
    cyclic['self'] = [cyclic, { cyclic }];
    expect(containsMarker(cyclic)).toBe(false);
    cyclic['other'] = FILLER;
    expect(containsMarker(cyclic)).toBe(true);
  });

  it.each(['%25', '%', '\\u', '&#x0', '&#0', '\\', 'masked.', '\\u{0'])('reads megabytes of %j', (unit) => {
    const started = performance.now();
    expect(containsMarker(unit.repeat(1_000_000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it('finds it in any JSON, wherever it is put', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.array(fc.oneof(fc.string(), fc.constant(0)), { maxLength: 5 }),
        (json, path) => {
          fc.pre(!JSON.stringify(json).includes('█'));
          const placed = path.reduce<unknown>(
            (inner, key) => (key === 0 ? [json, inner] : { other: json, [key]: inner }),
            `x${FILLER}`,
          );
          return containsMarker(placed) && !containsMarker(json);
        },
      ),
    );
  });
});

function throwing(): unknown {
  return Object.defineProperty({}, 'name', {
    enumerable: true,
    get() {
      throw new Error('touched');
    },
  });
}

function nested(innermost: unknown): unknown {
  let value = innermost;
  for (let depth = 0; depth < 200_000; depth++) value = depth % 2 === 0 ? [value] : { value };
  return value;
}
