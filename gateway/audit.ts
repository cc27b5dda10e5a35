import type { Caller } from '../policies/caller.ts';
import type { Decision } from '../policies/decision.ts';
import type { Basis, Recipient } from '../policies/policy.ts';
import type { PermittedInput } from './prepare/personalArguments.ts';
import type { Guard } from './project/shape.ts';
import type { Slots } from './project/slots.ts';
import { createSubjectReference, type SubjectReference } from './subjectReference.ts';

/** One answered request: who was shown what about whom, and why. Never a value. */
export interface AuditEvent {
  /** Counts the events of one gateway process, from 1. */
  readonly sequence: number;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly traceId: string;
  readonly client: string;
  readonly endUser: string | null;
  readonly actor: string | null;
  readonly recipient: string;
  readonly recipientKind: Recipient['kind'];
  readonly purpose: string | null;
  readonly ground: { readonly kind: string; readonly reference: string } | null;
  /** Free text that the request gave in `extensions.privacy.justification`. */
  readonly justification: string | null;
  readonly policyRevision: string;
  readonly operation: string | null;
  /** What it looked up by and wrote, by coordinate; root fields of a mutation without categories. */
  readonly inputs: readonly PermittedInput[];
  readonly groups: readonly AuditGroup[];
}

/** Fields with one outcome, for the same subjects. */
export interface AuditGroup {
  readonly decision: 'full' | 'masked' | 'denied';
  readonly reason: string;
  readonly categories: readonly string[];
  readonly coordinates: readonly string[];
  /** Keyed references, not ids; `null` where the decision did not depend on anybody. */
  readonly subjects: readonly string[] | null;
}

/** Takes an event's line. Rejects where it could not be kept, and then nothing is answered. */
export type AuditSink = (line: string) => Promise<void>;

/** What stands for subjects in the record, where their consents are kept. */
export interface References {
  /** Makes sure that the references of these are known, where they can be. */
  readonly refer: (subjects: Iterable<string>) => Promise<void>;
  /** `null`: the source gave nothing, or was not asked; then a keyed reference stands there. */
  readonly referenceOf: (subject: string) => string | null;
}

/** Gathers one request's decisions. */
export interface AuditGroups {
  readonly add: (guard: Guard, decision: Decision, slots: Slots) => void;
  readonly isEmpty: () => boolean;
  /** Finds out what stands for those whose consents were not asked for, and for the end user. */
  readonly refer: (endUser: string | null) => Promise<void>;
  readonly reference: SubjectReference;
  readonly groups: () => readonly AuditGroup[];
}

/** A request as it knows itself. */
export type RequestEvent = Omit<AuditEvent, 'sequence' | 'time' | 'endUser' | 'groups'> &
  Pick<Caller, 'endUser'>;

/** Keeps the access record of one gateway process. */
export interface AuditTrail {
  begin(references: References): AuditGroups;
  /**
   * Records a request that was shown or denied something personal, looked up by it, wrote anything, or invoked a
   * ground; of all others there is nothing to record.
   */
  record(event: RequestEvent, groups: AuditGroups): Promise<void>;
}

/**
 * Creates the trail.
 *
 * @param key makes references to subjects that only its holder can link to ids; at least 32 bytes.
 */
export function createAuditTrail(sink: AuditSink, key: Uint8Array): AuditTrail {
  let sequence = 0;
  const keyed = createSubjectReference(key);

  return {
    begin: (references) => createGroups(references, keyed),
    async record(event, gathered) {
      if (gathered.isEmpty() && event.inputs.length === 0 && event.ground === null) return;
      const { endUser } = event;
      await gathered.refer(endUser);
      sequence += 1;
      await sink(
        JSON.stringify({
          sequence,
          time: new Date().toISOString(),
          ...event,
          endUser: endUser === null ? null : gathered.reference(endUser),
          groups: gathered.groups(),
        } satisfies AuditEvent),
      );
    },
  };
}

/** One outcome of one guard, or of all at a coordinate, and the lists of subjects that it was about. */
interface Outcome extends Pick<AuditGroup, 'decision' | 'reason' | 'categories'> {
  readonly coordinate: string;
  readonly basis: Basis | null;
  readonly about: (readonly string[])[];
}

/** A ground and the subject's own access do not wait for anybody's consent (see `askingOf`). */
function isAsked(basis: Basis | null): boolean {
  return basis !== 'ground' && basis !== 'self';
}

/** Called for each guarded value of an answer, so no more is done here than remembering. */
function createGroups({ refer, referenceOf }: References, keyed: SubjectReference): AuditGroups {
  const outcomes: Outcome[] = [];
  const byGuard = new Map<Guard, Outcome[]>();
  const reference: SubjectReference = (subject) => referenceOf(subject) ?? keyed(subject);
  return {
    reference,
    isEmpty: () => outcomes.length === 0,
    async refer(endUser) {
      const unasked = outcomes.flatMap(({ basis, about }) => (isAsked(basis) ? [] : about.flat()));
      await refer(endUser === null ? unasked : [...unasked, endUser]);
    },
    add(guard, decided, slots) {
      let known = byGuard.get(guard);
      if (known === undefined) byGuard.set(guard, (known = []));
      const { reason } = decided;
      const decision = decided.effect === 'deny' ? 'denied' : decided.level;
      let outcome: Outcome | undefined;
      for (const each of known) if (each.reason === reason && each.decision === decision) outcome = each;
      if (outcome === undefined) {
        const { categories, report, verdict } = guard;
        const basis = verdict.effect === 'deny' ? null : verdict.basis;
        outcome = { decision, reason, categories, coordinate: report.coordinate, basis, about: [] };
        known.push(outcome);
        outcomes.push(outcome);
      }
      if (guard.verdict.effect === 'deny') return;
      for (const slot of guard.slots) {
        const subjects = slot === null ? null : slots.ids(slot);
        if (subjects !== null) outcome.about.push(subjects);
      }
    },
    groups: () => united(outcomes, reference),
  };
}

/** Coordinates with one outcome for the very same subjects stand together; no group says more than was shown. */
function united(outcomes: readonly Outcome[], reference: SubjectReference): AuditGroup[] {
  const peopleOf = createPeople(reference);
  const groups = new Map<string, AuditGroup & { readonly coordinates: string[] }>();
  for (const { coordinate, basis: _, about, ...outcome } of byCoordinate(outcomes)) {
    const people = peopleOf(about);
    const key = JSON.stringify([outcome, people?.id]);
    const group = groups.get(key);
    if (group !== undefined) group.coordinates.push(coordinate);
    else groups.set(key, { ...outcome, coordinates: [coordinate], subjects: people?.references ?? null });
  }
  return [...groups.values()].map((group) => ({ ...group, coordinates: group.coordinates.toSorted() }));
}

/** One field may stand in several places of an answer. */
function byCoordinate(outcomes: readonly Outcome[]): Iterable<Outcome> {
  const found = new Map<string, Outcome>();
  for (const outcome of outcomes) {
    const { decision, reason, categories, coordinate, about } = outcome;
    const key = JSON.stringify([decision, reason, categories, coordinate]);
    const before = found.get(key)?.about ?? [];
    found.set(key, { ...outcome, about: before.length === 0 ? about : [...before, ...about] });
  }
  return found.values();
}

/** Some people, whom an answer's outcomes are about. */
interface People {
  /** Equal for the very same people, whatever their order. */
  readonly id: number;
  readonly ids: ReadonlySet<string>;
  readonly references: readonly string[];
  /** The lists that they were found in. */
  readonly about: Outcome['about'];
}

/** Most fields of an answer are about the same people, in lists that are the same: those are looked up once. */
function createPeople(reference: SubjectReference): (about: Outcome['about']) => People | null {
  const known: People[] = [];
  return (about) => {
    if (about.length === 0) return null;
    const alike = known.find((each) => areSame(each.about, about));
    if (alike !== undefined) return alike;
    const ids = new Set<string>();
    for (const subjects of about) for (const subject of subjects) ids.add(subject);
    const same = known.find((each) => each.ids.size === ids.size && [...ids].every((id) => each.ids.has(id)));
    if (same !== undefined) return same;
    const people = { id: known.length, ids, references: Array.from(ids, reference), about };
    known.push(people);
    return people;
  };
}

function areSame(some: readonly unknown[], others: readonly unknown[]): boolean {
  if (some.length !== others.length) return false;
  for (let index = 0; index < some.length; index++) if (some[index] !== others[index]) return false;
  return true;
}
