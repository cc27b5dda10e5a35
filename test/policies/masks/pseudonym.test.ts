import { createSecretKey } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { containsMarker } from '../../../policies/masks/isMasked.ts';
import { CONSTANT } from '../../../policies/masks/mask.ts';
import type { MaskContext } from '../../../policies/masks/mask.ts';
import { EXAMPLE_CONTEXT } from '../../../policies/masks/maskDocs.ts';
import { pseudonym } from '../../../policies/masks/pseudonym.ts';

const apply = (value: unknown, changed: Partial<MaskContext> = {}): unknown =>
  pseudonym.apply(value, {}, { ...EXAMPLE_CONTEXT, ...changed });

describe('pseudonym', () => {
  const token = apply('hanako_1990');

  it('is the same for the same, whether the ID came as a number or as text', () => {
    expect(apply('hanako_1990')).toBe(token);
    expect(apply(42)).toBe(apply('42'));
  });

  it.each([
    { name: 'purpose', changed: { purpose: 'marketing.recommendation' } },
    { name: 'recipient', changed: { recipient: 'group' } },
    { name: 'category', changed: { category: 'account.nickname' } },
    { name: 'subject', changed: { subject: 'user:u_2' } },
    {
      name: 'secret',
      changed: { pseudonymKey: { id: 'k1', secret: createSecretKey(new Uint8Array(32).fill(1)) } },
    },
    { name: 'key id', changed: { pseudonymKey: { id: 'k2', secret: createSecretKey(new Uint8Array(32)) } } },
  ])('is another for another $name', ({ changed }) => {
    expect(apply('hanako_1990', changed)).toMatch(/^█k[12]\.[\w-]{22}$/u);
    expect(apply('hanako_1990', changed)).not.toBe(token);
  });

  it.each([
    { name: 'key', changed: { pseudonymKey: null } },
    {
      name: 'key worth the name',
      changed: { pseudonymKey: { id: 'k1', secret: createSecretKey(new Uint8Array(15)) } },
    },
    { name: 'subject', changed: { subject: null } },
    { name: 'subject but an empty one', changed: { subject: '' } },
  ])('is the constant where there is no $name', ({ changed }) => {
    expect(apply('hanako_1990', changed)).toBe(CONSTANT);
  });

  it('never takes one list of parts for another', () => {
    const part = fc.string({ unit: fc.constantFrom('1', '2', ':', 'a', '|', '\u0000'), maxLength: 4 });
    const parts = fc.record({ purpose: part, recipient: part, category: part, subject: part, value: part });
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        fc.pre(one.subject !== '' && other.subject !== '');
        const same = JSON.stringify(one) === JSON.stringify(other);
        return (apply(one.value, one) === apply(other.value, other)) === same;
      }),
      {
        numRuns: 500,
        examples: [
          [shift('a', 'b1:'), shift('a1', ':b1:')],
          [shift('a:b', 'c'), shift('a', 'b:c')],
        ],
      },
    );
  });

  it('does not contain the value and is recognised when it comes back', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 5 }), (value) => {
        const masked = String(apply(value));
        return !masked.includes(value) && containsMarker(masked);
      }),
    );
  });
});

function shift(category: string, subject: string) {
  return { purpose: 'p', recipient: 'r', category, subject, value: 'v' };
}
