import { describe, expect, it } from 'vitest';
import { constantFor } from '../../../policies/masks/constantFor.ts';
import { containsMarker } from '../../../policies/masks/isMasked.ts';
import type { LeafType } from '../../../policies/masks/mask.ts';

const FORMATS = ['text', 'email', 'url', 'ip', 'phone'] as const;
const leaf = (kind: LeafType['kind'], name: string = kind, values: readonly string[] = []): LeafType => ({
  kind,
  name,
  values,
});
const scalars = new Map<string, string | number | boolean>([
  ['DateTime', '1970-01-01T00:00:00Z'],
  ['Int', 0],
  ['Float', 0.5],
  ['Long', Number.NaN],
  ['String', 'not this'],
  ['ID', 'nor this'],
  ['Kind', 'A'],
]);
const none = new Map<string, string>();

describe('constantFor', () => {
  it.each([
    { name: 'an ID', given: leaf('ID'), scalars, expected: { holds: true, value: '█████' } },
    { name: 'an Int of the policy', given: leaf('Int'), scalars, expected: { holds: true, value: 0 } },
    { name: 'a Float of the policy', given: leaf('Float'), scalars, expected: { holds: true, value: 0.5 } },
    { name: 'a Boolean that the policy lacks', given: leaf('Boolean'), scalars, expected: { holds: false } },
    { name: 'an Int without a policy', given: leaf('Int'), scalars: none, expected: { holds: false } },
    {
      name: 'an Int that is too large',
      given: leaf('Int'),
      scalars: new Map([['Int', 2 ** 31]]),
      expected: { holds: false },
    },
    {
      name: 'an Int that is text',
      given: leaf('Int'),
      scalars: new Map([['Int', '0']]),
      expected: { holds: false },
    },
    {
      name: 'an enum, whatever the policy',
      given: leaf('Enum', 'Kind', ['A']),
      scalars,
      expected: { holds: false },
    },
    {
      name: 'a scalar',
      given: leaf('Scalar', 'DateTime'),
      scalars,
      expected: { holds: true, value: '1970-01-01T00:00:00Z' },
    },
    {
      name: 'a scalar that the policy lacks',
      given: leaf('Scalar', 'JSON'),
      scalars,
      expected: { holds: false },
    },
    { name: 'a scalar of no number', given: leaf('Scalar', 'Long'), scalars, expected: { holds: false } },
    {
      name: 'a scalar called like a property',
      given: leaf('Scalar', 'constructor'),
      scalars,
      expected: { holds: false },
    },
  ])('$name', ({ given, scalars, expected }) => {
    expect(constantFor(given, 'text', scalars)).toEqual(expected);
  });

  it.each(FORMATS)('gives %s that is recognised when it comes back', (format) => {
    const constant = constantFor(leaf('String'), format, scalars);
    expect(constant.holds && typeof constant.value === 'string' && containsMarker(constant.value)).toBe(true);
  });

  it('gives e-mail addresses and URLs of a host that cannot exist', () => {
    const email = constantFor(leaf('String'), 'email', none);
    const url = constantFor(leaf('String'), 'url', none);
    expect(email.holds && email.value).toMatch(/^█+@[a-z.]+\.invalid$/u);
    expect(url.holds && new URL(String(url.value)).hostname).toMatch(/\.invalid$/u);
  });
});
