import { z } from 'zod';

/** Steps that would lead to what no answer says. */
const RESERVED_STEPS = ['__proto__', 'constructor', 'prototype'];
/** Headers that follow from the request itself. */
const RESERVED_HEADERS = ['host', 'connection', 'content-length', 'transfer-encoding'];

const path = z
  .string({ error: 'expected a dotted path such as data.consents' })
  .regex(/^[^.\s]+(\.[^.\s]+)*$/, { error: 'expected a dotted path such as data.consents' })
  .refine((text) => !text.split('.').some((step) => RESERVED_STEPS.includes(step)), {
    error: `expected a path without ${RESERVED_STEPS.join(', ')}`,
  });
const text = z.string().min(1, { error: 'expected some text' });
const written = z.union([z.string(), z.number(), z.boolean()], {
  error: 'expected text, a number, true or false',
});

const FROM_OR_ABSENT = {
  error: 'expected `from`, the path to it, or `absent`, what holds where the answer does not say',
};

const ignore = z.array(written).default([]);

function optionalField<Value extends z.ZodType, Absent extends z.ZodType>(value: Value, absent: Absent) {
  return z.strictObject({
    from: path.optional(),
    values: z.record(z.string(), value).optional(),
    absent: absent.optional(),
  });
}

function fromOrAbsent(field: { readonly from?: unknown; readonly absent?: unknown }): boolean {
  return field.from !== undefined || field.absent !== undefined;
}

const format = z.enum(['iso', 'epochSeconds', 'epochMilliseconds']).default('iso');
const optionalTime = z
  .strictObject({ from: path.optional(), format, absent: z.null().optional() })
  .refine(fromOrAbsent, FROM_OR_ABSENT);

const header = z
  .strictObject({ env: text.optional(), prefix: z.string().default(''), value: text.optional() })
  .refine((given) => (given.env === undefined) !== (given.value === undefined), {
    error: 'expected either `env`, the environment variable that holds it, or `value`',
  });

const request = z
  .strictObject({
    method: z.enum(['GET', 'POST']).default('POST'),
    path: z
      .string()
      .regex(/^\/[^\s?#]*$/, { error: 'expected a path such as /consents/query or /people/{subject}' })
      .optional(),
    subjects: z
      .strictObject({
        in: z.enum(['body', 'query', 'path']),
        at: path.optional(),
        parameter: text.optional(),
        separator: text.optional(),
        ids: z.enum(['full', 'local']).default('full'),
        namespace: z
          .string()
          .regex(/^[\w.-]{1,64}$/, { error: 'expected a namespace such as user' })
          .optional(),
      })
      .refine(({ ids, namespace }) => ids === 'full' || namespace !== undefined, {
        error: 'expected `namespace`, that of the ids that are sent without it',
      })
      .refine((given) => given.in !== 'body' || given.at !== undefined, {
        error: 'expected `at`, the path in the body where the list of ids goes',
      })
      .refine((given) => given.in !== 'query' || given.parameter !== undefined, {
        error: 'expected `parameter`, the name of the query parameter',
      }),
    body: z.record(z.string(), z.unknown()).default({}),
    headers: z
      .record(
        z
          .string()
          .regex(/^[a-z0-9-]+$/, { error: 'expected the name of a header in lower case' })
          .refine((name) => !RESERVED_HEADERS.includes(name), {
            error: `expected a header other than ${RESERVED_HEADERS.join(', ')}`,
          }),
        header,
      )
      .default({}),
    batch: z
      .int({ error: 'expected a whole number' })
      .min(1, { error: 'expected 1 or more' })
      .max(1_000, { error: 'expected at most 1000' })
      .default(100),
    parallel: z
      .int({ error: 'expected a whole number' })
      .min(1, { error: 'expected 1 or more' })
      .max(64, { error: 'expected at most 64' })
      .default(4),
  })
  .refine((given) => (given.subjects.in === 'path') === (given.path?.includes('{subject}') ?? false), {
    error: 'expected {subject} in `path` where `subjects.in` is path, and nowhere else',
  })
  .refine((given) => given.subjects.in !== 'body' || given.method === 'POST', {
    error: 'expected `method: POST` where `subjects.in` is body',
  });

const answer = z.strictObject({
  states: path.optional(),
  form: z.enum(['list', 'bySubject', 'one']).default('list'),
  missing: z.enum(['empty', 'unavailable']).default('unavailable'),
  notFound: z.enum(['empty', 'unavailable']).default('unavailable'),
  leaseMs: z
    .int({ error: 'expected a whole number of milliseconds' })
    .min(0, { error: 'expected 0 or more' })
    .max(3_600_000, { error: 'expected at most 3600000, an hour' })
    .default(0),
});

const entries = z.strictObject({
  from: path,
  absent: z.tuple([], { error: 'expected []' }).optional(),
  purpose: z.strictObject({ from: path, values: z.record(z.string(), text).optional(), ignore }),
  recipient: optionalField(text.nullable(), z.null()).extend({ ignore }).refine(fromOrAbsent, FROM_OR_ABSENT),
  state: z.strictObject({
    from: path,
    values: z.record(z.string(), z.enum(['GIVEN', 'REFUSED', 'WITHDRAWN', 'OBJECTED'])).optional(),
  }),
  at: z.strictObject({ from: path, format }),
  expiresAt: optionalTime,
});

/** What a consent mapping may say; docs/consent-source.md explains each key. */
export const mappingSchema = z
  .strictObject({
    request,
    answer: answer.default({ form: 'list', missing: 'unavailable', notFound: 'unavailable', leaseMs: 0 }),
    state: z.strictObject({
      subject: z.strictObject({ from: path }).optional(),
      suspended: optionalField(z.boolean(), z.boolean()).refine(fromOrAbsent, FROM_OR_ABSENT),
      lastServiceUse: optionalTime,
      collectionMethods: optionalField(text, z.array(text))
        .extend({ ignore })
        .refine(fromOrAbsent, FROM_OR_ABSENT),
      reference: z
        .strictObject({ from: path.optional(), absent: z.null().optional() })
        .refine(fromOrAbsent, FROM_OR_ABSENT)
        .default({ absent: null }),
      entries,
    }),
  })
  .refine((given) => given.answer.form !== 'list' || given.state.subject !== undefined, {
    error: 'expected `state.subject`, by which a list’s states are told apart',
  })
  .refine((given) => (given.answer.form === 'one') === (given.request.subjects.in === 'path'), {
    error: 'expected `answer.form: one` where `request.subjects.in` is path, and nowhere else',
  });

export type MappingDocument = z.output<typeof mappingSchema>;
