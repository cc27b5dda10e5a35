import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decide } from '../../policies/decide.ts';
import { loadPolicy } from '../../policies/loadPolicy.ts';
import {
  POLICY_FILE,
  startCompany,
  stated,
  subjectOf,
  whoAsks,
  type Asker,
  type Company,
  type Outcomes,
} from './company.ts';

const POLICY = await loadPolicy(POLICY_FILE);
const CATEGORIES = [...POLICY.categories.values()];
/** The exceptions of Article 7; the policy has another one of Article 8. */
const GROUNDS = [...POLICY.grounds.values()].filter(({ article }) => article.startsWith('7('));
/** Each ground with each of its purposes and recipients. */
const USES = GROUNDS.flatMap((terms) =>
  terms.purposes.flatMap((purpose) => terms.recipients.map((recipient) => ({ terms, purpose, recipient }))),
);

let company: Company;
beforeAll(async () => {
  company = await startCompany({
    // All that anybody can do to keep their data from being used.
    unwilling: {
      suspended: true,
      lastServiceUse: null,
      entries: [...POLICY.purposes.keys()].map((purpose) => ({ purpose, state: 'OBJECTED' as const })),
    },
    panelist: {
      entries: [{ purpose: 'agreed.survey_panel', recipient: 'third_party.acme', state: 'GIVEN' }],
    },
    permissive: {
      entries: [...POLICY.purposes.keys()].map((purpose) => ({ purpose, state: 'GIVEN' as const })),
    },
  });
});
afterAll(async () => await company.close());

const invoking = (kind: string, purpose: string, recipient: string, subjects = ['unwilling']): Asker => {
  const client = [...POLICY.clients.values()].find(
    ({ grounds, recipients }) => grounds.includes(kind) && recipients.includes(recipient),
  );
  return {
    client: client?.id ?? '',
    purpose,
    recipient,
    actor: 'operator-3',
    ground: { kind, reference: `${kind} case 12`, subjects },
  };
};

const isBelow = (keys: readonly string[], key: string): boolean =>
  keys.some((each) => `${key}.`.startsWith(`${each}.`));

describe('an exception to consent', () => {
  it('is one of the four that the text has besides consent', () => {
    expect(GROUNDS.map(({ article, key }) => [article, key])).toEqual([
      ['7(2)', 'authority'],
      ['7(3)', 'emergency'],
      ['7(4)', 'business_transfer'],
      ['7(5)', 'law'],
    ]);
  });

  it.each(USES)(
    '$terms.key for $purpose to $recipient: reaches its categories of whom it names, and is on record',
    async ({ terms, purpose, recipient }) => {
      const asker = invoking(terms.key, purpose, recipient);
      let people: Readonly<Record<string, Outcomes>> = {};
      const [line, ...more] = await company.recorded(async () => {
        people = await company.outcomes(asker, ['unwilling', 'permissive']);
      });
      const levels = POLICY.purposes.get(purpose)?.levels ?? new Map();
      const expected = (named: boolean): Outcomes =>
        Object.fromEntries(
          CATEGORIES.map(({ key, never }) => {
            if (never) return [key, 'denied NEVER_DISCLOSED'];
            if (!isBelow(terms.categories, key)) return [key, 'denied GROUND_NOT_COVERED'];
            if (!named) return [key, 'denied GROUND_OUT_OF_SCOPE'];
            return [key, stated(levels, key) === 'masked' ? 'masked GROUND' : 'full'];
          }),
        );
      expect(people).toEqual({ unwilling: expected(true), permissive: expected(false) });

      expect(more).toEqual([]);
      expect(line).toMatchObject({
        client: asker.client,
        recipient,
        recipientKind: POLICY.recipients.get(recipient)?.kind,
        purpose,
        ground: { kind: terms.key, reference: `${terms.key} case 12` },
      });
      const provided = line?.groups.filter(({ decision }) => decision !== 'denied') ?? [];
      expect(provided.every(({ reason, subjects }) => reason === 'GROUND' && subjects?.length === 1)).toBe(
        true,
      );
      const covered = CATEGORIES.filter(({ key, never }) => !never && isBelow(terms.categories, key));
      expect(provided.flatMap(({ categories }) => categories).toSorted()).toEqual(
        covered.map(({ key }) => key).toSorted(),
      );
    },
  );

  const refused: readonly { name: string; asker: Asker; code: string }[] = [
    ...['authority', 'emergency', 'law'].map((kind) => ({
      name: `${kind}, for what it does not serve`,
      asker: invoking(kind, 'security.violation', 'internal'),
      code: 'GROUND_NOT_PERMITTED',
    })),
    {
      name: 'business_transfer, for what it does not serve',
      asker: invoking('business_transfer', 'service.improvement', 'third_party.successor'),
      code: 'PURPOSE_NOT_PERMITTED',
    },
    {
      name: 'another ground’s purpose',
      asker: invoking('emergency', 'disclosure.authority', 'authority'),
      code: 'GROUND_NOT_PERMITTED',
    },
    {
      name: 'a recipient that the client does not serve',
      asker: { ...invoking('law', 'disclosure.law', 'authority'), recipient: 'third_party.acme' },
      code: 'RECIPIENT_NOT_PERMITTED',
    },
    {
      name: 'one that the policy does not have',
      asker: {
        ...invoking('authority', 'disclosure.authority', 'authority'),
        ground: { kind: 'curiosity', reference: 'case 12', subjects: ['unwilling'] },
      },
      code: 'GROUND_UNKNOWN',
    },
    {
      name: 'one that names nobody',
      asker: invoking('authority', 'disclosure.authority', 'authority', []),
      code: 'GROUND_INCOMPLETE',
    },
    {
      name: 'one that has expired',
      asker: {
        ...invoking('authority', 'disclosure.authority', 'authority'),
        ground: { kind: 'authority', reference: 'case 12', expires: Date.now() - 1, subjects: ['unwilling'] },
      },
      code: 'GROUND_INCOMPLETE',
    },
    {
      name: 'one without a case that it rests on',
      asker: {
        ...invoking('authority', 'disclosure.authority', 'authority'),
        ground: { kind: 'authority', reference: ' ', subjects: ['unwilling'] },
      },
      code: 'GROUND_INCOMPLETE',
    },
    {
      name: 'one that the client may not invoke',
      asker: {
        client: 'support-desk',
        purpose: 'service.support',
        ground: { kind: 'authority', reference: 'case 12', subjects: ['unwilling'] },
      },
      code: 'GROUND_NOT_PERMITTED',
    },
    {
      name: 'one that no token bears out',
      asker: {
        client: 'legal',
        purpose: 'disclosure.authority',
        recipient: 'authority',
        headers: {
          'x-ground': JSON.stringify({
            kind: 'authority',
            reference: 'case 12',
            expires: Date.now() + 60_000,
            subjects: [subjectOf('unwilling')],
          }),
        },
      },
      code: 'PURPOSE_NOT_PERMITTED',
    },
  ];
  it.each(refused)('is refused: $name', async ({ asker, code }) => {
    expect(await company.refusal(asker)).toBe(code);
  });
});

describe('a third party', () => {
  const ACME: Asker = {
    client: 'survey-panel',
    purpose: 'agreed.survey_panel',
    recipient: 'third_party.acme',
    actor: 'operator-3',
  };

  it('is shown the data of those who consented to it, which is on record', async () => {
    const began = Date.now();
    let people: Readonly<Record<string, Outcomes>> = {};
    const [line, ...more] = await company.recorded(async () => {
      people = await company.outcomes(ACME, ['panelist', 'unwilling', 'stranger'], ['contact.email']);
    });
    expect(people).toEqual({
      panelist: { 'contact.email': 'full' },
      unwilling: { 'contact.email': 'denied SUSPENDED' },
      stranger: { 'contact.email': 'denied CONSENT_NOT_GIVEN' },
    });
    expect(more).toEqual([]);
    expect(line).toMatchObject({
      client: 'survey-panel',
      recipient: 'third_party.acme',
      recipientKind: 'third_party',
      purpose: 'agreed.survey_panel',
      ground: null,
    });
    expect(Date.parse(line?.time ?? '')).toBeGreaterThanOrEqual(began);
    expect(Date.parse(line?.time ?? '')).toBeLessThanOrEqual(Date.now());
    const groups = line?.groups.map(({ decision, reason, categories, subjects }) => ({
      decision,
      reason,
      categories,
      people: subjects?.length,
    }));
    expect(groups).toHaveLength(3);
    expect(groups).toEqual(
      expect.arrayContaining([
        { decision: 'full', reason: 'CONSENT', categories: ['contact.email'], people: 1 },
        { decision: 'denied', reason: 'SUSPENDED', categories: ['contact.email'], people: 1 },
        { decision: 'denied', reason: 'CONSENT_NOT_GIVEN', categories: ['contact.email'], people: 1 },
      ]),
    );
  });

  it('who takes a business over is shown nothing without the ground, whatever people consented to', async () => {
    for (const purpose of POLICY.grounds.get('business_transfer')?.purposes ?? []) {
      for (const recipient of ['third_party.successor', 'processor.contractor']) {
        const { permissive = {} } = await company.outcomes(whoAsks(POLICY, purpose, recipient), [
          'permissive',
        ]);
        expect(Object.values(permissive).filter((outcome) => !outcome.startsWith('denied'))).toEqual([]);
      }
    }
  });

  it('is shown nothing without consent or a ground, for no purpose and of no category', () => {
    const outside = [...POLICY.recipients.values()].filter(({ kind }) =>
      ['third_party', 'processor', 'authority'].includes(kind),
    );
    expect(outside).toHaveLength(4);
    const state = {
      subject: subjectOf('somebody'),
      suspended: false,
      lastServiceUse: Date.now(),
      collectionMethods: [...POLICY.channels.keys()],
      entries: [],
      reference: null,
    };
    const allowed = [...POLICY.purposes.keys()].flatMap((purpose) =>
      outside.flatMap(({ key: recipient }) =>
        CATEGORIES.filter(({ key }) => {
          const caller = { client: 'anybody', purpose, recipient, endUser: null, actor: null, ground: null };
          const rule = { categories: [key], allow: null, deny: [] };
          const subject = { kind: 'known' as const, subject: state.subject, state };
          return decide(POLICY, rule, caller, subject, Date.now()).effect === 'allow';
        }).map(({ key }) => `${key} to ${recipient} for ${purpose}`),
      ),
    );
    expect(allowed).toEqual([]);
  });
});
