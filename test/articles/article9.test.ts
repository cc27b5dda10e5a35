import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Caller } from '../../policies/caller.ts';
import type { ConsentState } from '../../policies/consent/state.ts';
import { decide } from '../../policies/decide.ts';
import { loadPolicy } from '../../policies/loadPolicy.ts';
import { POLICY_FILE, startCompany, subjectOf, type Asker, type Company, type Outcomes } from './company.ts';

const POLICY = await loadPolicy(POLICY_FILE);
const CATEGORIES = [...POLICY.categories.values()];
const IDENTIFYING = CATEGORIES.filter(({ identifying }) => identifying).map(({ key }) => key);
/** What is left for advertising: cookies that identify nobody, and what was done with them. */
const COLLECTED = ['cookie.id', 'device.userAgent', 'usage.history', 'usage.url'];
const ADVERTISERS = [...POLICY.recipients.values()].filter(({ kind }) => kind === 'advertiser');
const USES = ['advertising.distribution', 'advertising.analysis'];

const optedOut = (provider: string): string => `no_${provider.replace('advertiser.', '')}`;
const PEOPLE = ADVERTISERS.map(({ key }) => optedOut(key));

const write = (name: string, person: string, rest = ''): string =>
  `${name}(subject: "${subjectOf(person)}"${rest}) { recordId }`;

let company: Company;
beforeAll(async () => {
  company = await startCompany('kept');
  const everybody = [...PEOPLE, 'neutral', 'noAdvertising', 'noAnalysis', 'consenting'];
  const writes = [
    ...everybody.map((person) => write('recordServiceUse', person)),
    ...ADVERTISERS.map(({ key }) =>
      write('objectToPurpose', optedOut(key), `, purpose: "advertising", recipient: "${key}"`),
    ),
    write('objectToPurpose', 'noAdvertising', ', purpose: "advertising"'),
    write('objectToPurpose', 'noAnalysis', ', purpose: "advertising.analysis"'),
    ...[...POLICY.purposes.values()]
      .filter(({ basis }) => [...basis.values()].some((each) => each === 'consent' || each === 'notified'))
      .map(({ key }) => write('grantConsent', 'consenting', `, purpose: "${key}"`)),
  ];
  const { errors } = await company.send(
    { client: 'consent-desk', purpose: 'rights.handling' },
    `mutation { ${writes.map((each, n) => `w${n}: ${each}`).join(' ')} }`,
  );
  expect(errors).toEqual([]);
});
afterAll(async () => await company.close());

const delivering = (recipient: string, purpose: string): Asker => ({ client: 'ad-sync', purpose, recipient });
const all = (outcome: string): Outcomes => Object.fromEntries(COLLECTED.map((key) => [key, outcome]));

describe('advertising services', () => {
  it('are the sixteen of the text, of whom each is served by the same client', () => {
    expect(ADVERTISERS.map(({ name }) => name)).toEqual([
      'Criteo (Criteo株式会社)',
      'Google広告 (Google Inc.)',
      'Facebook広告 (Facebook, Inc.)',
      'Twitter広告 (Twitter.Inc.)',
      'LINE Ads Platform (LINE株式会社)',
      'Yahoo!プロモーション (ヤフー株式会社)',
      'Taboola (Taboola, Inc.)',
      'Google Universal Analytics (Google Inc.)',
      'instapage (Instapage Inc.)',
      'User Heat (株式会社ユーザーローカル)',
      'SATORI (SATORI株式会社)',
      'Marketo (Marketo, Inc.)',
      'Rtoaster (株式会社BrainPad)',
      'KARTE (株式会社プレイド)',
      'ferret One (株式会社ベーシック)',
      'Clarity (Microsoft Corporation)',
    ]);
    expect(POLICY.clients.get('ad-sync')?.recipients).toEqual(ADVERTISERS.map(({ key }) => key));
  });

  describe.each(USES)('%s', (purpose) => {
    it.each(ADVERTISERS)(
      'not to $key of who opted out of it, and still to it of who opted out of the others',
      async ({ key }) => {
        const people = [...PEOPLE, 'neutral', 'noAdvertising', 'noAnalysis'];
        const outcomes = await company.outcomes(delivering(key, purpose), people, COLLECTED);
        expect(outcomes).toEqual({
          ...Object.fromEntries(PEOPLE.map((person) => [person, all('full')])),
          [optedOut(key)]: all('denied OBJECTED'),
          neutral: all('full'),
          // Out of advertising as a whole, and of one of its two uses.
          noAdvertising: all('denied OBJECTED'),
          noAnalysis: all(purpose === 'advertising.analysis' ? 'denied OBJECTED' : 'full'),
        });
      },
    );

    it.each(ADVERTISERS)('shows $key nothing that identifies, whatever was consented to', async ({ key }) => {
      const { consenting = {} } = await company.outcomes(delivering(key, purpose), ['consenting']);
      const barred = Object.keys(consenting).filter((category) => IDENTIFYING.includes(category));
      expect(barred).toEqual(IDENTIFYING);
      for (const category of IDENTIFYING) {
        const never = POLICY.categories.get(category)?.never === true;
        expect(consenting[category]).toBe(never ? 'denied NEVER_DISCLOSED' : 'denied RECIPIENT_BARRED');
      }
      // So it is not that nothing is shown at all.
      expect(consenting).toMatchObject(all('full'));
    });
  });

  it('see nothing that identifies for any purpose of the policy, by any consent or ground', () => {
    const subject = subjectOf('consenting');
    const state: ConsentState = {
      subject,
      suspended: false,
      lastServiceUse: Date.now(),
      collectionMethods: [...POLICY.channels.keys()],
      entries: [...POLICY.purposes.keys()].flatMap((purpose) =>
        [null, ...ADVERTISERS.map(({ key }) => key)].map((recipient) => ({
          purpose,
          recipient,
          state: 'GIVEN' as const,
          at: 0,
          expiresAt: null,
        })),
      ),
      reference: null,
    };
    const grounds: readonly Caller['ground'][] = [
      null,
      ...[...POLICY.grounds.keys()].map((kind) => ({
        kind,
        reference: 'case 12',
        expires: Date.now() + 60_000,
        subjects: [subject],
      })),
    ];
    let asked = 0;
    const shown: string[] = [];
    for (const purpose of POLICY.purposes.keys()) {
      for (const { key: recipient } of ADVERTISERS) {
        for (const ground of grounds) {
          const caller: Caller = {
            client: 'ad-sync',
            purpose,
            recipient,
            endUser: subject,
            actor: null,
            ground,
          };
          for (const category of IDENTIFYING) {
            const rule = { categories: [category], allow: null, deny: [] };
            const { effect } = decide(POLICY, rule, caller, { kind: 'known', subject, state }, Date.now());
            asked += 1;
            if (effect !== 'deny') shown.push(`${category} to ${recipient} for ${purpose}`);
          }
        }
      }
    }
    expect(asked).toBe(POLICY.purposes.size * 16 * grounds.length * IDENTIFYING.length);
    expect(shown).toEqual([]);
  });

  it.each([
    { name: 'support', purpose: 'service.support' },
    { name: 'statistics of the Company', purpose: 'cookie.statistics' },
    { name: 'recommendations', purpose: 'marketing.recommendation' },
    { name: 'joint use', purpose: 'joint.products' },
  ])('are served for no other objective: $name', async ({ purpose }) => {
    expect(await company.refusal(delivering('advertiser.criteo', purpose))).toBe('PURPOSE_NOT_PERMITTED');
  });

  it('are not opted out of by a name that none of them has', async () => {
    const { errors } = await company.send(
      { client: 'my-page', purpose: 'rights.access', endUser: 'neutral' },
      `mutation { objectToPurpose(subject: "${subjectOf('neutral')}", purpose: "advertising", recipient: "advertiser.critoe") { recordId } }`,
    );
    expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['RECIPIENT_UNKNOWN']);
  });
});

describe('cookies of the Company', () => {
  it('are used for statistics with consent, and then by a pseudonym', async () => {
    const asker: Asker = { client: 'analytics', purpose: 'cookie.statistics' };
    const people = await company.outcomes(asker, ['consenting', 'neutral', 'noAdvertising'], COLLECTED);
    expect(people).toEqual({
      consenting: { ...all('full'), 'cookie.id': 'masked CONSENT' },
      neutral: all('denied CONSENT_NOT_GIVEN'),
      noAdvertising: all('denied CONSENT_NOT_GIVEN'),
    });
  });
});
