import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuditTrail, type AuditGroups } from '../../gateway/audit.ts';
import type { Guard } from '../../gateway/project/shape.ts';
import { createSlots, type Slots } from '../../gateway/project/slots.ts';
import type { Decision } from '../../policies/decision.ts';
import { decideStatically } from '../../policies/decide.ts';
import { smallPolicy } from '../policies/smallPolicy.ts';
import { startGateway, type TestGateway, type TestRequest } from '../gatewayHarness.ts';
import { callerFor } from './prepareHarness.ts';

const KEY = new Uint8Array(32).fill(7);
const open = decideStatically(
  smallPolicy(),
  { categories: ['contact.email'], allow: null, deny: [] },
  callerFor(),
);

const guardOf = (coordinate: string, verdict: Guard['verdict'] = open): Guard => ({
  question: 0,
  verdict,
  slots: [0],
  denial: { kind: 'reject' },
  constant: { kind: 'reject' },
  mask: { kind: 'constant' },
  categories: ['contact.email'],
  report: { coordinate, path: coordinate, category: 'contact.email' },
});

const about = (...ids: readonly string[]): Slots => {
  const slots = createSlots();
  slots.enter({ slot: 0, paths: [{ keys: ['id'], namespace: 'user' }] }, { id: ids });
  return slots;
};

const full: Decision = { effect: 'allow', level: 'full', reason: 'NOTIFIED' };
const denied: Decision = { effect: 'deny', reason: 'SUSPENDED' };

/** As of a source that makes none: what stands in the record is keyed. */
const NO_REFERENCES = { refer: async () => await Promise.resolve(), referenceOf: () => null };

const gathered = (add: (groups: AuditGroups) => void, key = KEY): AuditGroups => {
  const groups = createAuditTrail(async () => await Promise.resolve(), key).begin(NO_REFERENCES);
  add(groups);
  return groups;
};

const groupsOf = (add: (groups: AuditGroups) => void, key = KEY): ReturnType<AuditGroups['groups']> =>
  gathered(add, key).groups();

const EVENT = {
  traceId: 't',
  client: 'desk',
  endUser: null,
  actor: null,
  recipient: 'internal',
  recipientKind: 'internal' as const,
  purpose: 'service',
  ground: null,
  justification: null,
  policyRevision: '2020-01-01',
  operation: null,
  inputs: [],
};

describe('groups', () => {
  it('hold fields with one outcome for the same subjects', () => {
    const groups = groupsOf((into) => {
      for (const id of ['1', '2']) {
        into.add(guardOf('User.mail'), full, about(id));
        into.add(guardOf('User.backup'), full, about(id));
      }
      into.add(guardOf('User.mail'), denied, about('3'));
    });
    expect(
      groups.map(({ decision, reason, coordinates, subjects }) => [
        decision,
        reason,
        coordinates,
        subjects?.length,
      ]),
    ).toEqual([
      ['full', 'NOTIFIED', ['User.backup', 'User.mail'], 2],
      ['denied', 'SUSPENDED', ['User.mail'], 1],
    ]);
  });

  it('say of nobody that a field was shown which was not', () => {
    const groups = groupsOf((into) => {
      into.add(guardOf('User.mail'), full, about('1'));
      into.add(guardOf('Message.text'), full, about('2'));
    });
    expect(groups.map(({ coordinates, subjects }) => [coordinates, subjects?.length])).toEqual([
      [['User.mail'], 1],
      [['Message.text'], 1],
    ]);
    expect(groups[0]?.subjects).not.toEqual(groups[1]?.subjects);
  });

  it('name nobody where the decision depended on nobody', () => {
    const [group] = groupsOf((into) => {
      into.add(
        guardOf('User.pin', { effect: 'deny', reason: 'NEVER_DISCLOSED' }),
        { effect: 'deny', reason: 'NEVER_DISCLOSED' },
        about('1'),
      );
    });
    expect(group).toMatchObject({ decision: 'denied', subjects: null });
  });

  it('refer to subjects by a key, the same for the same subject, and to no id', () => {
    const groups = groupsOf((into) =>
      into.add(guardOf('User.mail'), full, about('u_1042', 'u_1043', 'u_1042')),
    );
    expect(groups[0]?.subjects).toHaveLength(2);
    expect(JSON.stringify(groups)).not.toContain('u_104');
    const others = groupsOf(
      (into) => into.add(guardOf('User.mail'), full, about('u_1042', 'u_1043')),
      new Uint8Array(32).fill(8),
    );
    expect(others[0]?.subjects).not.toEqual(groups[0]?.subjects);
  });
});

describe('the trail', () => {
  it('counts its events, and keeps the end user as a reference', async () => {
    const lines: string[] = [];
    const trail = createAuditTrail(async (line) => await Promise.resolve(void lines.push(line)), KEY);
    const groups = gathered((into) => into.add(guardOf('User.mail'), full, about('1')));
    await trail.record(EVENT, groups);
    await trail.record(EVENT, trail.begin(NO_REFERENCES));
    await trail.record({ ...EVENT, endUser: 'user:1' }, groups);
    expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
      { sequence: 1, endUser: null, client: 'desk' },
      { sequence: 2, endUser: groups.groups()[0]?.subjects?.[0] },
    ]);
    for (const line of lines) expect(line).not.toMatch(/[\n]|user:1/);
  });

  it('answers nothing where it cannot be kept', async () => {
    const gateway = await startGateway({
      subgraphs: [
        {
          name: 'people',
          typeDefs:
            'type Query { me: User open: Int } type User @key(fields: "id") @personal(subject: ["id"]) { id: ID! mail: String @personal(category: "contact.email") }',
          resolvers: { Query: { me: () => ({ id: '1', mail: 'taro@example.com' }), open: () => 1 } },
        },
      ],
      override: { auditSink: async () => await Promise.reject(new Error('disk full of taro@example.com')) },
    });
    try {
      const answer = await gateway.send({ query: '{ me { mail } open }', purpose: 'service.support' });
      expect([answer.status, answer.errors[0]?.extensions?.['code']]).toEqual([500, 'GATEWAY_ERROR']);
      expect(answer.text + gateway.logged()).not.toContain('taro');
      expect((await gateway.send({ query: '{ open }' })).data).toEqual({ open: 1 });
    } finally {
      await gateway.close();
    }
  });
});

const write = (name: string): unknown => ({ coordinate: `Mutation.${name}`, categories: [], use: 'write' });

describe('a request is recorded', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway({
      policy: smallPolicy(),
      subgraphs: [
        {
          name: 'people',
          typeDefs: `
            type Query { find(email: String @personal(category: "contact.email"), any: [Filter]): [User!]! me: User open: Int }
            input Filter { email: String @personal(category: "contact.email"), label: String }
            type User @key(fields: "id") @personal(subject: ["id"]) { id: ID! mail: String @personal(category: "contact.email") has(email: String @personal(category: "contact.email")): Boolean }
            type Mutation { save(input: UserInput!): User label(text: String): Int grantConsent(subject: ID): Int }
            input UserInput { name: String @personal(category: "contact.name"), label: String }
          `,
          resolvers: {
            Query: { find: () => [], me: () => ({ id: '1', mail: 'canary' }), open: () => 1 },
            Mutation: { save: () => ({ id: '1' }), label: () => 1, grantConsent: () => 1 },
            User: { has: () => true },
          },
        },
      ],
    });
  });
  afterAll(async () => await gateway.close());

  const lookup = { coordinate: 'Query.find(email:)', categories: ['contact.email'], use: 'lookup' };
  const ground = { kind: 'law', reference: 'r-1', expires: 4_000_000_000_000, subjects: ['user:1'] };

  it.each<{ name: string; given: TestRequest; expected: object[] }>([
    {
      name: 'that looked somebody up, though it found nobody',
      given: { query: '{ find(email: "canary") { id } }' },
      expected: [{ inputs: [lookup], groups: [], ground: null }],
    },
    {
      name: 'that looked somebody up in several ways, each way once',
      given: {
        query:
          '{ a: find(email: "canary") { id } b: find(email: null, any: [{ email: "canary" }, { email: "canary", label: "l" }]) { id } }',
      },
      expected: [{ inputs: [lookup, { ...lookup, coordinate: 'Filter.email' }], groups: [], ground: null }],
    },
    {
      name: 'that wrote something personal, and looked up in what it wrote',
      given: { query: 'mutation { save(input: { name: "canary" }) { has(email: "canary") } }' },
      expected: [
        {
          inputs: [
            write('save'),
            { coordinate: 'UserInput.name', categories: ['contact.name'], use: 'write' },
            { ...lookup, coordinate: 'User.has(email:)' },
          ],
        },
      ],
    },
    {
      name: 'that wrote nothing personal, such as a consent',
      given: { query: 'mutation { grantConsent(subject: "canary") label(text: "canary") }' },
      expected: [{ inputs: [write('grantConsent'), write('label')], groups: [] }],
    },
    {
      name: 'that was shown nothing of what it asked for',
      given: { query: '{ me { mail } }' },
      expected: [
        { groups: [{ decision: 'denied', reason: 'CHANNEL_NOT_COVERED', coordinates: ['User.mail'] }] },
      ],
    },
    {
      name: 'that wrote without a purpose',
      given: { query: 'mutation { a: label b: label }', purpose: '' },
      expected: [{ inputs: [write('label')], purpose: null }],
    },
    {
      name: 'that invoked a ground, though it was shown nothing personal',
      given: {
        query: '{ open }',
        client: 'legal',
        purpose: 'disclosure.law',
        headers: { 'x-recipient': 'authority', 'x-ground': JSON.stringify(ground) },
      },
      expected: [{ ground: { kind: 'law', reference: 'r-1' }, inputs: [], groups: [] }],
    },
    {
      name: 'unless it did nothing of the kind',
      given: { query: '{ open find(any: [{ label: "l" }]) { id } }' },
      expected: [],
    },
  ])('$name', async ({ given, expected }) => {
    const known = gateway.audited().length;
    const answer = await gateway.send({ client: 'desk', purpose: 'service', ...given });
    expect(answer.errors).toEqual([]);
    const lines = gateway.audited().slice(known);
    expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject(expected);
    expect(lines.join()).not.toContain('canary');
  });
});
