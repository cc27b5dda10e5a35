import type { Decision } from '../../policies/decision.ts';
import type { RecordGroup } from '../../policies/record/recordLine.ts';
import type { Guard } from '../project/shape.ts';
import type { Slots } from '../project/slots.ts';
import type { SubjectReference } from './subjectReference.ts';

/** What stands for subjects in the record, where their consents are kept. */
export interface References {
  /** Makes sure that the references of these are known, where they can be. */
  readonly refer: (subjects: Iterable<string>) => Promise<void>;
  /** `null`: the source gave nothing, or was not asked; then a keyed reference stands there. */
  readonly referenceOf: (subject: string) => string | null;
}

/** Gathers one request's decisions. */
export interface AuditGroups {
  readonly references: References;
  readonly add: (guard: Guard, decision: Decision, slots: Slots) => void;
  readonly isEmpty: () => boolean;
  /** What has been decided, one for each field and outcome. */
  readonly outcomes: () => readonly Pick<RecordGroup, 'decision' | 'reason' | 'categories'>[];
  /** What has been gathered, put together. */
  readonly united: () => UnitedGroups;
}

/** Decisions put together: coordinates with one outcome for the very same subjects are one group. */
export interface UnitedGroups {
  /** Ids of all whom they are about. */
  readonly subjects: ReadonlySet<string>;
  /** Whether anything was shown, masked or not. */
  readonly show: boolean;
  /** The groups as they are recorded. */
  readonly groups: (reference: SubjectReference) => RecordGroup[];
}

/** One outcome of one guard, or of all at a coordinate, and the lists of subjects that it was about. */
interface Outcome extends Pick<RecordGroup, 'decision' | 'reason' | 'categories'> {
  readonly coordinate: string;
  readonly about: (readonly string[])[];
}

/** Starts to gather. `add` is called for each guarded value of an answer, so no more is done there than remembering. */
export function createGroups(references: References): AuditGroups {
  const outcomes: Outcome[] = [];
  const byGuard = new Map<Guard, Outcome[]>();
  return {
    references,
    isEmpty: () => outcomes.length === 0,
    outcomes: () => outcomes,
    add(guard, decided, slots) {
      let known = byGuard.get(guard);
      if (known === undefined) byGuard.set(guard, (known = []));
      const { reason } = decided;
      const decision = decided.effect === 'deny' ? 'denied' : decided.level;
      let outcome: Outcome | undefined;
      for (const each of known) if (each.reason === reason && each.decision === decision) outcome = each;
      if (outcome === undefined) {
        const { report } = guard;
        const categories = [...guard.categories];
        outcome = { decision, reason, categories, coordinate: report.coordinate, about: [] };
        known.push(outcome);
        outcomes.push(outcome);
      }
      if (guard.verdict.effect === 'deny') return;
      for (const slot of guard.slots) {
        const subjects = slot === null ? null : slots.ids(slot);
        if (subjects !== null) outcome.about.push(subjects);
      }
    },
    united: () => united(outcomes),
  };
}

/** A group whose people have no references yet. */
interface Group extends Omit<RecordGroup, 'subjects'> {
  readonly people: People | null;
}

/** No group says more than was shown. */
function united(outcomes: readonly Outcome[]): UnitedGroups {
  const people = createPeople();
  const groups = new Map<string, Group>();
  for (const { coordinate, about, ...outcome } of byCoordinate(outcomes)) {
    const them = people.of(about);
    const key = JSON.stringify([outcome, them?.id]);
    const group = groups.get(key);
    if (group !== undefined) group.coordinates.push(coordinate);
    else groups.set(key, { ...outcome, coordinates: [coordinate], people: them });
  }
  return {
    subjects: people.all(),
    show: outcomes.some(({ decision }) => decision !== 'denied'),
    groups: (reference) => {
      const references = new Map<People, string[]>();
      return Array.from(groups.values(), ({ people: them, ...group }) => {
        let subjects = them === null ? null : references.get(them);
        if (them !== null && subjects === undefined) {
          references.set(them, (subjects = Array.from(them.ids, reference)));
        }
        return { ...group, coordinates: group.coordinates.toSorted(), subjects: subjects ?? null };
      });
    },
  };
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
  /** The lists that they were found in. */
  readonly about: Outcome['about'];
}

/** Most fields of an answer are about the same people, in lists that are the same: those are looked up once. */
function createPeople() {
  const known: People[] = [];
  return {
    of(about: Outcome['about']): People | null {
      if (about.length === 0) return null;
      const alike = known.find((each) => areSame(each.about, about));
      if (alike !== undefined) return alike;
      const ids = new Set<string>();
      for (const subjects of about) for (const subject of subjects) ids.add(subject);
      const same = known.find(
        (each) => each.ids.size === ids.size && [...ids].every((id) => each.ids.has(id)),
      );
      if (same !== undefined) return same;
      const people = { id: known.length, ids, about };
      known.push(people);
      return people;
    },
    all(): ReadonlySet<string> {
      if (known.length === 1 && known[0] !== undefined) return known[0].ids;
      const all = new Set<string>();
      for (const { ids } of known) for (const id of ids) all.add(id);
      return all;
    },
  };
}

function areSame(some: readonly unknown[], others: readonly unknown[]): boolean {
  if (some.length !== others.length) return false;
  for (let index = 0; index < some.length; index++) if (some[index] !== others[index]) return false;
  return true;
}
