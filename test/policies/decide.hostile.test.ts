import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admit } from '../../policies/admit.ts';
import type { Caller } from '../../policies/caller.ts';
import type { SubjectState } from '../../policies/consent/state.ts';
import { decide, decideForSubject, decideStatically } from '../../policies/decide.ts';
import { STATIC_DENIALS, SUBJECT_DENIALS } from '../../policies/decision.ts';
import { mayLookUp } from '../../policies/mayLookUp.ts';
import type { Rule } from '../../policies/rule.ts';
import { smallPolicy } from './smallPolicy.ts';

const POLICY = smallPolicy();
const NOW = Date.parse('2024-06-01');
const RULE: Rule = { categories: ['contact.email'], allow: null, deny: [] };
const CALLER: Caller = {
  client: 'many',
  purpose: 'offers',
  recipient: 'internal',
  endUser: null,
  actor: null,
  ground: null,
};
const SUBJECT: SubjectState = {
  kind: 'known',
  subject: 'user:u_1',
  state: {
    subject: 'user:u_1',
    suspended: false,
    lastServiceUse: Date.parse('2024-05-01'),
    collectionMethods: ['survey'],
    entries: [
      { purpose: 'offers', recipient: null, state: 'GIVEN', at: Date.parse('2024-01-01'), expiresAt: null },
    ],
    reference: null,
  },
};

/** Calls a function with whatever came in, past what its types say. */
function call(target: (...given: never[]) => unknown, ...given: readonly unknown[]): unknown {
  return Reflect.apply(target, undefined, given);
}

/** An object whose every property throws. */
const EXPLOSIVE: unknown = new Proxy(
  {},
  {
    get: () => {
      throw new Error('out of reach');
    },
  },
);

function exploding(base: object, property: string): unknown {
  return Object.defineProperty({ ...base }, property, {
    enumerable: true,
    get: () => {
      throw new Error('out of reach');
    },
  });
}

const REASONS: readonly string[] = [...STATIC_DENIALS, ...SUBJECT_DENIALS];

describe('decide, given what its types forbid', () => {
  it('allows the base that the cases below spoil', () => {
    expect(decide(POLICY, RULE, CALLER, SUBJECT, NOW)).toEqual({
      effect: 'allow',
      level: 'full',
      reason: 'CONSENT',
    });
  });

  const state = (change: object): unknown => ({ ...SUBJECT, state: { ...SUBJECT.state, ...change } });
  const table: readonly {
    name: string;
    given: Partial<Record<'policy' | 'rule' | 'caller' | 'subject' | 'now', unknown>>;
    expected: string;
  }[] = [
    { name: 'no policy', given: { policy: undefined }, expected: 'PURPOSE_MISSING' },
    { name: 'a policy that throws', given: { policy: EXPLOSIVE }, expected: 'PURPOSE_MISSING' },
    { name: 'no caller', given: { caller: null }, expected: 'PURPOSE_MISSING' },
    { name: 'a caller that throws', given: { caller: EXPLOSIVE }, expected: 'PURPOSE_MISSING' },
    {
      name: 'a purpose that is a list',
      given: { caller: { ...CALLER, purpose: ['offers'] } },
      expected: 'PURPOSE_MISSING',
    },
    {
      name: 'a purpose of the prototype',
      given: { caller: { ...CALLER, purpose: '__proto__' } },
      expected: 'PURPOSE_MISSING',
    },
    {
      name: 'a purpose named constructor',
      given: { caller: { ...CALLER, purpose: 'constructor' } },
      expected: 'PURPOSE_MISSING',
    },
    { name: 'no rule', given: { rule: null }, expected: 'NEVER_DISCLOSED' },
    {
      name: 'categories that are no list',
      given: { rule: { ...RULE, categories: 'contact.email' } },
      expected: 'NEVER_DISCLOSED',
    },
    {
      name: 'categories that throw',
      given: { rule: exploding(RULE, 'categories') },
      expected: 'NEVER_DISCLOSED',
    },
    { name: 'a deny list that throws', given: { rule: exploding(RULE, 'deny') }, expected: 'PURPOSE_DENIED' },
    { name: 'no deny list', given: { rule: { ...RULE, deny: undefined } }, expected: 'PURPOSE_DENIED' },
    {
      name: 'a ground that throws',
      given: { caller: exploding(CALLER, 'ground') },
      expected: 'GROUND_NOT_COVERED',
    },
    {
      name: 'a ground that is missing',
      given: { caller: { ...CALLER, ground: undefined } },
      expected: 'GROUND_NOT_COVERED',
    },
    {
      name: 'an allow list that throws',
      given: { rule: exploding(RULE, 'allow') },
      expected: 'PURPOSE_NOT_ALLOWED',
    },
    {
      name: 'a recipient that throws',
      given: { caller: exploding(CALLER, 'recipient') },
      expected: 'RECIPIENT_BARRED',
    },
    { name: 'no subject', given: { subject: undefined }, expected: 'SUBJECT_UNRESOLVED' },
    { name: 'a subject that throws', given: { subject: EXPLOSIVE }, expected: 'SUBJECT_UNRESOLVED' },
    {
      name: 'a subject of no kind',
      given: { subject: { ...SUBJECT, kind: 'sure' } },
      expected: 'SUBJECT_UNRESOLVED',
    },
    {
      name: 'a subject without id',
      given: { subject: { ...SUBJECT, subject: '' } },
      expected: 'SUBJECT_UNRESOLVED',
    },
    {
      name: 'a state that throws',
      given: { subject: exploding(SUBJECT, 'state') },
      expected: 'CONSENT_UNAVAILABLE',
    },
    { name: 'no state', given: { subject: { ...SUBJECT, state: null } }, expected: 'CONSENT_UNAVAILABLE' },
    {
      name: 'suspension unknown',
      given: { subject: state({ suspended: undefined }) },
      expected: 'SUSPENDED',
    },
    { name: 'entries that are no list', given: { subject: state({ entries: {} }) }, expected: 'OBJECTED' },
    {
      name: 'an entry that throws',
      given: { subject: state({ entries: [EXPLOSIVE] }) },
      expected: 'OBJECTED',
    },
    {
      name: 'an entry of an unknown state',
      given: {
        subject: state({
          entries: [
            ...SUBJECT.state.entries,
            { purpose: 'offers', recipient: null, state: 'DOUBTED', at: NOW, expiresAt: null },
          ],
        }),
      },
      expected: 'CONSENT_REFUSED',
    },
    {
      name: 'channels that are no list',
      given: { subject: state({ collectionMethods: null }) },
      expected: 'CHANNEL_NOT_COVERED',
    },
    {
      name: 'a consent given at no time',
      given: { subject: state({ entries: [{ ...SUBJECT.state.entries[0], at: Number.NaN }] }) },
      expected: 'CONSENT_NOT_GIVEN',
    },
    {
      name: 'a consent whose end is missing',
      given: { subject: state({ entries: [{ ...SUBJECT.state.entries[0], expiresAt: undefined }] }) },
      expected: 'CONSENT_EXPIRED',
    },
    { name: 'no present time', given: { now: Number.NaN }, expected: 'CONSENT_NOT_GIVEN' },
    {
      name: 'no present time, on a published objective',
      given: { now: Number.NaN, caller: { ...CALLER, purpose: 'upkeep' } },
      expected: 'REVISION_NOT_ACCEPTED',
    },
    {
      name: 'last use at no time',
      given: { subject: state({ lastServiceUse: Number.NaN }), caller: { ...CALLER, purpose: 'upkeep' } },
      expected: 'REVISION_NOT_ACCEPTED',
    },
    {
      name: 'an endless ground',
      given: {
        caller: {
          ...CALLER,
          purpose: 'disclosure.law',
          recipient: 'authority',
          ground: { kind: 'law', reference: 'x', expires: undefined, subjects: ['user:u_1'] },
        },
      },
      expected: 'GROUND_OUT_OF_SCOPE',
    },
    {
      name: 'a ground whose subjects are text that contains the id',
      given: {
        caller: {
          ...CALLER,
          purpose: 'disclosure.law',
          recipient: 'authority',
          ground: { kind: 'law', reference: 'x', expires: NOW + 1, subjects: 'user:u_12' },
        },
      },
      expected: 'GROUND_OUT_OF_SCOPE',
    },
  ];
  it.each(table)('$name', ({ given, expected }) => {
    const all = { policy: POLICY, rule: RULE, caller: CALLER, subject: SUBJECT, now: NOW, ...given };
    const decision = call(decide, all.policy, all.rule, all.caller, all.subject, all.now);
    expect(decision).toEqual({ effect: 'deny', reason: expected });
  });

  it.each([
    { name: 'no opening', opening: null, caller: CALLER },
    { name: 'an opening that throws', opening: EXPLOSIVE, caller: CALLER },
    { name: 'no caller', opening: decideStatically(POLICY, RULE, CALLER), caller: null },
    {
      name: 'a recipient that throws',
      opening: decideStatically(POLICY, RULE, CALLER),
      caller: exploding(CALLER, 'recipient'),
    },
  ])('denies a subject under what is open, given $name', ({ opening, caller }) => {
    const decision = call(decideForSubject, POLICY, opening, caller, SUBJECT, NOW);
    expect(decision).toEqual({ effect: 'deny', reason: 'SUBJECT_UNRESOLVED' });
  });

  it('denies anything at all, and never throws', () => {
    fc.assert(
      fc.property(
        fc.anything(),
        fc.anything(),
        fc.anything(),
        fc.anything(),
        (rule, caller, subject, now) => {
          const decision = call(decide, POLICY, rule, caller, subject, now);
          expect(decision).toEqual({
            effect: 'deny',
            reason: expect.toSatisfy((reason) => REASONS.includes(String(reason))),
          });
        },
      ),
    );
  });

  it('denies a good question of which any part is anything', () => {
    const part = fc.constantFrom(
      'rule.categories',
      'caller.purpose',
      'caller.recipient',
      'state.entries',
      'state.subject',
    );
    fc.assert(
      fc.property(part, fc.anything(), (path, value) => {
        const [whole, property] = path.split('.');
        const spoil = (name: string, base: object): unknown =>
          whole === name ? { ...base, [property ?? '']: value } : base;
        const subject = { ...SUBJECT, state: spoil('state', SUBJECT.state) };
        const decision = call(decide, POLICY, spoil('rule', RULE), spoil('caller', CALLER), subject, NOW);
        expect(decision).toMatchObject({ effect: 'deny' });
      }),
    );
  });

  it('settles the static rows, looks up and admits without throwing', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.anything(), (rule, caller, now) => {
        expect(call(decideStatically, POLICY, rule, caller)).toMatchObject({ effect: 'deny' });
        expect(call(mayLookUp, POLICY, ['contact.email'], caller)).toBe(false);
        expect(call(admit, POLICY, caller, now)).toMatchObject({ ok: false });
      }),
    );
    expect(call(mayLookUp, EXPLOSIVE, ['contact.email'], CALLER)).toBe(false);
    expect(call(admit, POLICY, EXPLOSIVE, NOW)).toMatchObject({ ok: false, code: 'UNAUTHENTICATED' });
    for (const purpose of ['offers', null]) {
      const claims = {
        client: 'many',
        endUser: null,
        actor: null,
        ground: null,
        purpose,
        recipient: 'internal',
      };
      expect(call(admit, POLICY, { ...claims, purposes: null }, NOW)).toMatchObject({ ok: true });
      for (const purposes of [undefined, 'offers', { 0: 'offers' }]) {
        expect(call(admit, POLICY, { ...claims, purposes }, NOW)).toMatchObject({ code: 'UNAUTHENTICATED' });
      }
    }
  });
});
