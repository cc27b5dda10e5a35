import { and, desc, gte, lt, or, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { z } from 'zod';
import { accessRecords } from './accessTables.ts';
import type { ConsentDatabase } from '../database.ts';

/** Where one access stands among all: time in ms, its line's place, and its group's within the line, from 1. */
export type AccessPlace = readonly [at: number, chain: string, sequence: number, group: number];

/** One thing that was shown of a subject, or not, in one answer. */
export interface Access {
  readonly place: AccessPlace;
  readonly group: z.infer<typeof groupSchema>;
  readonly line: z.infer<typeof lineSchema>;
}

/**
 * Which accesses to read. `references`: what stands for the subject, each with the time, in ms, after which it does.
 * `from` is inclusive, `to` is not. `which`: what was shown in full or masked, also what was not, or only what was shown
 * to third parties.
 */
export interface AccessesAsked {
  readonly references: readonly { readonly reference: string; readonly after: number | null }[];
  readonly first: number;
  readonly after: AccessPlace | null;
  readonly from: Date | null;
  readonly to: Date | null;
  readonly which: 'shown' | 'shown and denied' | 'provided';
}

/**
 * Third-party provision (Article 7; APPI, Articles 27 and 29). Not `group`, which is joint use (Article 5; APPI,
 * Article 27(5)(iii)), nor `processor`, who is entrusted with the handling (Article 27(5)(i)): by that law neither is a
 * third party.
 */
const THIRD_PARTIES = ['third_party', 'advertiser', 'authority'];

const groupSchema = z.object({
  decision: z.enum(['full', 'masked', 'denied']),
  reason: z.string(),
  categories: z.array(z.string()),
  coordinates: z.array(z.string()),
});

const lineSchema = z.object({
  client: z.string(),
  actor: z.string().nullable(),
  recipient: z.string(),
  recipientKind: z.enum(['internal', 'group', 'processor', 'authority', 'third_party', 'advertiser']),
  purpose: z.string().nullable(),
  ground: z.object({ kind: z.string(), reference: z.string() }).nullable(),
  policyRevision: z.string(),
});

/** What was shown of a subject, latest first. Lines that come meanwhile move nothing from one page to another. */
export async function readAccesses(
  database: ConsentDatabase,
  asked: AccessesAsked,
): Promise<readonly Access[]> {
  const { references, first, after, from, to, which } = asked;
  if (references.length === 0 || first === 0) return [];
  const { at, chain, sequence, line } = accessRecords;
  const all = sql.join(
    references.map(({ reference }) => sql`${reference}`),
    sql`, `,
  );
  const conditions: (SQL | undefined)[] = [
    // Found by the index; what follows looks at each group.
    sql`${accessRecords.references} && array[${all}]::text[]`,
    // INVARIANT: only groups about this subject, by what stands for them since they were last erased.
    // Test: test/subgraphs/consent/accesses/accesses.test.ts, "nobody else".
    or(
      ...references.map((each) =>
        and(
          sql`${BODY} -> 'subjects' ? ${each.reference}`,
          each.after === null ? undefined : sql`${at} > ${iso(each.after)}::timestamptz`,
        ),
      ),
    ),
    which === 'shown and denied' ? undefined : sql`${BODY} ->> 'decision' <> 'denied'`,
    which === 'provided' ? sql`${line} ->> 'recipientKind' in ${THIRD_PARTIES}` : undefined,
    from === null ? undefined : gte(at, from),
    to === null ? undefined : lt(at, to),
    after === null
      ? undefined
      : sql`(${at}, ${chain}, ${sequence}, ${NUMBER})
          < (${iso(after[0])}::timestamptz, ${after[1]}::text, ${after[2]}::bigint, ${after[3]}::bigint)`,
  ];
  const rows = await database
    .select({
      at,
      chain,
      sequence,
      number: sql`${NUMBER}`.mapWith(Number),
      group: sql<unknown>`${BODY} - 'subjects'`,
      line: sql<unknown>`${line} - 'groups'`,
    })
    .from(accessRecords)
    .crossJoinLateral(sql`jsonb_array_elements(${line} -> 'groups') with ordinality as g(body, number)`)
    .where(and(...conditions))
    .orderBy(desc(at), desc(chain), desc(sequence), desc(NUMBER))
    .limit(first);
  return rows.map((row) => ({
    place: [row.at.getTime(), row.chain, row.sequence, row.number],
    group: groupSchema.parse(row.group),
    line: lineSchema.parse(row.line),
  }));
}

const BODY = sql.raw('g.body');
const NUMBER = sql.raw('g.number');

function iso(time: number): string {
  return new Date(time).toISOString();
}
