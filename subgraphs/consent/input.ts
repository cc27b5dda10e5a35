import { GraphQLError } from 'graphql';
import { z } from 'zod';
import { MAX_SUBJECTS_PER_CALL } from '../../policies/consent/source/source.ts';

/** Arguments of the mutations about one purpose, checked. */
export interface PurposeInput {
  readonly subject: string;
  readonly purpose: string;
  readonly recipient: string | null;
  readonly validForDays: number | null;
  readonly collectionMethod: string | null;
}

const MAX_KEY = 128;
const MAX_DAYS = 36_500;

/** A full subject id. */
export const subject = z
  .string()
  .regex(/^[\w.-]{1,64}:[^\p{Cc}\p{Zs}]{1,256}$/u, 'a full subject id such as user:u_1')
  // The database would take half a character for another one.
  .refine((text) => text.isWellFormed(), 'a full subject id of whole characters');
const key = z
  .string()
  .max(MAX_KEY, `at most ${MAX_KEY} characters`)
  .regex(/^[A-Za-z]\w*(\.\w+)*$/, 'a dotted key such as marketing.recommendation');
const optionalKey = key.nullish().transform((value) => value ?? null);

const purposeInput = z.object({
  subject,
  purpose: key,
  recipient: optionalKey,
  validForDays: z
    .int()
    .min(1, `a number of days from 1 to ${MAX_DAYS}`)
    .max(MAX_DAYS, `a number of days from 1 to ${MAX_DAYS}`)
    .nullish()
    .transform((value) => value ?? null),
  collectionMethod: optionalKey,
});

const subjectInput = z.object({ subject });
const acquisitionInput = z.object({ subject, channel: key });
const subjectList = z
  .array(z.string().min(1, 'ids that are not empty').max(512, 'ids of at most 512 characters'))
  .max(MAX_SUBJECTS_PER_CALL, `at most ${MAX_SUBJECTS_PER_CALL} ids a call`);

/** Each of these throws `BAD_USER_INPUT`, naming the argument and what was expected of it, never its value. */
export function readPurposeInput(given: unknown): PurposeInput {
  return checked(purposeInput, given);
}

/** The `subject` argument. */
export function readSubject(given: unknown): string {
  return checked(subjectInput, given).subject;
}

/** The arguments of `recordAcquisition`. */
export function readAcquisition(given: unknown): { readonly subject: string; readonly channel: string } {
  return checked(acquisitionInput, given);
}

/** The `subjects` argument of `_consentStates`: ids of any form, since an unknown one has no entries. */
export function readSubjects(given: unknown): readonly string[] {
  return checked(z.object({ subjects: subjectList }), given).subjects;
}

/** Whether somebody of this id can be on record. */
export function isSubjectId(text: string): boolean {
  return subject.safeParse(text).success;
}

/** Reads arguments by their schema. */
export function checked<T>(schema: z.ZodType<T>, given: unknown): T {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new GraphQLError(
    `Argument "${String(issue?.path[0])}": expected ${issue?.message ?? 'something else'}.`,
    {
      extensions: { code: 'BAD_USER_INPUT' },
    },
  );
}
