import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyMask } from '../../../policies/masks/applyMask.ts';
import { fitsLeaf } from '../../../policies/masks/fitsLeaf.ts';
import { CONSTANT } from '../../../policies/masks/mask.ts';
import type { LeafType, Mask } from '../../../policies/masks/mask.ts';
import { EXAMPLE_CONTEXT } from '../../../policies/masks/maskDocs.ts';
import { MASKS, maskOfKind } from '../../../policies/masks/registry.ts';
import { LONG_TEXTS, ODD_TEXTS, ODD_VALUES } from './oddValues.ts';

const LEAVES: readonly LeafType[] = [
  { kind: 'String', name: 'String', values: [] },
  { kind: 'ID', name: 'ID', values: [] },
  { kind: 'Int', name: 'Int', values: [] },
  { kind: 'Float', name: 'Float', values: [] },
  { kind: 'Boolean', name: 'Boolean', values: [] },
  { kind: 'Enum', name: 'Status', values: ['UNDISCLOSED', 'MARRIED'] },
  { kind: 'Scalar', name: 'DateTime', values: [] },
];

/** Parameters that show as much as each mask may, so that what follows is about the loosest mask of its kind. */
const LOOSEST: Readonly<Record<string, unknown>> = {
  partial: { start: 2, end: 2 },
  phone: { country: 'JP' },
  date: { unit: 'hour', notBefore: '0001-01-01' },
  number: { unit: 1, atLeast: -1e300, atMost: 1e300 },
  value: { value: 'UNDISCLOSED' },
};

const parsed = (mask: Mask<unknown>, parameters: unknown): unknown => mask.parameters.parse(parameters ?? {});
const kinds = MASKS.map((mask) => ({ kind: mask.kind, mask, parameters: parsed(mask, LOOSEST[mask.kind]) }));

describe('the registry', () => {
  it('holds the masks of the design, each once, frozen', () => {
    expect(MASKS.map(({ kind }) => kind).toSorted()).toEqual(
      ['address card constant date email ip name number partial phone pseudonym url userAgent value'].flatMap(
        (kinds) => kinds.split(' '),
      ),
    );
    expect(Object.isFrozen(MASKS) && MASKS.every((mask) => Object.isFrozen(mask))).toBe(true);
  });

  it.each(MASKS.map(({ kind }) => kind))('finds %s', (kind) => {
    expect(maskOfKind(kind)?.kind).toBe(kind);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', 'Partial'])(
    'knows no %j',
    (kind) => {
      expect(maskOfKind(kind)).toBeUndefined();
    },
  );
});

describe('examples', () => {
  const examples = MASKS.flatMap((mask) =>
    mask.examples.map((example) => ({ ...example, title: `${mask.kind}: ${example.name}`, mask })),
  );

  it.each(examples)('$title', ({ mask, parameters, given, expected }) => {
    expect(mask.apply(given, parsed(mask, parameters), EXAMPLE_CONTEXT)).toEqual(expected);
  });

  it.each(kinds)(
    '$kind shows what it gives and, but for `value`, what it does not take',
    ({ mask, kind }) => {
      expect(mask.examples.some(({ expected }) => expected !== CONSTANT)).toBe(kind !== 'constant');
      expect(mask.examples.some(({ expected }) => expected === CONSTANT)).toBe(kind !== 'value');
    },
  );

  it.each(kinds)('$kind refuses parameters that it does not know', ({ mask, kind }) => {
    const given = { ...Object(LOOSEST[kind] ?? {}), misspelt: 1 };
    expect(mask.parameters.safeParse(given).success).toBe(false);
  });
});

describe('totality', () => {
  const texts = [...ODD_TEXTS, ...MASKS.flatMap((mask) => mask.examples.map(({ given }) => given))];

  describe.each(kinds)('$kind', ({ mask, parameters }) => {
    const fits = (value: unknown, leaf: LeafType): boolean => {
      const masked = applyMask(
        { kind: 'mask', mask, parameters, category: 'x' },
        value,
        leaf,
        EXAMPLE_CONTEXT,
      );
      return masked === CONSTANT || fitsLeaf(masked, leaf);
    };

    it('never throws by itself, whatever it is given', () => {
      for (const value of [...texts, ...LONG_TEXTS, ...ODD_VALUES]) {
        expect(() => mask.apply(value, parameters, EXAMPLE_CONTEXT)).not.toThrow();
      }
    });

    it.each(LEAVES)('gives what fits $kind, or the constant', (leaf) => {
      for (const value of [...texts, ...ODD_VALUES]) expect(fits(value, leaf), leaf.kind).toBe(true);
      fc.assert(
        fc.property(
          fc.oneof(
            fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true }),
            fc.string({ unit: 'binary' }),
          ),
          (value) => fits(value, leaf),
        ),
        { numRuns: 50 },
      );
    });

    it('takes no time to speak of for megabytes', () => {
      const started = performance.now();
      for (const text of LONG_TEXTS) mask.apply(text, parameters, EXAMPLE_CONTEXT);
      // Some 20 megabytes; what is quadratic in any of them would take minutes.
      expect(performance.now() - started).toBeLessThan(5_000);
    });

    it('gives text that differs from its input, but for what is already rounded', () => {
      if (['date', 'ip', 'value'].includes(mask.kind)) return;
      for (const text of texts) {
        if (typeof text === 'string') expect(mask.apply(text, parameters, EXAMPLE_CONTEXT)).not.toBe(text);
      }
    });
  });
});
