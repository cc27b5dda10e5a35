import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { applyMask } from '../../../policies/masks/applyMask.ts';
import type { ChosenMask } from '../../../policies/masks/chooseMask.ts';
import { CONSTANT } from '../../../policies/masks/mask.ts';
import type { LeafType, Mask } from '../../../policies/masks/mask.ts';
import { EXAMPLE_CONTEXT } from '../../../policies/masks/maskDocs.ts';

/** A mask that answers with what it is told: the misbehaving ones that applying must survive. */
function answering(
  answer: (value: unknown) => unknown,
  reveals: Mask<unknown>['reveals'] = 'part',
): ChosenMask {
  const mask: Mask<unknown> = {
    kind: 'answering',
    doc: '',
    reveals,
    parameters: z.unknown(),
    leaves: [],
    examples: [],
    apply: answer,
  };
  return { kind: 'mask', mask, parameters: null, category: 'contact.email' };
}

const leaf = (kind: LeafType['kind'], values: readonly string[] = []): LeafType => ({
  kind,
  name: kind,
  values,
});

describe('applyMask', () => {
  it.each([
    { name: 'text for text', leaf: leaf('String'), answer: 'x', expected: 'x' },
    { name: 'a number for text', leaf: leaf('String'), answer: 1, expected: CONSTANT },
    { name: 'a number for an ID', leaf: leaf('ID'), answer: 1, expected: CONSTANT },
    { name: 'text for a number', leaf: leaf('Int'), answer: '1', expected: CONSTANT },
    { name: 'a fraction for an Int', leaf: leaf('Int'), answer: 1.5, expected: CONSTANT },
    { name: 'the largest Int', leaf: leaf('Int'), answer: 2_147_483_647, expected: 2_147_483_647 },
    { name: 'one more', leaf: leaf('Int'), answer: 2_147_483_648, expected: CONSTANT },
    { name: 'the smallest Int', leaf: leaf('Int'), answer: -2_147_483_648, expected: -2_147_483_648 },
    { name: 'one less', leaf: leaf('Int'), answer: -2_147_483_649, expected: CONSTANT },
    { name: 'a fraction for a Float', leaf: leaf('Float'), answer: 1.5, expected: 1.5 },
    { name: 'NaN for a Float', leaf: leaf('Float'), answer: Number.NaN, expected: CONSTANT },
    { name: 'infinity for a Float', leaf: leaf('Float'), answer: Infinity, expected: CONSTANT },
    { name: 'a truth for a Boolean', leaf: leaf('Boolean'), answer: false, expected: false },
    { name: 'a nought for a Boolean', leaf: leaf('Boolean'), answer: 0, expected: CONSTANT },
    { name: 'a value of the enum', leaf: leaf('Enum', ['A', 'B']), answer: 'B', expected: 'B' },
    { name: 'a value of another', leaf: leaf('Enum', ['A', 'B']), answer: 'C', expected: CONSTANT },
    {
      name: 'what all arrays have, for an enum',
      leaf: leaf('Enum', ['A']),
      answer: 'length',
      expected: CONSTANT,
    },
    { name: 'an object', leaf: leaf('Scalar'), answer: { value: 'x' }, expected: CONSTANT },
    { name: 'a list', leaf: leaf('String'), answer: ['x'], expected: CONSTANT },
    { name: 'null', leaf: leaf('String'), answer: null, expected: CONSTANT },
    { name: 'nothing', leaf: leaf('String'), answer: undefined, expected: CONSTANT },
    { name: 'a big integer', leaf: leaf('Int'), answer: 1n, expected: CONSTANT },
    { name: 'a boxed text', leaf: leaf('String'), answer: new String('x'), expected: CONSTANT },
    { name: 'the constant', leaf: leaf('String'), answer: CONSTANT, expected: CONSTANT },
  ])('a mask that gives $name', ({ leaf, answer, expected }) => {
    expect(
      applyMask(
        answering(() => answer),
        'given',
        leaf,
        EXAMPLE_CONTEXT,
      ),
    ).toBe(expected);
  });

  it('gives the constant where the mask throws, whatever it throws', () => {
    const thrown: readonly unknown[] = [new Error('no'), 'text', null, undefined];
    for (const reason of thrown) {
      const failing = answering(() => {
        // oxlint-disable-next-line typescript/only-throw-error -- masks use libraries, which may throw anything
        throw reason;
      });
      expect(applyMask(failing, 'given', leaf('String'), EXAMPLE_CONTEXT)).toBe(CONSTANT);
    }
  });

  it('gives the constant where the mask is the constant, whatever the value', () => {
    expect(applyMask({ kind: 'constant' }, 'given', leaf('String'), EXAMPLE_CONTEXT)).toBe(CONSTANT);
  });

  it('keeps the kind of a custom scalar’s value, but for the author’s own constant', () => {
    const scalar = leaf('Scalar');
    expect(
      applyMask(
        answering(() => 'x'),
        'given',
        scalar,
        EXAMPLE_CONTEXT,
      ),
    ).toBe('x');
    expect(
      applyMask(
        answering(() => 'x'),
        12,
        scalar,
        EXAMPLE_CONTEXT,
      ),
    ).toBe(CONSTANT);
    expect(
      applyMask(
        answering(() => 'x', 'nothing'),
        12,
        scalar,
        EXAMPLE_CONTEXT,
      ),
    ).toBe('x');
  });
});
