import { z } from 'zod';
import { checked, subject } from '../input.ts';
import type { RequestsAsked } from './readRequests.ts';
import { REQUEST_KINDS, REQUEST_STATES } from './requestTables.ts';
import type { RequestKind } from './requestTables.ts';

const MAX_NOTE = 4_000;
const MAX_PAGE = 1_000;

/** The database keeps neither NUL nor halves of characters. */
const note = z
  .string()
  .trim()
  .min(1, 'text that is not empty')
  .max(MAX_NOTE, `text of at most ${MAX_NOTE} characters`)
  .refine((text) => text.isWellFormed() && !text.includes('\0'), 'text');
const id = z.uuid('the id of a request').toLowerCase();
const noteInput = note.nullish().transform((text) => text ?? null);

const submission = z.object({
  subject,
  kind: z.enum(REQUEST_KINDS),
  note: noteInput,
  key: z
    .string()
    .regex(/^[\w.:-]{1,128}$/, 'up to 128 letters, digits, ".", ":", "_" and "-"')
    .nullish()
    .transform((text) => text ?? null),
});

const step = z.object({ subject, id, note: noteInput });
const reasonedStep = z.object({ subject, id, note });

const page = z.object({
  state: z
    .enum(REQUEST_STATES)
    .nullish()
    .transform((value) => value ?? null),
  overdue: z
    .boolean()
    .nullish()
    .transform((value) => value ?? null),
  first: z
    .int()
    .min(0, `a number from 0 to ${MAX_PAGE}`)
    .max(MAX_PAGE, `a number from 0 to ${MAX_PAGE}`)
    .nullish()
    .transform((value) => value ?? 50),
  after: id.nullish().transform((value) => value ?? null),
});

/** Arguments of `submitRightsRequest`, checked. */
export interface Submission {
  readonly subject: string;
  readonly kind: RequestKind;
  readonly note: string | null;
  readonly key: string | null;
}

/** Arguments of a step, checked. */
export interface StepInput {
  readonly subject: string;
  readonly id: string;
  readonly note: string | null;
}

/** Each of these throws `BAD_USER_INPUT`, naming the argument and what was expected of it, never its value. */
export function readSubmission(given: unknown): Submission {
  return checked(submission, given);
}

/** The arguments of a step that may go without a note. */
export function readStep(given: unknown): StepInput {
  return checked(step, given);
}

/** The arguments of a step that must say what was done, or why it is not. */
export function readReasonedStep(given: unknown): StepInput & { readonly note: string } {
  return checked(reasonedStep, given);
}

/** The arguments of `rightsRequests`. */
export function readRequestsAsked(given: unknown): RequestsAsked {
  return checked(page, given);
}
