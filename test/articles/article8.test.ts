import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadPolicy } from '../../policies/loadPolicy.ts';
import {
  POLICY_FILE,
  startCompany,
  stated,
  subjectOf,
  whoAsks,
  type Asker,
  type Company,
} from './company.ts';

const POLICY = await loadPolicy(POLICY_FILE);
/** What can be declared without a ground, about others, each with a recipient that it is served to. */
const PURPOSES = [...POLICY.purposes.values()].flatMap((purpose) => {
  const [served] = [...purpose.basis].filter(([, basis]) => basis === 'notified' || basis === 'consent');
  if (served === undefined) return [];
  const recipient = served[0] === 'advertiser' ? 'advertiser.criteo' : served[0];
  return [{ ...purpose, recipient, stops: purpose.suspendable ? 'is stopped' : 'is not stopped' }];
});

const DESK: Asker = { client: 'consent-desk', purpose: 'rights.handling', actor: 'operator-5' };
const myPage = (endUser: string): Asker => ({ client: 'my-page', purpose: 'rights.access', endUser });

let company: Company;

const written = async (asker: Asker, fields: readonly string[]): Promise<unknown> => {
  const { data, errors } = await company.send(asker, `mutation { ${fields.join(' ')} }`);
  expect(errors).toEqual([]);
  return data;
};

beforeAll(async () => {
  company = await startCompany('kept');
  const consents = ['halted', 'going', 'taro', 'hanako'].flatMap((person) => {
    const subject = `subject: "${subjectOf(person)}"`;
    return [
      `recordServiceUse(${subject}) { recordId }`,
      `recordAcquisition(${subject}, channel: "telephone") { recordId }`,
      ...PURPOSES.map(({ key }) => `grantConsent(${subject}, purpose: "${key}") { recordId }`),
    ];
  });
  await written(
    DESK,
    consents.map((each, n) => `w${n}: ${each}`),
  );
  await written(myPage('halted'), [`suspendUse(subject: "${subjectOf('halted')}") { recordId }`]);
});
afterAll(async () => await company.close());

describe('disclosure', () => {
  it('is of everything but what is never disclosed, to the person alone', async () => {
    const { taro = {}, hanako = {} } = await company.outcomes(myPage('taro'), ['taro', 'hanako']);
    for (const { key, never } of POLICY.categories.values()) {
      expect([key, taro[key]]).toEqual([key, never ? 'denied NEVER_DISCLOSED' : 'full']);
      expect([key, hanako[key]]).toEqual([key, never ? 'denied NEVER_DISCLOSED' : 'denied SELF_MISMATCH']);
    }
  });

  it('is also of a person who suspended the use of their data', async () => {
    const { halted = {} } = await company.outcomes(myPage('halted'), ['halted'], ['contact.email']);
    expect(halted).toEqual({ 'contact.email': 'full' });
  });

  it('is to no app on its own, and to nobody whom its token does not name', async () => {
    const { client, purpose } = myPage('taro');
    for (const headers of [{}, { 'x-end-user': subjectOf('taro') }]) {
      const asker: Asker = { client, headers, ...(purpose === undefined ? {} : { purpose }) };
      const { taro = {} } = await company.outcomes(asker, ['taro'], ['contact.email', 'consent.record']);
      expect(new Set(Object.values(taro))).toEqual(new Set(['denied SELF_MISMATCH']));
    }
    expect(await company.refusal({ ...myPage('taro'), client: 'support-desk' })).toBe(
      'PURPOSE_NOT_PERMITTED',
    );
  });
});

describe('suspension of use', () => {
  it.each(PURPOSES)('$key $stops', async (purpose) => {
    const { key, recipient, suspendable } = purpose;
    const granted = [...POLICY.categories.keys()].filter((each) => stated(purpose.levels, each) === 'full');
    const shown = Object.fromEntries(granted.map((each) => [each, 'full']));
    const stopped = Object.fromEntries(granted.map((each) => [each, 'denied SUSPENDED']));
    expect(granted).not.toEqual([]);
    const asker = whoAsks(POLICY, key, recipient);
    expect(await company.outcomes(asker, ['halted', 'going'], granted)).toEqual({
      halted: suspendable ? stopped : shown,
      going: shown,
    });
  });

  it('stops all but these: a fraudster cannot stop the response to their violations', () => {
    const others = PURPOSES.filter(({ suspendable }) => !suspendable).map(({ key }) => key);
    expect(others).toEqual(['security.violation', 'policy.change', 'rights.handling']);
  });
});

const requestSchema = z.object({
  submitRightsRequest: z.object({ request: z.object({ id: z.string() }) }),
});

describe('a request', () => {
  const SUPPORT: Asker = { client: 'support-desk', purpose: 'service.support' };
  const mailOf = async (person: string): Promise<unknown> =>
    (await company.outcomes(SUPPORT, [person], ['contact.email']))[person];

  it.each<{ kind: string; decide: string; state: string; after: string }>([
    { kind: 'SUSPENSION', decide: 'refuseRightsRequest', state: 'REFUSED', after: 'full' },
    { kind: 'SUSPENSION', decide: 'fulfillRightsRequest', state: 'FULFILLED', after: 'denied SUSPENDED' },
    { kind: 'REVISION', decide: 'fulfillRightsRequest', state: 'FULFILLED', after: 'full' },
    {
      kind: 'DELETION',
      decide: 'fulfillRightsRequest',
      state: 'FULFILLED',
      after: 'denied REVISION_NOT_ACCEPTED',
    },
  ])('for $kind, once $state: is kept with its deadline and steps, and has its effect', async (row) => {
    const { kind, decide, state, after } = row;
    const person = `asks-${kind}-${state}`;
    const subject = `subject: "${subjectOf(person)}"`;
    await written(DESK, [`recordServiceUse(${subject}) { recordId }`]);
    expect(await mailOf(person)).toEqual({ 'contact.email': 'full' });

    const submitted = await written(myPage(person), [
      `submitRightsRequest(${subject}, kind: ${kind}) { request { id } }`,
    ]);
    const { id } = requestSchema.parse(submitted).submitRightsRequest.request;
    expect(await mailOf(person)).toEqual({ 'contact.email': 'full' });
    const outcome = '... on RightsRequestReceipt { request { state } }';
    const steps = await written(DESK, [
      `a: startRightsRequest(${subject}, id: "${id}") { ${outcome} }`,
      `b: ${decide}(${subject}, id: "${id}", note: "done") { ${outcome} }`,
    ]);
    expect(steps).toEqual({ a: { request: { state: 'IN_PROGRESS' } }, b: { request: { state } } });
    expect(await mailOf(person)).toEqual({ 'contact.email': after });

    const { data } = await company.send(
      myPage(person),
      `{ dataSubject(id: "${subjectOf(person)}") { requests { id kind state receivedAt dueAt overdue steps { state } } } }`,
    );
    expect(data).toEqual({
      dataSubject: {
        requests: [
          {
            id,
            kind,
            state,
            receivedAt: expect.any(String),
            dueAt: expect.any(String),
            overdue: false,
            steps: ['RECEIVED', 'IN_PROGRESS', state].map((step) => ({ state: step })),
          },
        ],
      },
    });
  });

  it('is decided by the desk, not by who asks', async () => {
    const submitted = await written(myPage('hanako'), [
      `submitRightsRequest(subject: "${subjectOf('hanako')}", kind: SUSPENSION) { request { id } }`,
    ]);
    const { id } = requestSchema.parse(submitted).submitRightsRequest.request;
    const { errors } = await company.send(
      myPage('hanako'),
      `mutation { fulfillRightsRequest(subject: "${subjectOf('hanako')}", id: "${id}", note: "I say so") { __typename } }`,
    );
    expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['CONSENT_WRITE_FORBIDDEN']);
  });
});

const accessesSchema = z.object({
  dataSubject: z.object({
    accesses: z.object({ edges: z.array(z.object({ node: z.record(z.string(), z.unknown()) })) }),
    provisions: z.object({ edges: z.array(z.object({ node: z.record(z.string(), z.unknown()) })) }),
  }),
});

describe('every use and provision of somebody’s data', () => {
  const person = 'momo';
  const subject = `subject: "${subjectOf(person)}"`;

  it('is told to them: to whom, what, what for, and on which consent or ground', async () => {
    const given = z
      .object({ grantConsent: z.object({ recordId: z.string() }) })
      .parse(
        await written(DESK, [
          `recordServiceUse(${subject}) { recordId }`,
          `grantConsent(${subject}, purpose: "agreed.survey_panel", recipient: "third_party.acme") { recordId }`,
        ]),
      );
    const acme: Asker = {
      client: 'survey-panel',
      purpose: 'agreed.survey_panel',
      recipient: 'third_party.acme',
    };
    const court: Asker = {
      client: 'legal',
      purpose: 'disclosure.authority',
      recipient: 'authority',
      ground: { kind: 'authority', reference: 'order 12', subjects: [person] },
    };
    const ads: Asker = {
      client: 'ad-sync',
      purpose: 'advertising.analysis',
      recipient: 'advertiser.clarity',
    };
    await company.outcomes(
      { client: 'support-desk', purpose: 'service.support' },
      [person],
      ['contact.email'],
    );
    await company.outcomes(acme, [person], ['contact.address']);
    await company.outcomes(court, [person], ['network.ip']);
    await company.outcomes(ads, [person], ['cookie.id', 'identity.name']);

    const query = `{ dataSubject(id: "${subjectOf(person)}") {
      accesses { edges { node { ...A } } } provisions { edges { node { ...A } } } } }
      fragment A on Access { at client recipient purpose lawfulBasis consentRecordId ground { kind reference } categories }`;
    const told = async (): Promise<z.infer<typeof accessesSchema>['dataSubject']> => {
      const { data, errors } = await company.send(myPage(person), query);
      expect(errors).toEqual([]);
      return accessesSchema.parse(data).dataSubject;
    };
    const none = { at: expect.any(String), consentRecordId: null, ground: null };
    const toAcme = {
      ...none,
      ...acme,
      lawfulBasis: 'consent',
      consentRecordId: given.grantConsent.recordId,
      categories: ['contact.address'],
    };
    const toCourt = {
      ...none,
      client: 'legal',
      purpose: 'disclosure.authority',
      recipient: 'authority',
      lawfulBasis: 'ground',
      // Which case it was is for the desk to tell.
      ground: { kind: 'authority', reference: null },
      categories: ['network.ip'],
    };
    const toClarity = { ...none, ...ads, lawfulBasis: 'notified', categories: ['cookie.id'] };
    const toSupport = {
      ...none,
      client: 'support-desk',
      purpose: 'service.support',
      recipient: 'internal',
      lawfulBasis: 'notified',
      categories: ['contact.email'],
    };
    await expect
      .poll(async () => (await told()).provisions.edges.map(({ node }) => node), { timeout: 10_000 })
      .toEqual([toClarity, toCourt, toAcme]);
    const { accesses } = await told();
    expect(accesses.edges.map(({ node }) => node)).toEqual(
      expect.arrayContaining([toClarity, toCourt, toAcme, toSupport]),
    );
  });

  it('is told to nobody else', async () => {
    const { data, errors } = await company.send(
      myPage('taro'),
      `{ dataSubject(id: "${subjectOf(person)}") { provisions { edges { node { recipient } } } } }`,
    );
    expect(JSON.stringify(data)).not.toContain('third_party');
    expect(errors.length).toBeGreaterThan(0);
  });
});
