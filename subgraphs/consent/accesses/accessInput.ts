import { GraphQLError } from 'graphql';
import { z } from 'zod';
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

const time = z.iso
  .datetime({ offset: true, error: 'a time in ISO 8601 with its offset, such as 2026-01-31T00:00:00Z' })
  .transform((text) => new Date(text))
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

const place = z.tuple([z.int().min(0), z.string().max(200), z.int().min(1), z.int().min(1)]);

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
