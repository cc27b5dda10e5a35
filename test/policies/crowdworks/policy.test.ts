import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { STATIC_DENIALS, SUBJECT_DENIALS } from '../../../policies/decision.ts';
import { loadPolicy } from '../../../policies/loadPolicy.ts';
import { runPolicyTests } from '../../../policies/runPolicyTests.ts';

const at = (name: string): string =>
  fileURLToPath(new URL(`../../../policies/crowdworks/${name}`, import.meta.url));
const POLICY = await loadPolicy(at('policy.yaml'));
const RESULTS = runPolicyTests(POLICY, await readFile(at('policy.test.yaml'), 'utf8'), 'policy.test.yaml');

describe('policy.test.yaml', () => {
  it.each(RESULTS)('line $line: $name', ({ actual, expected }) => {
    expect(actual).toBe(expected);
  });

  it('states at least 90 decisions and meets every reason and refusal', () => {
    const decisions = RESULTS.filter(({ name }) => name.includes(' reads '));
    expect(decisions.length).toBeGreaterThanOrEqual(90);
    const met = new Set(RESULTS.map(({ expected }) => expected.split(' ').at(-1)));
    const refusals = ['UNAUTHENTICATED', 'CLIENT_UNKNOWN', 'PURPOSE_UNKNOWN', 'PURPOSE_NOT_PERMITTED'];
    const others = [
      'RECIPIENT_REQUIRED',
      'RECIPIENT_NOT_PERMITTED',
      'GROUND_UNKNOWN',
      'GROUND_NOT_PERMITTED',
    ];
    for (const reason of [
      ...STATIC_DENIALS,
      ...SUBJECT_DENIALS,
      ...refusals,
      ...others,
      'GROUND_INCOMPLETE',
    ]) {
      expect(met).toContain(reason);
    }
  });
});

function under(prefix: string, keys: Iterable<string>): string[] {
  return [...keys].filter((key) => key.startsWith(prefix));
}

function byArticle(article: string): string[] {
  return [...POLICY.purposes.values()].filter((purpose) => purpose.article === article).map(({ key }) => key);
}

describe('policy.yaml expresses', () => {
  it.each([
    ['4(1)', ['service.provision']],
    ['4(2)', ['service.environment']],
    ['4(3)', ['service.operation']],
    ['4(4)', ['service.support']],
    ['4(5)', ['service.improvement']],
    ['4(6)', ['marketing.recommendation']],
    ['4(7)', ['communication.necessary']],
    ['4(8)', ['ir.information']],
    ['4(9)', ['security.violation']],
    ['4(10)', ['policy.change']],
    ['4(11)', ['agreed', 'agreed.survey_panel']],
    ['4(12)', ['service.operation.billing', 'service.support.callback']],
    [
      '5',
      [
        'joint.products',
        'joint.surveys',
        'joint.work_introduction',
        'joint.development',
        'joint.improvement',
      ],
    ],
    ['7(2)', ['disclosure.authority']],
    ['7(3)', ['disclosure.emergency']],
    ['7(5)', ['disclosure.law']],
    ['8', ['rights.access', 'rights.handling']],
    ['9', ['advertising.distribution', 'advertising.analysis', 'cookie.statistics']],
  ])('the purposes of Article %s', (article, expected) => {
    expect(byArticle(article)).toEqual(expected);
  });

  it('nine of the twelve by notice, one by consent, to internal recipients alone', () => {
    const bases = ['(1)', '(2)', '(3)', '(4)', '(5)', '(6)', '(7)', '(8)', '(9)', '(10)'].flatMap((item) =>
      byArticle(`4${item}`).map((key) => [...(POLICY.purposes.get(key)?.basis ?? [])].join()),
    );
    expect(bases.filter((basis) => basis === 'internal,notified')).toHaveLength(9);
    expect(bases[5]).toBe('internal,consent');
  });

  it('six revisions of which nothing else is known', () => {
    expect(POLICY.revisions.map(({ id }) => id)).toEqual([
      '2016-07-26',
      '2017-05-23',
      '2017-08-31',
      '2018-01-04',
      '2019-04-25',
      '2020-05-08',
    ]);
    expect(
      POLICY.revisions.every(
        ({ significant, notified }) => significant === 'unknown' && notified === 'unknown',
      ),
    ).toBe(true);
  });

  it('seven channels, and joint use limited to them', () => {
    expect(POLICY.channels.size).toBe(7);
    for (const key of under('joint.', POLICY.purposes.keys())) {
      expect(POLICY.purposes.get(key)?.channels).toEqual([...POLICY.channels.keys()]);
    }
  });

  it('sixteen advertising services, with the pages for opting out that the text gives', () => {
    const advertisers = under('advertiser.', POLICY.recipients.keys());
    expect(advertisers).toHaveLength(16);
    const unknown = advertisers.filter((key) => POLICY.recipients.get(key)?.optOut === 'unknown');
    expect(unknown).toEqual(['advertiser.yahoo', 'advertiser.ferret_one']);
  });

  it('what is never disclosed', () => {
    const never = [...POLICY.categories.values()].filter((category) => category.never).map(({ key }) => key);
    expect(never).toEqual(['account.password', 'payment.card.number']);
  });

  it('the registered clients', () => {
    const required = [
      'support-desk',
      'mail-campaign',
      'analytics',
      'group-sales',
      'ad-sync',
      'legal',
      'consent-desk',
      'my-page',
    ];
    expect([...POLICY.clients.keys()]).toEqual(expect.arrayContaining(required));
    const writers = [...POLICY.clients.values()].filter(({ consentWrite }) => consentWrite.length > 0);
    expect(writers.map(({ id }) => id)).toEqual(['consent-desk']);
  });
});
