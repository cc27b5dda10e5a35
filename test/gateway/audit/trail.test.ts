import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGroups, type AuditGroups, type References } from '../../../gateway/audit/groups.ts';
import { createSubjectReference } from '../../../gateway/audit/subjectReference.ts';
import { createAuditTrail, type AuditMode, type RequestEvent } from '../../../gateway/audit/trail.ts';
import type { Guard } from '../../../gateway/project/shape.ts';
import { createSlots, type Slots } from '../../../gateway/project/slots.ts';
import type { Decision } from '../../../policies/decision.ts';
import { decideStatically } from '../../../policies/decide.ts';
import { smallPolicy } from '../../policies/smallPolicy.ts';
import { startGateway, type TestGateway, type TestRequest } from '../../gatewayHarness.ts';
import { callerFor } from '../prepareHarness.ts';

/** A busy machine takes its time. */
const PATIENT = { timeout: 20_000, interval: 20 };

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
  rule: { categories: ['contact.email'], allow: null, deny: [] },
  report: { coordinate, path: coordinate, category: 'contact.email' },
});

const about = (...ids: readonly string[]): Slots => {
  const slots = createSlots();
  slots.enter({ slot: 0, paths: [{ keys: ['id'], namespace: 'user' }] }, { id: ids });
  return slots;
};

const full: Decision = { effect: 'allow', level: 'full', reason: 'NOTIFIED' };
const denied: Decision = { effect: 'deny', reason: 'SUSPENDED' };

/** Gives nothing by default, as a source without references does. */
const references = (known: Readonly<Record<string, string>> = {}): References => ({
  refer: async () => await Promise.resolve(),
  referenceOf: (subject) => known[subject] ?? null,
});

const gathered = (add: (groups: AuditGroups) => void, known = references()): AuditGroups => {
  const groups = createGroups(known);
  add(groups);
  return groups;
};

const groupsOf = (add: (groups: AuditGroups) => void, key = KEY) =>
  gathered(add).united().groups(createSubjectReference(key));

const EVENT: RequestEvent = {
  traceId: 't',
  client: 'desk',
  endUser: null,
  actor: null,
  recipient: 'internal',
  recipientKind: 'internal',
  purpose: 'service',
  ground: null,
  justification: null,
  policyRevision: '2020-01-01',
  operation: null,
  inputs: [],
};

/** Remembers what it is given, and keeps it when told to. */
const trailOf = (mode: AuditMode = 'required', trouble: Error | null = null, isInDoubt = false) => {
  const written: string[] = [];
  const left: string[] = [];
  let keep: (() => void) | null = null;
  const trail = createAuditTrail({
    writer: {
      write: async (event) => {
        written.push(event);
        await new Promise<void>((resolve) => (keep = resolve));
      },
      leave: (event) => void left.push(event),
      trouble: () => trouble,
      isInDoubt: () => isInDoubt,
      close: async () => await Promise.resolve(),
    },
    key: KEY,
    mode,
  });
  return { trail, written, left, keep: () => keep?.() };
};

describe('what those are told who choose where requests are sent', () => {
  const failed = new Error('disk full');
  it.each<{ mode: AuditMode; trouble: Error | null; isInDoubt: boolean; expected: boolean }>([
    { mode: 'required', trouble: null, isInDoubt: false, expected: true },
    { mode: 'required', trouble: failed, isInDoubt: false, expected: false },
    { mode: 'required', trouble: null, isInDoubt: true, expected: false },
    { mode: 'best-effort', trouble: failed, isInDoubt: true, expected: true },
  ])('$mode, with trouble $trouble and in doubt $isInDoubt: $expected', ({ expected, ...given }) => {
    const { trail } = trailOf(given.mode, given.trouble, given.isInDoubt);
    expect(trail.isKeeping()).toBe(expected);
  });
});

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

const shown = (known?: References): AuditGroups =>
  gathered((into) => into.add(guardOf('User.mail'), full, about('1', '2')), known);
const refused = (): AuditGroups => gathered((into) => into.add(guardOf('User.mail'), denied, about('1')));
const nothing = (): AuditGroups => gathered(() => undefined);

describe('the trail', () => {
  it('records where there is something to record, and never an id', async () => {
    const { trail, written, keep } = trailOf();
    await trail.record(EVENT, nothing());
    expect(written).toEqual([]);
    const recording = trail.record({ ...EVENT, endUser: 'user:1' }, shown());
    await expect.poll(() => written.length, PATIENT).toBe(1);
    keep();
    await recording;
    const [line] = written.map((text): unknown => JSON.parse(text));
    const [first = '', second = ''] = ['user:1', 'user:2'].map(createSubjectReference(KEY));
    expect(line).toMatchObject({ endUser: first, client: 'desk', groups: [{ subjects: [first, second] }] });
    expect(written.join()).not.toMatch(/user:|\n/);
  });

  it('writes what the consent source gives for a subject, and marks what it makes itself', async () => {
    const { trail, written, keep } = trailOf();
    const asked: string[][] = [];
    const known: References = {
      ...references({ 'user:1': 'random-of-the-source' }),
      refer: async (subjects) => await Promise.resolve(void asked.push([...subjects])),
    };
    const recording = trail.record({ ...EVENT, endUser: 'user:3' }, shown(known));
    await expect.poll(() => written.length, PATIENT).toBe(1);
    keep();
    await recording;
    expect(asked).toEqual([['user:1', 'user:2', 'user:3']]);
    expect(JSON.parse(written[0] ?? '')).toMatchObject({
      endUser: expect.stringMatching(/^k\.[\w-]{22}$/),
      groups: [{ subjects: ['random-of-the-source', expect.stringMatching(/^k\.[\w-]{22}$/)] }],
    });
  });

  it('writes nothing but what a line holds', async () => {
    const { trail, left } = trailOf('best-effort');
    await trail.record(Object.assign({ canary: 'canary' }, EVENT), shown());
    expect(left).toHaveLength(1);
    expect(left[0]).not.toContain('canary');
  });

  const ground = { kind: 'law', reference: 'r-1' };
  const lookup = { coordinate: 'Query.find(email:)', categories: ['contact.email'], use: 'lookup' } as const;
  const outside = ['third_party', 'advertiser', 'authority'] as const;
  const within = ['internal', 'group', 'processor'] as const;

  it.each<{
    name: string;
    mode: AuditMode;
    given: Partial<RequestEvent>;
    groups: AuditGroups;
    waits: boolean;
  }>([
    ...[...within, ...outside].map((recipientKind) => ({
      name: `required, for ${recipientKind}`,
      mode: 'required' as const,
      given: { recipientKind },
      groups: shown(),
      waits: true,
    })),
    { name: 'required, of a denial', mode: 'required', given: {}, groups: refused(), waits: true },
    {
      name: 'required, of a look-up',
      mode: 'required',
      given: { inputs: [lookup] },
      groups: nothing(),
      waits: true,
    },
    ...outside.flatMap((recipientKind) => [
      {
        name: `best effort, shown to ${recipientKind}`,
        mode: 'best-effort' as const,
        given: { recipientKind },
        groups: shown(),
        waits: true,
      },
      {
        name: `best effort, looked up for ${recipientKind}`,
        mode: 'best-effort' as const,
        given: { recipientKind, inputs: [lookup] },
        groups: nothing(),
        waits: true,
      },
      {
        name: `best effort, denied to ${recipientKind}`,
        mode: 'best-effort' as const,
        given: { recipientKind },
        groups: refused(),
        waits: false,
      },
    ]),
    {
      name: 'best effort, under a ground',
      mode: 'best-effort',
      given: { ground },
      groups: nothing(),
      waits: true,
    },
    ...within.map((recipientKind) => ({
      name: `best effort, shown to ${recipientKind}`,
      mode: 'best-effort' as const,
      given: { recipientKind, inputs: [lookup] },
      groups: shown(),
      waits: false,
    })),
  ])('waits until it is kept where it must: $name', async ({ mode, given, groups, waits }) => {
    const { trail, written, left, keep } = trailOf(mode);
    let resolved = false;
    const recording = trail.record({ ...EVENT, ...given }, groups).then(() => (resolved = true));
    await new Promise((next) => setTimeout(next, 5));
    expect({ resolved, written: written.length, left: left.length }).toEqual(
      waits ? { resolved: false, written: 1, left: 0 } : { resolved: true, written: 0, left: 1 },
    );
    keep();
    await recording;
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
      override: {
        auditSink: { append: async () => await Promise.reject(new Error('disk full of taro@example.com')) },
      },
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

  it('begins no mutation where the one before could not be kept', async () => {
    let ran = 0;
    const gateway = await startGateway({
      subgraphs: [
        {
          name: 'people',
          typeDefs:
            'type Query { open: Int } type Mutation { rename(mail: String @personal(category: "contact.email")): Int }',
          resolvers: { Mutation: { rename: () => (ran += 1) } },
        },
      ],
      override: { auditSink: { append: async () => await Promise.reject(new Error('disk full')) } },
    });
    try {
      const rename = { query: 'mutation { rename(mail: "x@example.com") }', purpose: 'service.support' };
      expect((await gateway.send(rename)).status).toBe(500);
      expect((await gateway.send(rename)).status).toBe(500);
      expect(ran).toBe(1);
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
