import { getOperationAST, GraphQLError, Kind, parse, type DocumentNode } from 'graphql';
import { z } from 'zod';
import { declaredPurpose } from '../prepare/usedFor.ts';

/** A document that may be sent. */
export interface TrustedDocument {
  readonly id: string;
  readonly text: string;
  /** It may be sent for these and what is below them; `null`: for any. */
  readonly purposes: readonly string[] | null;
  /** The purpose that an operation of it declares by `@usedFor`. `name`: `null` for the only one. */
  readonly declared: (name: string | null) => string | null;
}

/** The documents of one manifest. */
export interface Manifest {
  readonly byId: ReadonlyMap<string, TrustedDocument>;
  readonly byText: ReadonlyMap<string, TrustedDocument>;
}

/** A manifest that cannot be used. The message names the entry and what was expected, and quotes no document. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
}

const purposes = z.array(z.string().min(1)).min(1).optional();

/** https://www.apollographql.com/docs/graphos/platform/security/persisted-queries, with `purposes` beside. */
const apolloSchema = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z
    .array(
      // Strict: a misspelt `purposes` must not mean that there are none to keep to.
      z.strictObject({
        id: z.string().min(1),
        body: z.string().min(1),
        name: z.unknown().optional(),
        type: z.unknown().optional(),
        clientName: z.unknown().optional(),
        purposes,
      }),
    )
    .min(1),
});

/** https://relay.dev/docs/guides/persisted-queries/: ids and texts; in place of a text, one with `purposes` beside. */
const relaySchema = z
  .record(
    z.string().min(1),
    z.union([z.string().min(1), z.strictObject({ text: z.string().min(1), purposes })]),
  )
  // By which everything would be refused.
  .refine((documents) => Object.keys(documents).length > 0);

/**
 * Reads a manifest of documents: Apollo's, or Relay's map from id to text.
 *
 * @throws ManifestError
 */
export function parseManifest(json: string, file: string): Manifest {
  const byId = new Map<string, TrustedDocument>();
  const byText = new Map<string, TrustedDocument>();
  for (const entry of entriesOf(json, file)) {
    const document = trusted(entry, file);
    if (byId.has(document.id)) throw new ManifestError(`${file}: the id of entry ${byId.size} comes twice.`);
    const same = byText.get(document.text);
    if (same !== undefined && String(same.purposes) !== String(document.purposes)) {
      throw new ManifestError(`${file}: entry ${byId.size} is another one's text for other purposes.`);
    }
    byId.set(document.id, document);
    byText.set(document.text, document);
  }
  return { byId, byText };
}

interface Entry {
  readonly id: string;
  readonly text: string;
  readonly purposes?: readonly string[] | undefined;
  /** Where it stands among all, for messages. */
  readonly at: number;
}

function entriesOf(text: string, file: string): readonly Entry[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ManifestError(`${file}: expected JSON.`);
  }
  if (typeof json === 'object' && json !== null && Object.hasOwn(json, 'format')) {
    const parsed = apolloSchema.safeParse(json);
    if (!parsed.success) throw unfit(file, parsed.error);
    return parsed.data.operations.map(({ id, body, purposes: given }, at) => ({
      id,
      text: body,
      purposes: given,
      at,
    }));
  }
  const parsed = relaySchema.safeParse(json);
  if (!parsed.success) throw unfit(file, parsed.error);
  return Object.entries(parsed.data).map(([id, entry], at) =>
    typeof entry === 'string' ? { id, text: entry, at } : { id, ...entry, at },
  );
}

/** Paths of Apollo's format are names of its own; Relay's are ids. */
function unfit(file: string, { issues }: z.ZodError): ManifestError {
  const path = issues[0]?.path.filter(
    (step) => typeof step === 'number' || /^[a-z]{1,12}$/i.test(String(step)),
  );
  return new ManifestError(
    `${file}: ${path === undefined || path.length === 0 ? 'an entry' : path.join('.')} is not as expected. Expected ` +
      '{ "format": "apollo-persisted-query-manifest", "version": 1, "operations": [{ "id", "body", "purposes"? }] }, ' +
      'or Relay’s { id: text }, where { "text", "purposes" } may stand for a text.',
  );
}

function trusted({ id, text, purposes: given, at }: Entry, file: string): TrustedDocument {
  let document: DocumentNode;
  const declared = new Map<string | null, string | null>();
  try {
    document = parse(text, { noLocation: true });
    for (const each of document.definitions) {
      if (each.kind !== Kind.OPERATION_DEFINITION) continue;
      const purpose = declaredPurpose(each);
      declared.set(each.name?.value ?? null, purpose);
      if (getOperationAST(document) === each) declared.set(null, purpose);
    }
  } catch (error) {
    const line = error instanceof GraphQLError ? error.locations?.[0]?.line : undefined;
    const where = line === undefined ? '' : `, line ${line}`;
    throw new ManifestError(`${file}: entry ${at}${where} is no GraphQL document.`);
  }
  return { id, text, purposes: given ?? null, declared: (name) => declared.get(name) ?? null };
}
