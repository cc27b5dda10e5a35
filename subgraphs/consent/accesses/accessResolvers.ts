import type { ConsentContext, Subject } from '../consentContext.ts';
import { eq } from 'drizzle-orm';
import { createAccessTurns } from './accessTurns.ts';
import { cursorOf, readAccessPage } from './accessInput.ts';
import type { AccessPage } from './accessInput.ts';
import { consentInForce } from './consentInForce.ts';
import type { ConsentStore } from '../consentStore.ts';
import { mayRead, seesActors, seesPurpose } from '../guard.ts';
import { readAccesses } from './readAccesses.ts';
import type { Access, AccessesAsked } from './readAccesses.ts';
import { subjects as subjectRows } from '../tables.ts';

/** An access together with whom it was read for. */
type AccessOf = Access & { readonly subject: string };

/** By which basis a reason to show something carries; of a mask shown for want of consent there is none. */
const BASES: Readonly<Record<string, string>> = {
  NOTIFIED: 'notified',
  CONSENT: 'consent',
  GROUND: 'ground',
  SELF: 'self',
};

/**
 * The resolvers of what `schema.graphql` has of the access record. Where it does not come here they answer `null`: an
 * empty list would say that nothing was shown.
 */
export function accessResolvers({
  database,
  keyedReference: keyed,
  takesAccesses,
}: Pick<ConsentStore, 'database' | 'keyedReference' | 'takesAccesses'>) {
  const turns = createAccessTurns();

  const connection =
    (which: (page: AccessPage) => AccessesAsked['which']) =>
    async ({ id }: Subject, given: unknown, context: ConsentContext) => {
      const caller = mayRead(context.caller, id);
      if (!seesPurpose(caller, id, null)) return null;
      if (!takesAccesses) return null;
      const page = readAccessPage(given);
      const { first, after, from, to } = page;
      const found = await turns.take(context, async () => {
        const references = await referencesOf(id, context);
        // One more tells whether there are more.
        const asked = { references, first: first + 1, after, from, to, which: which(page) };
        return await readAccesses(database, asked);
      });
      const shown = found.slice(0, first).map((access): AccessOf => ({ ...access, subject: id }));
      const edges = shown.map((node) => ({ node, cursor: cursorOf(node.place) }));
      return {
        edges,
        pageInfo: {
          hasNextPage: found.length > first,
          hasPreviousPage: after !== null,
          startCursor: edges[0]?.cursor ?? null,
          endCursor: edges.at(-1)?.cursor ?? null,
        },
      };
    };

  /** What stands for a subject now. Erasing renews the one; the other is the same for ever, so time must tell. */
  async function referencesOf(id: string, context: ConsentContext): Promise<AccessesAsked['references']> {
    const [row] = await database
      .select({ reference: subjectRows.reference })
      .from(subjectRows)
      .where(eq(subjectRows.id, id));
    const current = row === undefined ? [] : [{ reference: row.reference, after: null }];
    if (keyed === null) return current;
    const history = await context.histories.load(id);
    const erased = history.findLast(({ eventState }) => eventState === 'ERASED');
    return [...current, { reference: keyed(id), after: erased?.eventTime.getTime() ?? null }];
  }

  return {
    DataSubject: {
      accesses: connection(({ includeDenied }) => (includeDenied ? 'shown and denied' : 'shown')),
      provisions: connection(() => 'provided'),
    },
    Access: {
      at: ({ place: [at] }: AccessOf): string => new Date(at).toISOString(),
      client: ({ line }: AccessOf): string => line.client,
      actor: ({ line }: AccessOf, _: unknown, { caller }: ConsentContext): string | null =>
        caller !== null && seesActors(caller) ? line.actor : null,
      recipient: ({ line }: AccessOf): string => line.recipient,
      recipientKind: ({ line }: AccessOf): string => line.recipientKind.toUpperCase(),
      purpose: ({ line }: AccessOf): string | null => line.purpose,
      lawfulBasis: ({ group }: AccessOf): string | null => basisOf(group),
      consentRecordId: async (access: AccessOf, _: unknown, context: ConsentContext) => {
        const { subject, group, line, place } = access;
        if (basisOf(group) !== 'consent') return null;
        const { purpose, recipient } = line;
        const history = await context.histories.load(subject);
        return consentInForce(history, { purpose, recipient, at: place[0] })?.recordId ?? null;
      },
      ground: ({ line, group }: AccessOf, _: unknown, { caller }: ConsentContext) => {
        if (basisOf(group) !== 'ground' || line.ground === null) return null;
        // INVARIANT: which case it was is told to the desk alone; by Article 7 telling the person may do harm.
        // Test: test/subgraphs/consent/accesses/accesses.test.ts, "what for".
        const isTold = caller !== null && seesActors(caller);
        return { kind: line.ground.kind, reference: isTold ? line.ground.reference : null };
      },
      decision: ({ group }: AccessOf): string => group.decision.toUpperCase(),
      reason: ({ group }: AccessOf): string => group.reason,
      categories: ({ group }: AccessOf): readonly string[] => group.categories,
      coordinates: ({ group }: AccessOf): readonly string[] => group.coordinates,
      policyRevision: ({ line }: AccessOf): string => line.policyRevision,
    },
  };
}

function basisOf({ decision, reason }: Access['group']): string | null {
  return decision === 'denied' ? null : (BASES[reason] ?? null);
}
