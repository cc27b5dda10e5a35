import { z } from 'zod';
import type { MappingDocument } from './mappingSchema.ts';
import { ConsentUnavailableError } from './source.ts';
import type { ConsentEntry, ConsentState } from '../state.ts';

/** Reads one subject's state out of what a consent system says about them. */
export type ReadMappedState = (subject: string, said: unknown) => ConsentState;

/** A time outside was written in another unit than the mapping says, or is a system's word for "never". */
const EARLIEST = Date.UTC(1990, 0);
const LATEST = Date.UTC(2200, 0);
/** The end of what four digits of a year can say. Ends beyond are milliseconds that were taken for seconds. */
const END_OF_TIME = Date.UTC(10_000, 0) - 1;

const IGNORED: unique symbol = Symbol('ignored');

const isoTime = z.iso.datetime({ offset: true });
const eventState = z.enum(['GIVEN', 'REFUSED', 'WITHDRAWN', 'OBJECTED']);
const reference = z.string().regex(/^[\w-]{16,64}$/);
const text = z.string().min(1);

/**
 * Compiles the part of a mapping that says where the fields of a state stand.
 *
 * INVARIANT: a value that a mapping does not know, a time that is none and a field that is not there make the whole
 * answer unavailable, never a permission. Test: test/policies/consent/source/mappedStates.test.ts, "refuses".
 *
 * What it gives throws `ConsentUnavailableError`, which names a path of the mapping and no value.
 */
export function readMappedStates({ state }: MappingDocument): ReadMappedState {
  const suspended = field(state.suspended, byMap(state.suspended.values, z.boolean()));
  const lastServiceUse = field(state.lastServiceUse, plausible(timeIn(state.lastServiceUse.format)));
  const method = butFor(state.collectionMethods.ignore, byMap(state.collectionMethods.values, text));
  const collectionMethods = field(state.collectionMethods, listOf(method));
  const referenceOf = field<string | null>(state.reference, byMap(undefined, reference));

  const { purpose, recipient, at, expiresAt } = state.entries;
  const purposeOf = field(purpose, butFor(purpose.ignore, byMap(purpose.values, text)));
  const recipientOf = field<string | null | typeof IGNORED>(
    recipient,
    butFor(recipient.ignore, byMap<string | null>(recipient.values, text)),
  );
  const stateOf = field(state.entries.state, byMap(state.entries.state.values, eventState));
  const atOf = field(at, plausible(timeIn(at.format)));
  const expiresAtOf = field<number | null>(expiresAt, timeIn(expiresAt.format));

  function entryOf(said: unknown): ConsentEntry | typeof IGNORED {
    const of = purposeOf(said);
    const to = of === IGNORED ? IGNORED : recipientOf(said);
    if (of === IGNORED || to === IGNORED) return IGNORED;
    return { purpose: of, recipient: to, state: stateOf(said), at: atOf(said), expiresAt: expiresAtOf(said) };
  }
  const entries = field(state.entries, listOf(entryOf));

  return (subject, said) => ({
    subject,
    suspended: suspended(said),
    lastServiceUse: lastServiceUse(said),
    collectionMethods: collectionMethods(said),
    entries: entries(said),
    reference: referenceOf(said),
  });
}

/** The value at a path of own properties; `undefined` where there is none. */
export function valueAt(said: unknown, path: string | undefined): unknown {
  let value = said;
  for (const step of path?.split('.') ?? []) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    const inside: unknown = Reflect.get(value, step);
    value = inside;
  }
  return value;
}

/** The error of an answer that does not say what the mapping expects at a path of it. */
export function notAsMapped(path: string | undefined): ConsentUnavailableError {
  return new ConsentUnavailableError(
    `The consent source's answer is not as the mapping says at "${path ?? ''}".`,
  );
}

/** Reads a value that stands at a path of the mapping. */
type ReadValue<T> = (value: unknown, path: string) => T;

interface Field<T> {
  readonly from?: string | undefined;
  readonly absent?: T | undefined;
}

function field<T>({ from, absent }: Field<T>, read: ReadValue<T>): (said: unknown) => T {
  return (said) => {
    const value = from === undefined ? undefined : valueAt(said, from);
    if (from !== undefined && value !== undefined && value !== null) return read(value, from);
    if (absent === undefined) throw notAsMapped(from);
    return absent;
  };
}

/** What the mapping makes of a value; without a map the value has to be one already. */
function byMap<T>(values: Readonly<Record<string, T>> | undefined, itself: z.ZodType<T>): ReadValue<T> {
  const known = values === undefined ? null : new Map(Object.entries(values));
  return (value, path) => {
    if (known === null) {
      const parsed = itself.safeParse(value);
      if (parsed.success) return parsed.data;
    } else if (isScalar(value)) {
      const meant = known.get(String(value));
      if (meant !== undefined) return meant;
    }
    throw notAsMapped(path);
  };
}

function butFor<T>(ignore: readonly Scalar[], read: ReadValue<T>): ReadValue<T | typeof IGNORED> {
  const ignored = new Set(ignore.map(String));
  return (value, path) => (isScalar(value) && ignored.has(String(value)) ? IGNORED : read(value, path));
}

function listOf<T>(read: ReadValue<T | typeof IGNORED>): ReadValue<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw notAsMapped(path);
    return value.flatMap((each: unknown) => {
      const known = read(each, path);
      return known === IGNORED ? [] : [known];
    });
  };
}

function timeIn(format: 'iso' | 'epochSeconds' | 'epochMilliseconds'): ReadValue<number> {
  return (value, path) => {
    const time = millisecondsOf(value, format);
    if (!Number.isFinite(time) || time > END_OF_TIME || time < -END_OF_TIME) throw notAsMapped(path);
    return Math.round(time);
  };
}

function millisecondsOf(value: unknown, format: 'iso' | 'epochSeconds' | 'epochMilliseconds'): number {
  switch (format) {
    case 'iso':
      return isoTime.safeParse(value).success ? Date.parse(String(value)) : Number.NaN;
    case 'epochSeconds':
      return typeof value === 'number' ? value * 1_000 : Number.NaN;
    case 'epochMilliseconds':
      return typeof value === 'number' ? value : Number.NaN;
  }
}

function plausible(read: ReadValue<number>): ReadValue<number> {
  return (value, path) => {
    const time = read(value, path);
    if (time < EARLIEST || time > LATEST) throw notAsMapped(path);
    return time;
  };
}

type Scalar = string | number | boolean;

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
