import { describe, expect, it } from 'vitest';
import { chooseMask } from '../../../policies/masks/chooseMask.ts';
import { denialConstant } from '../../../policies/masks/denialConstant.ts';
import { formatOf } from '../../../policies/masks/formatOf.ts';
import type { LeafType } from '../../../policies/masks/mask.ts';
import { maskPolicy } from './maskPolicy.ts';

const policy = maskPolicy();
const leaf = (kind: LeafType['kind'], values: readonly string[] = []): LeafType => ({
  kind,
  name: kind,
  values,
});

describe('denialConstant', () => {
  it.each([
    {
      name: 'text',
      leaf: leaf('String'),
      category: 'contact.email',
      expected: { holds: true, value: '█████@masked.invalid' },
    },
    {
      name: 'text with a constant of the author’s',
      leaf: leaf('String'),
      category: 'usage.kind',
      expected: { holds: true, value: '█████' },
    },
    {
      name: 'an enum with one',
      leaf: leaf('Enum', ['UNDISCLOSED']),
      category: 'usage.kind',
      expected: { holds: true, value: 'UNDISCLOSED' },
    },
    {
      name: 'an enum that lacks it',
      leaf: leaf('Enum', ['VIEW']),
      category: 'usage.kind',
      expected: { holds: false },
    },
    {
      name: 'an enum without one',
      leaf: leaf('Enum', ['VIEW']),
      category: 'contact.email',
      expected: { holds: false },
    },
    {
      name: 'a number with a mask that shows a part',
      leaf: leaf('Int'),
      category: 'usage.time',
      expected: { holds: false },
    },
  ])('$name', ({ leaf, category, expected }) => {
    const chosen = chooseMask(policy, [category], [], 'internal', leaf);
    expect(denialConstant(chosen, leaf, formatOf(policy, [category]), policy.scalars)).toEqual(expected);
  });

  it('never takes the answer of a mask that shows a part, whatever that answer is', () => {
    const int = leaf('Int');
    const chosen = chooseMask(policy, ['usage.time'], [], 'internal', int);
    if (chosen.kind !== 'mask') throw new Error('expected the mask of the category');
    const careless = { ...chosen, mask: { ...chosen.mask, apply: () => 0 } };
    expect(denialConstant(careless, int, 'text', policy.scalars)).toEqual({ holds: false });
  });
});
