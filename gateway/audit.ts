import { createHmac } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import type { Caller } from '../policies/caller.ts';
import type { Decision } from '../policies/decision.ts';
import type { PermittedInput } from './prepare/personalArguments.ts';
import type { Guard } from './project/shape.ts';
import type { Slots } from './project/slots.ts';

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

/** Gathers one request's decisions. */
export interface AuditGroups {
  add(guard: Guard, decision: Decision, slots: Slots): void;
  groups(): readonly AuditGroup[];
}

/** Keeps the access record of one gateway process. */
export interface AuditTrail {
  begin(): AuditGroups;
  /**
   * Records a request that was shown or denied something personal, looked up by it, wrote anything, or invoked a
   * ground; of all others there is nothing to record.
   */
  record(event: Omit<AuditEvent, 'sequence' | 'time' | 'endUser'> & Pick<Caller, 'endUser'>): Promise<void>;
}

/** Appends lines to an NDJSON file. */
export function auditFile(file: string): AuditSink {
  let last: Promise<void> = Promise.resolve();
  return async (line) => {
    const write = last.then(async () => await appendFile(file, `${line}\n`, { mode: 0o600 }));
    // One failed line must not fail those after it; its own caller is told.
    last = write.catch(() => undefined);
    await write;
  };
}

/**
 * Creates the trail.
 *
 * @param key makes references to subjects that only its holder can link to ids; at least 32 bytes.
 */
export function createAuditTrail(sink: AuditSink, key: Uint8Array): AuditTrail {
  let sequence = 0;
  const reference = (subject: string): string =>
    createHmac('sha256', key).update(subject).digest('base64url').slice(0, 22);

  return {
    begin: () => createGroups(reference),
    async record(event) {
      if (event.groups.length === 0 && event.inputs.length === 0 && event.ground === null) return;
      sequence += 1;
      await sink(
        JSON.stringify({
          sequence,
          time: new Date().toISOString(),
          ...event,
          endUser: event.endUser === null ? null : reference(event.endUser),
        } satisfies AuditEvent),
      );
    },
  };
}

/** One coordinate's outcome, and whom it was about. */
interface Outcome extends Pick<AuditGroup, 'decision' | 'reason' | 'categories'> {
  readonly coordinate: string;
  readonly subjects: Set<string>;
}

function createGroups(reference: (subject: string) => string): AuditGroups {
  const outcomes = new Map<string, Outcome>();
  return {
    add(guard, decision, slots) {
      const outcome = decision.effect === 'deny' ? 'denied' : decision.level;
      const { reason } = decision;
      const { coordinate, category } = guard.report;
      const key = `${outcome} ${reason} ${category} ${coordinate}`;
      let known = outcomes.get(key);
      if (known === undefined) {
        const { categories } = guard;
        known = { decision: outcome, reason, categories, coordinate, subjects: new Set() };
        outcomes.set(key, known);
      }
      if (guard.verdict.effect === 'deny') return;
      for (const slot of guard.slots) {
        for (const subject of (slot === null ? null : slots.ids(slot)) ?? []) known.subjects.add(subject);
      }
    },
    groups: () => united([...outcomes.values()], reference),
  };
}

/** Coordinates with one outcome for the very same subjects stand together; no group says more than was shown. */
function united(outcomes: readonly Outcome[], reference: (subject: string) => string): AuditGroup[] {
  const references = new Map<string, string>();
  const referTo = (subject: string): string => {
    const known = references.get(subject) ?? reference(subject);
    references.set(subject, known);
    return known;
  };
  const groups = new Map<string, AuditGroup & { readonly coordinates: string[] }>();
  for (const { coordinate, subjects, ...outcome } of outcomes) {
    const about = subjects.size === 0 ? null : [...subjects].map(referTo).sort();
    const key = JSON.stringify([outcome, about]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { ...outcome, coordinates: [coordinate], subjects: about });
    else group.coordinates.push(coordinate);
  }
  return [...groups.values()].map((group) => ({ ...group, coordinates: group.coordinates.toSorted() }));
}
