import { z } from 'zod';
import { CONSTANT } from './mask.ts';
import type { Mask } from './mask.ts';

const UNITS = ['hour', 'day', 'month', 'quarter', 'year', 'decade'] as const;
type Unit = (typeof UNITS)[number];

interface DateParameters {
  readonly unit: Unit;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly epoch: 'milliseconds' | 'seconds';
}

/** An RFC 3339 date, or date and time; nothing else is a date to this mask. */
const RFC3339 =
  /^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[Tt ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:\.([0-9]{1,9}))?([Zz]|[+-][0-9]{2}:[0-9]{2})?)?$/u;
const LONGEST = 40;
const HOUR = 3_600_000;

/** Shows the hour, day, month, … of a date or time. */
export const date: Mask<DateParameters> = Object.freeze<Mask<DateParameters>>({
  kind: 'date',
  doc:
    'Rounds down to the start of the unit, in UTC, and keeps the way the value is written: a date stays a date, a ' +
    'time becomes the first instant of its unit, a number stays a number. Dates before `notBefore` show the unit of ' +
    '`notBefore`, so that the few oldest people do not stand out, and those after `notAfter` likewise. What is not ' +
    'an RFC 3339 date or time shows the constant.',
  reveals: 'part',
  parameters: z
    .strictObject({
      unit: z
        .enum(UNITS)
        .default('year')
        .describe('What is kept: `hour`, `day`, `month`, `quarter`, `year`, `decade`.'),
      notBefore: z.iso
        .date()
        .default('1936-01-01')
        .transform((text) => Date.parse(text))
        .describe(
          'Earlier dates show this one. The default is for birth dates: people who turn 90 by 2026 share it.',
        ),
      notAfter: z.iso
        .date()
        .default('9999-12-31')
        .transform((text) => Date.parse(text))
        .describe('Later dates show this one.'),
      epoch: z
        .enum(['milliseconds', 'seconds'])
        .default('milliseconds')
        .describe('What numbers count since 1970-01-01T00:00:00Z.'),
    })
    .refine(({ notBefore, notAfter }) => notBefore <= notAfter, {
      message: 'Expected `notBefore` to be no later than `notAfter`; swap them.',
    }),
  leaves: ['String', 'Int', 'Float', 'Scalar'],
  examples: [
    { name: 'a date of birth', given: '1990-05-17', expected: '1990-01-01' },
    { name: 'one of the oldest', given: '1921-03-02', expected: '1936-01-01' },
    { name: 'the month', parameters: { unit: 'month' }, given: '1990-05-17', expected: '1990-05-01' },
    {
      name: 'a time, in UTC',
      parameters: { unit: 'day' },
      given: '2026-04-01T08:30:00+09:00',
      expected: '2026-03-31T00:00:00.000Z',
    },
    {
      name: 'seconds',
      parameters: { unit: 'day', epoch: 'seconds' },
      given: 1_700_000_000,
      expected: 1_699_920_000,
    },
    { name: 'no such day', given: '1990-02-30', expected: CONSTANT },
    { name: 'not a date', given: 'last May', expected: CONSTANT },
  ],
  apply: (value, parameters) => {
    if (typeof value === 'number') return Number.isFinite(value) ? maskedNumber(value, parameters) : CONSTANT;
    if (typeof value !== 'string' || value.length > LONGEST) return CONSTANT;
    const match = RFC3339.exec(value);
    return match === null ? CONSTANT : maskedText(match, parameters);
  },
});

function maskedNumber(value: number, parameters: DateParameters): number {
  const scale = parameters.epoch === 'seconds' ? 1000 : 1;
  const floored = floor(value * scale, parameters);
  return floored / scale;
}

function maskedText(
  [, day = '', time, fraction = '0', offset]: RegExpExecArray,
  parameters: DateParameters,
): unknown {
  // `Date.parse` reads 30 February as 1 March.
  const midnight = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(day)) return CONSTANT;
  const clock = time === undefined ? '00:00:00' : time.length === 5 ? `${time}:00` : time;
  // Without an offset, `Date.parse` would read the time in the zone of this machine.
  const floored = floor(
    Date.parse(`${day}T${clock}.${fraction.slice(0, 3)}${(offset ?? 'Z').toUpperCase()}`),
    parameters,
  );
  if (Number.isNaN(floored)) return CONSTANT;
  const iso = new Date(floored).toISOString();
  if (time === undefined) return iso.slice(0, 10);
  return offset === undefined ? iso.slice(0, -1) : iso;
}

/** Clamps first and rounds then, so that the bounds show no more than any other value. NaN stays NaN. */
function floor(time: number, { unit, notBefore, notAfter }: DateParameters): number {
  const date = new Date(Math.min(Math.max(time, notBefore), notAfter));
  if (unit === 'hour') return Math.floor(date.getTime() / HOUR) * HOUR;
  if (unit !== 'day') date.setUTCDate(1);
  date.setUTCHours(0, 0, 0, 0);
  switch (unit) {
    case 'day':
    case 'month':
      break;
    case 'quarter':
      date.setUTCMonth(date.getUTCMonth() - (date.getUTCMonth() % 3));
      break;
    case 'year':
      date.setUTCMonth(0);
      break;
    case 'decade':
      date.setUTCFullYear(Math.floor(date.getUTCFullYear() / 10) * 10, 0);
      break;
  }
  return date.getTime();
}
