import { describe, expect, it } from 'vitest';
import { admit, declarablePurposes, type CallerClaims } from '../../policies/admit.ts';
import { smallPolicy } from './smallPolicy.ts';

const POLICY = smallPolicy();
const NOW = Date.parse('2024-06-01');
const GROUND = { kind: 'law', reference: 'case 1', expires: NOW + 1, subjects: ['user:u_1'] };
const DESK: CallerClaims = {
  client: 'desk',
  endUser: null,
  actor: null,
  ground: null,
  purposes: null,
  purpose: 'service',
  recipient: null,
};
const LEGAL: CallerClaims = {
  ...DESK,
  client: 'legal',
  purpose: 'disclosure.law',
  recipient: 'authority',
  ground: GROUND,
};
const MANY: CallerClaims = { ...DESK, client: 'many', purpose: 'offers' };

describe('admit refuses', () => {
  const table: readonly { name: string; given: CallerClaims; expected: { code: string; message: RegExp } }[] =
    [
      {
        name: 'nobody',
        given: { ...DESK, client: null },
        expected: { code: 'UNAUTHENTICATED', message: /verified token/ },
      },
      {
        name: 'an empty name',
        given: { ...DESK, client: '' },
        expected: { code: 'UNAUTHENTICATED', message: /verified token/ },
      },
      {
        name: 'an unknown client',
        given: { ...DESK, client: 'shadow' },
        expected: { code: 'CLIENT_UNKNOWN', message: /'clients'/ },
      },
      {
        name: 'a client of the prototype',
        given: { ...DESK, client: '__proto__' },
        expected: { code: 'CLIENT_UNKNOWN', message: /'clients'/ },
      },
      {
        name: 'an unknown purpose, naming those it may declare',
        given: { ...DESK, purpose: 'servise' },
        expected: { code: 'PURPOSE_UNKNOWN', message: /service, service\.part, upkeep/ },
      },
      {
        name: 'an empty purpose',
        given: { ...DESK, purpose: '' },
        expected: { code: 'PURPOSE_UNKNOWN', message: /service, service\.part, upkeep/ },
      },
      {
        name: 'a purpose that has no basis',
        given: { ...MANY, purpose: 'agreed' },
        expected: { code: 'PURPOSE_UNKNOWN', message: /agreed\.sample/ },
      },
      {
        name: "a purpose that is not the client's",
        given: { ...DESK, purpose: 'offers' },
        expected: { code: 'PURPOSE_NOT_PERMITTED', message: /service, service\.part, upkeep/ },
      },
      {
        name: "a purpose that is not the token's",
        given: { ...DESK, purposes: ['upkeep'] },
        expected: { code: 'PURPOSE_NOT_PERMITTED', message: /may declare: upkeep\./ },
      },
      {
        name: 'any purpose under a token that allows none',
        given: { ...DESK, purposes: [] },
        expected: { code: 'PURPOSE_NOT_PERMITTED', message: /may declare: none/ },
      },
      {
        name: "a token that allows more than the client's",
        given: { ...DESK, purpose: 'offers', purposes: ['offers'] },
        expected: { code: 'PURPOSE_NOT_PERMITTED', message: /may declare: none/ },
      },
      {
        name: 'a disclosure without ground',
        given: { ...LEGAL, ground: null },
        expected: { code: 'PURPOSE_NOT_PERMITTED', message: /under a ground.*law/ },
      },
      {
        name: 'several recipients and none named',
        given: MANY,
        expected: { code: 'RECIPIENT_REQUIRED', message: /internal, third_party\.acme/ },
      },
      {
        name: "a recipient that is not the client's",
        given: { ...DESK, recipient: 'group' },
        expected: { code: 'RECIPIENT_NOT_PERMITTED', message: /internal/ },
      },
      {
        name: 'a recipient without purpose, too',
        given: { ...DESK, purpose: null, recipient: 'group' },
        expected: { code: 'RECIPIENT_NOT_PERMITTED', message: /internal/ },
      },
      {
        name: 'an unknown ground',
        given: { ...LEGAL, ground: { ...GROUND, kind: 'whim' } },
        expected: { code: 'GROUND_UNKNOWN', message: /: law/ },
      },
      {
        name: 'a ground that is text',
        given: { ...LEGAL, ground: 'law' },
        expected: { code: 'GROUND_UNKNOWN', message: /: law/ },
      },
      {
        name: "a ground that is not the client's",
        given: { ...DESK, ground: GROUND },
        expected: { code: 'GROUND_NOT_PERMITTED', message: /only: none/ },
      },
      {
        name: 'a ground without reference',
        given: { ...LEGAL, ground: { ...GROUND, reference: ' ' } },
        expected: { code: 'GROUND_INCOMPLETE', message: /reference/ },
      },
      {
        name: 'a ground without end',
        given: { ...LEGAL, ground: { ...GROUND, expires: undefined } },
        expected: { code: 'GROUND_INCOMPLETE', message: /expires/ },
      },
      {
        name: 'a ground whose end is text',
        given: { ...LEGAL, ground: { ...GROUND, expires: '2025-01-01' } },
        expected: { code: 'GROUND_INCOMPLETE', message: /milliseconds/ },
      },
      {
        name: 'a ground that ends now',
        given: { ...LEGAL, ground: { ...GROUND, expires: NOW } },
        expected: { code: 'GROUND_INCOMPLETE', message: /expired/ },
      },
      {
        name: 'a ground about nobody',
        given: { ...LEGAL, ground: { ...GROUND, subjects: [] } },
        expected: { code: 'GROUND_INCOMPLETE', message: /subjects/ },
      },
      {
        name: 'a ground about something else',
        given: { ...LEGAL, ground: { ...GROUND, subjects: [7] } },
        expected: { code: 'GROUND_INCOMPLETE', message: /subjects/ },
      },
    ];
  it.each(table)('$name', ({ given, expected }) => {
    const admission = admit(POLICY, given, NOW);
    expect(admission).toMatchObject({ ok: false, code: expected.code });
    expect('message' in admission ? admission.message : '').toMatch(expected.message);
  });

  it('a ground for other purposes', () => {
    const policy = smallPolicy({
      'purposes: [disclosure, service], grounds: [law]': 'purposes: [upkeep], grounds: [law]',
    });
    const admission = admit(policy, { ...LEGAL, purpose: 'upkeep', recipient: 'internal' }, NOW);
    expect(admission).toMatchObject({ ok: false, code: 'GROUND_NOT_PERMITTED' });
    expect('message' in admission ? admission.message : '').toContain('disclosure.law, service');
  });

  it('without repeating what the request said', () => {
    const said = 'hanako@example.test';
    for (const given of [
      { client: said },
      { purpose: said },
      { recipient: said },
      { ground: { ...GROUND, kind: said } },
    ]) {
      const admission = admit(POLICY, { ...LEGAL, ...given }, NOW);
      expect(admission.ok).toBe(false);
      expect(JSON.stringify(admission)).not.toContain(said);
    }
  });
});

describe('admit lets in', () => {
  const table: readonly { name: string; given: CallerClaims; expected: object }[] = [
    {
      name: 'a client with its only recipient',
      given: DESK,
      expected: { client: 'desk', purpose: 'service', recipient: 'internal', ground: null },
    },
    {
      name: 'a child of a purpose it may declare',
      given: { ...DESK, purpose: 'service.part' },
      expected: { purpose: 'service.part' },
    },
    {
      name: 'a child of a purpose that the token allows',
      given: { ...DESK, purpose: 'service.part', purposes: ['service'] },
      expected: { purpose: 'service.part' },
    },
    {
      name: 'a client that names its recipient',
      given: { ...MANY, recipient: 'third_party.acme' },
      expected: { recipient: 'third_party.acme' },
    },
    {
      name: 'no purpose',
      given: { ...DESK, purpose: null },
      expected: { purpose: null, recipient: 'internal' },
    },
    {
      name: 'no purpose and several recipients',
      given: { ...MANY, purpose: null },
      expected: { purpose: null, recipient: 'internal' },
    },
    {
      name: 'an end user and an actor',
      given: { ...DESK, endUser: 'user:u_7', actor: 'agent 9' },
      expected: { endUser: 'user:u_7', actor: 'agent 9' },
    },
    {
      name: 'an end user without name as none',
      given: { ...DESK, endUser: '' },
      expected: { endUser: null },
    },
    {
      name: 'a ground, with its own fields only',
      given: { ...LEGAL, ground: { ...GROUND, note: 'x' } },
      expected: { purpose: 'disclosure.law', recipient: 'authority', ground: GROUND },
    },
    { name: 'a missing ground', given: { ...DESK, ground: undefined }, expected: { ground: null } },
  ];
  it.each(table)('$name', ({ given, expected }) => {
    const admission = admit(POLICY, given, NOW);
    expect(admission).toMatchObject({ ok: true, caller: expected });
    if (given.ground !== null && 'ground' in expected) {
      expect(admission.ok && admission.caller.ground).toEqual(expected.ground);
    }
  });
});

describe('declarablePurposes', () => {
  it.each([
    {
      name: 'the client alone',
      client: 'many',
      token: null,
      expected: ['agreed.sample', 'offers', 'offers.seasonal', 'panel'],
    },
    {
      name: 'narrowed by the token',
      client: 'many',
      token: ['offers.seasonal', 'service'],
      expected: ['offers.seasonal'],
    },
  ])('$name', ({ client, token, expected }) => {
    const registered = POLICY.clients.get(client);
    if (registered === undefined) throw new Error(`The small policy has no client ${client}.`);
    expect(declarablePurposes(POLICY, registered, token)).toEqual(expected);
  });
});
