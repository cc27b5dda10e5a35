import { describe, expect, it } from 'vitest';
import { createDecider, type Decide } from '../../../gateway/project/decider.ts';
import type { Guard, ScopeShape } from '../../../gateway/project/shape.ts';
import { createSlots, type Slots } from '../../../gateway/project/slots.ts';
import { subjectIds } from '../../../gateway/project/subjectIds.ts';
import { decideStatically } from '../../../policies/decide.ts';
import type { SubjectState } from '../../../policies/consent/state.ts';
import { smallPolicy } from '../../policies/smallPolicy.ts';
import { accepted, callerFor, NOW } from '../prepareHarness.ts';

const policy = smallPolicy();
const caller = callerFor({ purpose: 'service' });
const verdict = decideStatically(policy, { categories: ['contact.email'], allow: null, deny: [] }, caller);

const guardOver = (slots: Guard['slots'], question = 0): Guard => ({
  question,
  verdict,
  slots,
  denial: { kind: 'reject' },
  constant: { kind: 'reject' },
  mask: { kind: 'constant' },
  categories: ['contact.email'],
  rule: { categories: ['contact.email'], allow: null, deny: [] },
  report: { coordinate: 'User.mail', path: 'me.mail', category: 'contact.email' },
});

const scope = (slot: number, ...paths: ScopeShape['paths']): ScopeShape => ({ slot, paths });
const at = (...keys: string[]): ScopeShape['paths'][number] => ({ keys, namespace: 'user' });

const slotsWith = (...entered: readonly (readonly [ScopeShape, unknown])[]): Slots => {
  const slots = createSlots();
  for (const [each, object] of entered) slots.enter(each, object);
  return slots;
};

const deciderOf = (...states: readonly (readonly [string, SubjectState])[]): Decide =>
  createDecider(policy, caller, new Map(states), NOW);

describe('a decision about a field', () => {
  const one = ['user:1', accepted('user:1')] as const;
  const two = ['user:2', accepted('user:2', { suspended: true })] as const;
  const decide = deciderOf(one, two);
  const own = scope(0, at('id'));
  const other = scope(1, at('by', 'id'));

  const rows: readonly { name: string; slots: Guard['slots']; entered: Slots; expected: object }[] = [
    {
      name: 'is its subject’s',
      slots: [0],
      entered: slotsWith([own, { id: '1' }]),
      expected: { effect: 'allow', level: 'full', reason: 'NOTIFIED' },
    },
    {
      name: 'is the strictest of several subjects in one list',
      slots: [0],
      entered: slotsWith([own, { id: ['1', '2'] }]),
      expected: { effect: 'deny', reason: 'SUSPENDED' },
    },
    {
      name: 'is the strictest of several scopes',
      slots: [0, 1],
      entered: slotsWith([own, { id: '1' }], [other, { by: { id: '2' } }]),
      expected: { effect: 'deny', reason: 'SUSPENDED' },
    },
    {
      name: 'is allowed where all permit',
      slots: [0, 1],
      entered: slotsWith([own, { id: '1' }], [other, { by: { id: '1' } }]),
      expected: { effect: 'allow', level: 'full', reason: 'NOTIFIED' },
    },
    {
      name: 'is denied where a second scope is unresolved',
      slots: [0, 1],
      entered: slotsWith([own, { id: '1' }], [other, { by: null }]),
      expected: { effect: 'deny', reason: 'SUBJECT_UNRESOLVED' },
    },
    {
      name: 'is denied where no scope can be known',
      slots: [0, null],
      entered: slotsWith([own, { id: '1' }]),
      expected: { effect: 'deny', reason: 'SUBJECT_UNRESOLVED' },
    },
    {
      name: 'is denied where there is no scope at all',
      slots: [],
      entered: slotsWith([own, { id: '1' }]),
      expected: { effect: 'deny', reason: 'SUBJECT_UNRESOLVED' },
    },
    {
      name: 'is denied where its scope was never entered',
      slots: [7],
      entered: slotsWith([own, { id: '1' }]),
      expected: { effect: 'deny', reason: 'SUBJECT_UNRESOLVED' },
    },
    {
      name: 'is denied where its subject’s state is missing',
      slots: [0],
      entered: slotsWith([own, { id: '9' }]),
      expected: { effect: 'deny', reason: 'CONSENT_UNAVAILABLE' },
    },
  ];
  it.each(rows)('$name', ({ slots, entered, expected }) => {
    expect(decide(guardOver(slots), entered)).toEqual(expected);
  });

  it('is the verdict where that denies, whoever the subject is', () => {
    const denied: Guard = { ...guardOver([0]), verdict: { effect: 'deny', reason: 'NEVER_DISCLOSED' } };
    expect(decide(denied, slotsWith([own, { id: '1' }]))).toEqual({
      effect: 'deny',
      reason: 'NEVER_DISCLOSED',
    });
  });

  it('of one question and subject is not taken for that of another', () => {
    const part = decideStatically(
      policy,
      { categories: ['contact.email'], allow: null, deny: [] },
      callerFor({ purpose: 'service.part' }),
    );
    const entered = slotsWith([own, { id: '1' }]);
    const second = { ...guardOver([0], 1), verdict: part };
    expect([
      decide(guardOver([0]), entered),
      decide(second, entered),
      decide(guardOver([0]), entered),
    ]).toMatchObject([{ level: 'full' }, { level: 'masked' }, { level: 'full' }]);
  });

  it('follows the object at hand, not the one before it', () => {
    const entered = slotsWith([own, { id: '1' }]);
    expect(decide(guardOver([0]), entered).effect).toBe('allow');
    entered.enter(own, { id: '2' });
    expect(decide(guardOver([0]), entered).effect).toBe('deny');
    entered.enter(own, {});
    expect(decide(guardOver([0]), entered)).toEqual({ effect: 'deny', reason: 'SUBJECT_UNRESOLVED' });
  });

  it('for a state about somebody else is a denial', () => {
    expect(deciderOf(['user:1', accepted('user:2')])(guardOver([0]), slotsWith([own, { id: '1' }]))).toEqual({
      effect: 'deny',
      reason: 'CONSENT_UNAVAILABLE',
    });
  });
});

describe('subjectIds', () => {
  const rows: readonly {
    name: string;
    object: unknown;
    paths: ScopeShape['paths'];
    expected: readonly string[] | null;
  }[] = [
    { name: 'an id with its namespace', object: { id: 'u_1' }, paths: [at('id')], expected: ['user:u_1'] },
    {
      name: 'an id that brings its own',
      object: { id: 'bot:7' },
      paths: [{ keys: ['id'], namespace: '' }],
      expected: ['bot:7'],
    },
    { name: 'an integer', object: { id: 12 }, paths: [at('id')], expected: ['user:12'] },
    { name: 'a path', object: { by: { id: '1' } }, paths: [at('by', 'id')], expected: ['user:1'] },
    {
      name: 'several paths',
      object: { id: '1', by: { id: '2' } },
      paths: [at('id'), at('by', 'id')],
      expected: ['user:1', 'user:2'],
    },
    {
      name: 'lists on the way',
      object: { all: [[{ id: '1' }], [{ id: '2' }, { id: '3' }]] },
      paths: [at('all', 'id')],
      expected: ['user:1', 'user:2', 'user:3'],
    },
    {
      name: 'a list of ids',
      object: { ids: ['1', '2'] },
      paths: [at('ids')],
      expected: ['user:1', 'user:2'],
    },
    { name: 'nothing: a null on the way', object: { by: null }, paths: [at('by', 'id')], expected: null },
    { name: 'nothing: a null at the end', object: { id: null }, paths: [at('id')], expected: null },
    {
      name: 'nothing: a null in a list',
      object: { all: [{ id: '1' }, null] },
      paths: [at('all', 'id')],
      expected: null,
    },
    { name: 'nothing: an empty list', object: { all: [] }, paths: [at('all', 'id')], expected: null },
    {
      name: 'nothing: an empty list in a list',
      object: { all: [[{ id: '1' }], []] },
      paths: [at('all', 'id')],
      expected: null,
    },
    {
      name: 'nothing: one of several paths leads nowhere',
      object: { id: '1' },
      paths: [at('id'), at('by', 'id')],
      expected: null,
    },
    {
      name: 'nothing: a path that cannot be followed',
      object: { id: '1' },
      paths: [{ keys: null, namespace: 'user' }],
      expected: null,
    },
    { name: 'nothing: no path', object: { id: '1' }, paths: [], expected: null },
    { name: 'nothing: an empty id', object: { id: '' }, paths: [at('id')], expected: null },
    { name: 'nothing: a fraction', object: { id: 1.5 }, paths: [at('id')], expected: null },
    {
      name: 'nothing: an integer that is not exact',
      object: { id: 2 ** 60 },
      paths: [at('id')],
      expected: null,
    },
    { name: 'nothing: a boolean', object: { id: true }, paths: [at('id')], expected: null },
    { name: 'nothing: an object', object: { id: { id: '1' } }, paths: [at('id')], expected: null },
    {
      name: 'nothing: what the object inherits',
      object: {},
      paths: [at('constructor', 'name')],
      expected: null,
    },
    { name: 'nothing: no object', object: null, paths: [at('id')], expected: null },
  ];
  it.each(rows)('finds $name', ({ object, paths, expected }) => {
    expect(subjectIds(object, scope(0, ...paths))).toEqual(expected);
  });
});
