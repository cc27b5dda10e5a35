import type { Caller } from '../../policies/caller.ts';
import type { RecordEvent } from '../../policies/record/recordLine.ts';
import type { PermittedInput } from '../prepare/personalArguments.ts';
import { createGroups, type AuditGroups, type References, type UnitedGroups } from './groups.ts';
import type { RecordWriter } from './recordWriter.ts';
import { createSubjectReference, type SubjectReference } from './subjectReference.ts';

/**
 * `required`: every answer that is recorded waits until its record is kept. `best-effort`: those do that must
 * (`mustBeKept`); the records of all others are kept soon after.
 */
export type AuditMode = 'required' | 'best-effort';

/** A request as it knows itself: its end user by id. */
export type RequestEvent = Readonly<
  Omit<RecordEvent, 'time' | 'endUser' | 'groups' | 'inputs'> &
    Pick<Caller, 'endUser'> & { readonly inputs: readonly PermittedInput[] }
>;

/** Keeps the access record of one gateway process. */
export interface AuditTrail {
  /**
   * Call it before anything that cannot be undone.
   *
   * @throws Error where its record would hardly be kept: it should then not be begun.
   */
  ready(): void;
  /**
   * Whether requests should be sent here, as far as their records go. A failure counts for longer than it does for
   * `ready`: until a record was kept, or there is reason to think that one would be.
   */
  isKeeping(): boolean;
  /** Starts to gather one request's decisions. */
  begin(references: References): AuditGroups;
  /**
   * Records a request that was shown or denied something personal, looked up by it, wrote anything, or invoked a
   * ground; of all others there is nothing to record. Answer only once it has resolved; where it rejects, do not.
   */
  record(event: RequestEvent, groups: AuditGroups): Promise<void>;
  /** Keeps what waits; nothing is recorded any more. */
  close(): Promise<void>;
}

/** Options of `createAuditTrail`. */
export interface AuditTrailOptions {
  readonly writer: Pick<RecordWriter, 'write' | 'leave' | 'trouble' | 'isInDoubt' | 'close'>;
  /** Makes references to subjects whom the consent source gives none; at least 32 bytes. */
  readonly key: Uint8Array;
  readonly mode: AuditMode;
}

/** Creates the trail. */
export function createAuditTrail({ writer, key, mode }: AuditTrailOptions): AuditTrail {
  const keyed = createSubjectReference(key);
  return {
    ready() {
      const trouble = mode === 'required' ? writer.trouble() : null;
      if (trouble !== null) throw trouble;
    },
    isKeeping: () => mode !== 'required' || (writer.trouble() === null && !writer.isInDoubt()),
    begin: createGroups,
    async record(event, gathered) {
      if (gathered.isEmpty() && event.inputs.length === 0 && event.ground === null) return;
      const { references } = gathered;
      const united = gathered.united();
      const { subjects } = united;
      await references.refer(event.endUser === null ? subjects : new Set(subjects).add(event.endUser));
      const line = textOf(event, united, (subject) => references.referenceOf(subject) ?? keyed(subject));
      if (mode === 'required' || mustBeKept(event, united)) await writer.write(line);
      else writer.leave(line);
    },
    close: async () => await writer.close(),
  };
}

/** Who is no third party to the data: all others are. */
const WITHIN: readonly RequestEvent['recipientKind'][] = ['internal', 'group', 'processor'];

/**
 * Whether an answer waits for its record in whatever mode.
 *
 * INVARIANT: nothing is shown under a ground, or to anybody outside, before its record is kept
 * (test/gateway/audit/trail.test.ts, "waits").
 */
function mustBeKept({ ground, recipientKind, inputs }: RequestEvent, { show }: UnitedGroups): boolean {
  return ground !== null || (!WITHIN.includes(recipientKind) && (show || inputs.length > 0));
}

/** In the order of a line, and nothing but what a line holds. */
function textOf(event: RequestEvent, { groups }: UnitedGroups, reference: SubjectReference): string {
  return JSON.stringify({
    time: new Date().toISOString(),
    traceId: event.traceId,
    client: event.client,
    endUser: event.endUser === null ? null : reference(event.endUser),
    actor: event.actor,
    recipient: event.recipient,
    recipientKind: event.recipientKind,
    purpose: event.purpose,
    ground: event.ground,
    justification: event.justification,
    policyRevision: event.policyRevision,
    operation: event.operation,
    inputs: event.inputs.map(({ coordinate, categories, use }) => ({
      coordinate,
      categories: [...categories],
      use,
    })),
    groups: groups(reference),
  } satisfies RecordEvent);
}
