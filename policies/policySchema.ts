import { z } from 'zod';

const key = z
  .string()
  .regex(/^[a-z]\w*(\.[a-zA-Z]\w*)*$/, { error: 'expected a dotted key such as contact.email' });
const id = z.string().regex(/^[a-z][a-z0-9]*([_-][a-z0-9]+)*$/, {
  error: 'expected a name in lower case such as mail-campaign',
});
const text = z.string().trim().min(1, { error: 'expected some text' });
const isoDate = z.iso.date({ error: 'expected a date such as 2020-05-08' });
const iri = z.url({
  protocol: /^https?$/,
  error: 'expected an IRI such as https://w3id.org/dpv#ServiceProvision',
});
const article = z
  .string({ error: "expected the article as quoted text, such as '4(6)'" })
  .trim()
  .min(1, { error: "expected the article it rests on, such as '4(6)'" });
const keys = z.array(key);
const level = z.enum(['full', 'masked']);

const revision = z.strictObject({
  effective: isoDate,
  significant: z.union([z.boolean(), z.literal('unknown')], {
    error: 'expected true, false or unknown',
  }),
  notified: z.union([isoDate, z.null(), z.literal('unknown')], {
    error: 'expected a date, null for never, or unknown',
  }),
  article,
});

const party = z.strictObject({ article, name: text, address: text });

const category = z.strictObject({
  article,
  identifying: z.boolean(),
  never: z.boolean().default(false),
  mask: id,
  format: z.enum(['text', 'email', 'url', 'ip', 'phone']).default('text'),
  dpv: iri,
  collected: z.array(id),
});

const purpose = z.strictObject({
  article,
  text,
  dpv: iri,
  since: z.union([isoDate, z.literal('unknown')], { error: 'expected a date or unknown' }),
  objectable: z.boolean(),
  suspendable: z.boolean(),
  basis: z.record(key, z.enum(['notified', 'consent', 'ground', 'self'])).default({}),
  levels: z.record(key, level).default({}),
  lookups: keys.default([]),
  fallback: z.literal('masked').nullable().default(null),
  channels: z.array(id).min(1, { error: 'expected at least one channel' }).nullable().default(null),
});

const recipient = z.strictObject({
  kind: z.enum(['internal', 'group', 'processor', 'authority', 'third_party', 'advertiser']),
  name: text,
  article,
  optOut: z
    .union([z.url({ protocol: /^https?$/ }), z.literal('unknown')], {
      error: 'expected an http or https URL, or unknown',
    })
    .nullable()
    .default(null),
});

const ground = z.strictObject({
  article,
  purposes: keys.min(1, { error: 'expected at least one purpose' }),
  categories: keys.min(1, { error: 'expected at least one category' }),
  recipients: keys.min(1, { error: 'expected at least one recipient' }),
});

const mask = z.strictObject({
  kind: text,
  parameters: z.record(z.string(), z.unknown()).default({}),
});

const client = z.strictObject({
  name: text,
  recipients: keys.min(1, { error: 'expected at least one recipient' }),
  purposes: keys,
  grounds: z.array(id).default([]),
  consentWrite: z.array(z.union([key, z.literal('*')], { error: "expected a purpose or '*'" })).default([]),
  write: z.boolean().default(false),
});

/** The shape of `policy.yaml`. Unknown keys are errors everywhere; `crossReferences` checks what one part says of another. */
export const policySchema = z.strictObject({
  name: id,
  namespace: z.string().regex(/^[a-z][a-z0-9_-]*$/, { error: 'expected a namespace such as user' }),
  revisions: z.array(revision).min(1, { error: 'expected at least one revision' }),
  controllers: z.array(party).min(1, { error: 'expected at least one controller' }),
  officer: party,
  contact: party,
  collection: z.record(id, text),
  channels: z.record(id, text),
  masks: z.record(id, mask),
  scalars: z.record(
    z.string().regex(/^[_A-Za-z][_0-9A-Za-z]*$/, { error: 'expected the name of a GraphQL scalar' }),
    z.union([z.string(), z.number(), z.boolean()], { error: 'expected text, a number, true or false' }),
  ),
  categories: z.record(key, category),
  purposes: z.record(key, purpose),
  recipients: z.record(key, recipient),
  grounds: z.record(id, ground),
  clients: z.record(id, client),
});

/** What `policy.yaml` says, in its own shape. */
export type PolicyDocument = z.infer<typeof policySchema>;
