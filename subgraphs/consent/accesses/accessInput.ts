import { GraphQLError } from 'graphql';
import { z } from 'zod';
import { recordChain } from '../../../policies/record/recordLine.ts';
import { checked } from '../input.ts';
import type { AccessPlace } from './readAccesses.ts';

/** Arguments of `accesses` and `provisions`, checked. */
export interface AccessPage {
  readonly first: number;
  readonly after: AccessPlace | null;
  readonly from: Date | null;
  readonly to: Date | null;
  readonly includeDenied: boolean;
}

const MAX_PAGE = 500;
const PAGE = `a number from 0 to ${MAX_PAGE}`;

const TIME = 'a time in ISO 8601 with its offset, such as 2026-01-31T00:00:00Z';
/** From year 1 to 9999, in ms: what the database and ISO 8601 both write the same. */
const FIRST_MS = Date.parse('0001-01-01T00:00:00Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

const time = z.iso
  .datetime({ offset: true, error: TIME })
  .transform((text) => new Date(text))
  .refine((date) => date.getTime() >= FIRST_MS && date.getTime() <= LAST_MS, TIME)
  .nullish()
  .transform((value) => value ?? null);

const page = z.object({
  first: z
    .int()
    .min(0, PAGE)
    .max(MAX_PAGE, PAGE)
    .nullish()
    .transform((value) => value ?? 50),
  after: z
    .string()
    .max(1_000, 'a cursor')
    .nullish()
    .transform((value) => value ?? null),
  from: time,
  to: time,
  includeDenied: z
    .boolean()
    .nullish()
    .transform((value) => value ?? false),
});

const place = z.tuple([z.int().min(0).max(LAST_MS), recordChain, z.int().min(1), z.int().min(1)]);

/** Throws `BAD_USER_INPUT`, naming the argument and what was expected of it, never its value. */
export function readAccessPage(given: unknown): AccessPage {
  const read = checked(page, given);
  return { ...read, after: read.after === null ? null : placeOf(read.after) };
}

/** The cursor of an access. */
export function cursorOf(access: AccessPlace): string {
  return Buffer.from(JSON.stringify(access)).toString('base64url');
}

function placeOf(cursor: string): AccessPlace {
  try {
    return place.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    throw new GraphQLError('Argument "after": expected the cursor of an edge.', {
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
}
