import * as fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { date } from '../../../policies/masks/date.ts';
import { CONSTANT } from '../../../policies/masks/mask.ts';
import { EXAMPLE_CONTEXT } from '../../../policies/masks/maskDocs.ts';

const apply = (value: unknown, parameters: Readonly<Record<string, unknown>> = {}): unknown =>
  date.apply(value, date.parameters.parse(parameters), EXAMPLE_CONTEXT);

describe('date', () => {
  const time = '1987-11-23T14:35:06.789Z';

  it.each([
    { unit: 'hour', expected: '1987-11-23T14:00:00.000Z' },
    { unit: 'day', expected: '1987-11-23T00:00:00.000Z' },
    { unit: 'month', expected: '1987-11-01T00:00:00.000Z' },
    { unit: 'quarter', expected: '1987-10-01T00:00:00.000Z' },
    { unit: 'year', expected: '1987-01-01T00:00:00.000Z' },
    { unit: 'decade', expected: '1980-01-01T00:00:00.000Z' },
  ])('rounds down to the $unit, text and numbers alike', ({ unit, expected }) => {
    const milliseconds = Date.parse(time);
    expect(apply(time, { unit })).toBe(expected);
    expect(apply(milliseconds, { unit })).toBe(Date.parse(expected));
    expect(apply(milliseconds / 1000, { unit, epoch: 'seconds' })).toBe(Date.parse(expected) / 1000);
    expect(apply(expected, { unit })).toBe(expected);
  });

  it.each([
    {
      name: 'no offset: read as UTC and written without',
      given: '2026-04-01T08:30',
      expected: '2026-04-01T00:00:00.000',
    },
    {
      name: 'a space and an offset',
      given: '2026-04-01 00:30:00+09:00',
      expected: '2026-03-31T00:00:00.000Z',
    },
    { name: 'nanoseconds', given: '2026-04-01T08:30:00.123456789z', expected: '2026-04-01T00:00:00.000Z' },
    { name: 'a leap day', given: '2024-02-29', expected: '2024-02-29' },
    { name: 'no leap day', given: '2023-02-29', expected: CONSTANT },
    { name: 'no such month', given: '2023-13-01', expected: CONSTANT },
    { name: 'no such offset', given: '2023-01-01T00:00:00+99:00', expected: CONSTANT },
    { name: 'a leap second', given: '2016-12-31T23:59:60Z', expected: CONSTANT },
    { name: 'only a year', given: '1990', expected: CONSTANT },
    { name: 'another way of writing', given: '17 May 1990', expected: CONSTANT },
    { name: 'more text after it', given: '1990-05-17 Hanako', expected: CONSTANT },
    { name: 'not a number', given: Number.NaN, expected: CONSTANT },
  ])('$name', ({ given, expected }) => {
    expect(apply(given, { unit: 'day' })).toBe(expected);
  });

  it.each([
    { name: 'before the bound', given: '1900-05-17', expected: '1950-01-01' },
    { name: 'in the year of the bound, but before it', given: '1950-02-01', expected: '1950-01-01' },
    { name: 'after the other', given: '2011-01-01', expected: '2009-01-01' },
    { name: 'between them', given: '1960-01-02', expected: '1960-01-01' },
    { name: 'a number out of all bounds', given: -1e300, expected: Date.parse('1950-01-01') },
  ])('codes the ends of the scale: $name', ({ given, expected }) => {
    expect(apply(given, { notBefore: '1950-06-15', notAfter: '2009-12-31' })).toBe(expected);
  });

  describe('on a machine in Tokyo', () => {
    afterEach(() => {
      vi.unstubAllEnvs();
    });

    it('still reads and writes UTC', () => {
      vi.stubEnv('TZ', 'Asia/Tokyo');
      expect(new Date(0).getHours()).toBe(9);
      expect(apply('2026-04-01T08:30:00', { unit: 'hour' })).toBe('2026-04-01T08:00:00.000');
      expect(apply('2026-04-01', { unit: 'day' })).toBe('2026-04-01');
      expect(apply('1990-01-01T00:00:00Z')).toBe('1990-01-01T00:00:00.000Z');
    });
  });

  it('gives the same for any two instants of a unit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 364 }), fc.integer({ min: 0, max: 86_399_999 }), (day, ms) => {
        const instant = new Date(Date.UTC(1990, 0, 1) + day * 86_400_000 + ms).toISOString();
        return apply(instant) === '1990-01-01T00:00:00.000Z' && apply(instant.slice(0, 10)) === '1990-01-01';
      }),
    );
  });

  it.each([{ unit: 'week' }, { notBefore: 'long ago' }, { notBefore: '2000-01-01', notAfter: '1999-01-01' }])(
    'refuses the parameters %j',
    (parameters) => {
      expect(date.parameters.safeParse(parameters).success).toBe(false);
    },
  );
});
