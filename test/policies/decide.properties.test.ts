import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Caller, Ground } from '../../policies/caller.ts';
import type { ConsentEntry, ConsentState, SubjectState } from '../../policies/consent/state.ts';
import { covers } from '../../policies/covers.ts';
import { decide } from '../../policies/decide.ts';
import type { Decision } from '../../policies/decision.ts';
import { loadPolicy } from '../../policies/loadPolicy.ts';
import type { Rule } from '../../policies/rule.ts';

const POLICY = await loadPolicy(new URL('../../policies/crowdworks/policy.yaml', import.meta.url).pathname);
const PURPOSES = [...POLICY.purposes.keys()];
const CATEGORIES = [...POLICY.categories.keys()];
const RECIPIENTS = [...POLICY.recipients.keys()];

const above = (keys: readonly string[]): readonly string[] => [
  ...new Set(keys.flatMap((key) => [key, key.split('.')[0] ?? key])),
];
const time = fc.integer({ min: Date.parse('2016-01-01'), max: Date.parse('2026-01-01') });
const purpose = fc.constantFrom(...PURPOSES);
const subjectId = fc.constantFrom('user:u_1', 'user:u_2');

const entry: fc.Arbitrary<ConsentEntry> = fc.record({
  purpose: fc.constantFrom(...above(PURPOSES)),
  recipient: fc.option(fc.constantFrom(...above(RECIPIENTS))),
  state: fc.constantFrom<ConsentEntry['state']>('GIVEN', 'REFUSED', 'WITHDRAWN', 'OBJECTED'),
  at: time,
  expiresAt: fc.option(time),
});

const state: fc.Arbitrary<ConsentState> = fc.record({
  subject: fc.constant('user:u_1'),
  suspended: fc.boolean(),
  lastServiceUse: fc.option(time, { freq: 8 }),
  collectionMethods: fc.subarray([...POLICY.channels.keys()]),
  entries: fc.array(entry, { maxLength: 6 }),
  reference: fc.constant(null),
});

const subject: fc.Arbitrary<SubjectState> = fc.oneof(
  {
    weight: 8,
    arbitrary: state.map((known): SubjectState => ({ kind: 'known', subject: known.subject, state: known })),
  },
  { weight: 1, arbitrary: fc.constant<SubjectState>({ kind: 'unresolved' }) },
  { weight: 1, arbitrary: fc.constant<SubjectState>({ kind: 'unavailable', subject: 'user:u_1' }) },
);

const rule: fc.Arbitrary<Rule> = fc.record({
  categories: fc.array(fc.constantFrom(...CATEGORIES), { minLength: 1, maxLength: 2 }),
  allow: fc.option(fc.array(fc.constantFrom(...above(PURPOSES)), { maxLength: 3 }), { freq: 1 }),
  deny: fc.array(fc.constantFrom(...above(PURPOSES)), { maxLength: 1 }),
});

const ground: fc.Arbitrary<Ground> = fc.record({
  kind: fc.constantFrom(...POLICY.grounds.keys()),
  reference: fc.constant('case 1'),
  expires: time,
  subjects: fc.array(subjectId),
});

const caller: fc.Arbitrary<Caller> = fc.record({
  client: fc.constantFrom(...POLICY.clients.keys()),
  purpose: fc.option(purpose, { freq: 20 }),
  recipient: fc.constantFrom(...RECIPIENTS, 'internal', 'internal', 'group', 'authority'),
  endUser: fc.option(subjectId),
  actor: fc.constant(null),
  ground: fc.option(ground),
});

/** Callers, rules and states that get through the static rows more often than not. */
const fitting = purpose.chain((key) => {
  const terms = POLICY.purposes.get(key);
  const levels = CATEGORIES.filter((category) =>
    [...(terms?.levels.keys() ?? [])].some((name) => covers(name, category)),
  );
  const recipients = RECIPIENTS.filter((name) =>
    [...(terms?.basis.keys() ?? [])].some((basis) => covers(basis, name)),
  );
  return fc.record({
    rule: fc.record<Rule>({
      categories: fc.array(fc.constantFrom(...(levels.length > 0 ? levels : CATEGORIES)), {
        minLength: 1,
        maxLength: 2,
      }),
      allow: fc.constant(null),
      deny: fc.constant([]),
    }),
    caller: fc.record<Caller>({
      client: fc.constant('any'),
      purpose: fc.constant(key),
      recipient: fc.constantFrom(...(recipients.length > 0 ? recipients : RECIPIENTS)),
      endUser: fc.constant(null),
      actor: fc.constant(null),
      ground: fc.constant(null),
    }),
    // Entries that speak of this very purpose, so that they meet.
    state: fc.tuple(state, fc.array(entry, { maxLength: 3 })).map(([known, more]) => ({
      ...known,
      entries: [...known.entries, ...more.map((each) => ({ ...each, purpose: key }))],
    })),
  });
});

const RUNS = { numRuns: 3000 };

function decideKnown(rule: Rule, caller: Caller, known: ConsentState, now: number): Decision {
  return decide(POLICY, rule, caller, { kind: 'known', subject: known.subject, state: known }, now);
}

/** 0: denied, 1: masked, 2: full. */
function reach(decision: Decision): number {
  if (decision.effect === 'deny') return 0;
  return decision.level === 'full' ? 2 : 1;
}

describe('decide', () => {
  it('gives the same answer to the same question, one of those there are', () => {
    fc.assert(
      fc.property(rule, caller, subject, time, (...question) => {
        const decision = decide(POLICY, ...question);
        expect(decide(POLICY, ...question)).toEqual(decision);
        expect(['allow', 'deny']).toContain(decision.effect);
      }),
      RUNS,
    );
  });

  it('shows no more after one more refusal, withdrawal or objection', () => {
    const denial = entry.filter(({ state }) => state !== 'GIVEN');
    let shown = 0;
    fc.assert(
      fc.property(fitting, denial, time, fc.nat(), ({ rule, caller, state }, more, now, seed) => {
        const at = seed % (state.entries.length + 1);
        const before = reach(decideKnown(rule, caller, state, now));
        const after = reach(
          decideKnown(rule, caller, { ...state, entries: state.entries.toSpliced(at, 0, more) }, now),
        );
        if (before > 0) shown++;
        expect(after).toBeLessThanOrEqual(before);
      }),
      RUNS,
    );
    // The property says nothing unless things were shown before.
    expect(shown).toBeGreaterThan(RUNS.numRuns / 20);
  });

  it('shows no more once use is suspended', () => {
    fc.assert(
      fc.property(fitting, time, ({ rule, caller, state }, now) => {
        const active = reach(decideKnown(rule, caller, { ...state, suspended: false }, now));
        const suspended = decideKnown(rule, caller, { ...state, suspended: true }, now);
        expect(reach(suspended)).toBeLessThanOrEqual(active);
        if (POLICY.purposes.get(caller.purpose ?? '')?.suspendable === true)
          expect(suspended.effect).toBe('deny');
      }),
      RUNS,
    );
  });

  it('shows no more of several categories than of each', () => {
    fc.assert(
      fc.property(rule, caller, subject, time, (rule, caller, subject, now) => {
        const all = reach(decide(POLICY, rule, caller, subject, now));
        for (const category of rule.categories) {
          expect(all).toBeLessThanOrEqual(
            reach(decide(POLICY, { ...rule, categories: [category] }, caller, subject, now)),
          );
        }
      }),
      RUNS,
    );
  });

  it('lifts rows 2, 3 and 4 under no ground', () => {
    const purposes = [...POLICY.grounds.values()].flatMap((terms) => terms.purposes);
    const underGround = fc.tuple(caller, ground, fc.constantFrom(...purposes)).map(([base, stated, key]) => ({
      ...base,
      purpose: key,
      ground: { ...stated, subjects: ['user:u_1'], expires: Number.MAX_SAFE_INTEGER },
    }));
    const never = CATEGORIES.filter((key) => POLICY.categories.get(key)?.never === true);
    const identifying = CATEGORIES.filter((key) => POLICY.categories.get(key)?.identifying === true);
    const spoilt = fc.oneof(
      fc.tuple(rule, fc.constantFrom(...never), underGround).map(([base, key, by]) => ({
        rule: { ...base, categories: [...base.categories, key] },
        caller: by,
      })),
      fc
        .tuple(
          rule,
          fc.constantFrom(...identifying),
          underGround,
          fc.constantFrom('advertiser.criteo', 'advertiser.yahoo'),
        )
        .map(([base, key, by, recipient]) => ({
          rule: { ...base, categories: [...base.categories, key] },
          caller: { ...by, recipient },
        })),
      fc
        .tuple(rule, underGround)
        .map(([base, by]) => ({ rule: { ...base, deny: [by.purpose] }, caller: by })),
    );
    fc.assert(
      fc.property(spoilt, subject, time, ({ rule, caller }, known, now) => {
        const decision = decide(POLICY, rule, caller, known, now);
        expect(decision.effect).toBe('deny');
        expect(['NEVER_DISCLOSED', 'RECIPIENT_BARRED', 'PURPOSE_DENIED']).toContain(decision.reason);
      }),
      RUNS,
    );
  });

  it('allows under a ground only to whom it names, while it lasts', () => {
    fc.assert(
      fc.property(rule, caller, ground, subject, time, (rule, base, stated, known, now) => {
        const decision = decide(POLICY, rule, { ...base, ground: stated }, known, now);
        if (decision.effect === 'deny') return;
        expect(decision.reason).toBe('GROUND');
        expect(known.kind === 'unresolved' ? [] : stated.subjects).toContain('user:u_1');
        expect(now).toBeLessThan(stated.expires);
      }),
      RUNS,
    );
  });

  it('allows no purpose that the policy does not know', () => {
    const unknown = fc.oneof(
      fc.string(),
      purpose.map((key) => `${key}.more`),
      purpose.map((key) => key.toUpperCase()),
      fc.constantFrom('service', 'marketing', 'joint', 'agreed', '*', '', 'toString', '__proto__'),
    );
    fc.assert(
      fc.property(rule, caller, unknown, subject, time, (rule, base, key, known, now) => {
        fc.pre(POLICY.purposes.get(key)?.declarable !== true);
        expect(decide(POLICY, rule, { ...base, purpose: key }, known, now).effect).toBe('deny');
      }),
      RUNS,
    );
  });

  it('allows nothing about a subject whose state could not be read, but for grounds and oneself', () => {
    const blind = fc.constantFrom<SubjectState>(
      { kind: 'unresolved' },
      { kind: 'unavailable', subject: 'user:u_1' },
    );
    fc.assert(
      fc.property(fitting, blind, time, ({ rule, caller }, subject, now) => {
        expect(decide(POLICY, rule, caller, subject, now).effect).toBe('deny');
      }),
      RUNS,
    );
  });
});
