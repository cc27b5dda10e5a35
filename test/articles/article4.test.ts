import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPolicy } from '../../policies/loadPolicy.ts';
import type { Purpose } from '../../policies/policy.ts';
import {
  POLICY_FILE,
  startCompany,
  stated,
  whoAsks,
  type Asker,
  type Company,
  type Outcomes,
} from './company.ts';

const POLICY = await loadPolicy(POLICY_FILE);
const PURPOSES = [...POLICY.purposes.values()];
/** What can be declared for the company's own use of the twelve objectives. */
const OBJECTIVES = PURPOSES.filter(({ article, declarable }) => article.startsWith('4(') && declarable);

const CONSENTING = OBJECTIVES.filter(({ basis }) => basis.get('internal') === 'consent').map(
  ({ key }) => key,
);
const GIVEN = { entries: CONSENTING.map((purpose) => ({ purpose, state: 'GIVEN' as const })) };

let company: Company;
beforeAll(async () => {
  company = await startCompany({
    // Has used the services since the last revision, and was asked nothing.
    user: {},
    consenting: GIVEN,
    refusing: { entries: CONSENTING.map((purpose) => ({ purpose, state: 'REFUSED' as const })) },
    // Has agreed to whatever may be agreed.
    agreeable: { entries: [{ purpose: 'agreed', state: 'GIVEN' }] },
    // Has agreed, but not that it goes to anybody else.
    internalOnly: { entries: [{ purpose: 'agreed.survey_panel', recipient: 'internal', state: 'GIVEN' }] },
  });
});
afterAll(async () => await company.close());

const of = (item: number): readonly Purpose[] => PURPOSES.filter(({ article }) => article === `4(${item})`);

const shown = (outcomes: Outcomes | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(outcomes ?? {}).filter(([, outcome]) => !outcome.startsWith('denied')));

/** What the policy states that a purpose needs of each category, on the basis of notice or of consent. */
const neededBy = ({ levels }: Purpose, basis: string): Outcomes =>
  Object.fromEntries(
    [...POLICY.categories.values()].map(({ key, never }) => {
      const level = stated(levels, key);
      if (never) return [key, 'denied NEVER_DISCLOSED'];
      if (level === undefined) return [key, 'denied CATEGORY_NOT_COVERED'];
      return [key, level === 'full' ? 'full' : `masked ${basis}`];
    }),
  );

describe('the twelve objectives', () => {
  it('all have purposes; those of (11) are agreed one by one, those of (12) lie below another', () => {
    for (let item = 1; item <= 12; item++) expect(of(item).length).toBeGreaterThan(0);
    expect(OBJECTIVES.map(({ key }) => key).filter((key) => key.startsWith('agreed'))).not.toEqual([]);
    for (const { key } of of(11)) expect(key).toMatch(/^agreed(\.|$)/);
    for (const { key } of of(12)) {
      expect(POLICY.purposes.get(key.slice(0, key.lastIndexOf('.')))?.article).toMatch(
        /^4\(([1-9]|10|11)\)$/,
      );
    }
  });

  it.each(OBJECTIVES)('$article $key: shows what is needed for it, and nothing beyond', async (purpose) => {
    const asker = whoAsks(POLICY, purpose.key, 'internal');
    const people = await company.outcomes(asker, ['user', 'consenting']);
    const basis = purpose.basis.get('internal');
    expect(people['consenting']).toEqual(neededBy(purpose, String(basis).toUpperCase()));
    expect(Object.keys(shown(people['consenting']))).not.toEqual([]);
    // A published objective needs no consent; the others show none of it without.
    if (basis === 'notified') expect(people['user']).toEqual(people['consenting']);
    else expect(Object.values(people['user'] ?? {})).not.toContain('full');
  });

  // Stated here in full, so that a policy that shows everything for everything would be noticed.
  it.each<{ name: string; asker: Asker; expected: readonly string[] }>([
    {
      name: 'recommendations are sent, not profiled',
      asker: whoAsks(POLICY, 'marketing.recommendation', 'internal'),
      expected: [
        'contact.address',
        'contact.email',
        'contact.telephone',
        'identity.name',
        'identity.nickname',
        'usage.history',
      ],
    },
    {
      name: 'IR information is sent',
      asker: whoAsks(POLICY, 'ir.information', 'internal'),
      expected: ['contact.address', 'contact.email', 'identity.name'],
    },
    {
      name: 'changes of the terms are notified',
      asker: whoAsks(POLICY, 'policy.change', 'internal'),
      expected: ['contact.address', 'contact.email', 'identity.name'],
    },
  ])('$name, and no more is shown for it', async ({ asker, expected }) => {
    const { consenting } = await company.outcomes(asker, ['consenting']);
    expect(Object.keys(shown(consenting)).toSorted()).toEqual(expected);
  });

  it.each([
    { name: 'no objective of the text', purpose: 'credit.scoring', code: 'PURPOSE_UNKNOWN' },
    { name: 'one that is only like one', purpose: 'service.supports', code: 'PURPOSE_UNKNOWN' },
    {
      name: 'something incidental that the policy does not state',
      purpose: 'service.support.resale',
      code: 'PURPOSE_UNKNOWN',
    },
    { name: 'whatever was agreed', purpose: 'agreed', code: 'PURPOSE_UNKNOWN' },
    {
      name: 'another client’s objective',
      purpose: 'marketing.recommendation',
      code: 'PURPOSE_NOT_PERMITTED',
    },
  ])('are all that can be declared: not $name', async ({ purpose, code }) => {
    expect(await company.refusal({ client: 'support-desk', purpose })).toBe(code);
  });
});

describe('beyond the objectives there is only agreement', () => {
  const PANEL = ['identity.name', 'identity.nickname', 'contact.email', 'contact.address'];
  const people = ['consenting', 'user', 'refusing', 'agreeable', 'internalOnly'];
  const all = (outcome: string): Outcomes => Object.fromEntries(PANEL.map((key) => [key, outcome]));

  it('(11): a third party is shown what was agreed to, of those who agreed that it goes there', async () => {
    const asker = { client: 'survey-panel', purpose: 'agreed.survey_panel', recipient: 'third_party.acme' };
    expect(await company.outcomes(asker, people, PANEL)).toEqual({
      consenting: all('full'),
      user: all('denied CONSENT_NOT_GIVEN'),
      refusing: all('denied CONSENT_REFUSED'),
      agreeable: all('denied CONSENT_NOT_GIVEN'),
      internalOnly: all('denied CONSENT_NOT_GIVEN'),
    });
  });

  it('(11): those who work on it see masks of all others', async () => {
    const asker = { client: 'survey-panel', purpose: 'agreed.survey_panel', recipient: 'internal' };
    expect(await company.outcomes(asker, people, PANEL)).toEqual({
      consenting: all('full'),
      user: all('masked CONSENT_NOT_GIVEN'),
      refusing: all('masked CONSENT_REFUSED'),
      agreeable: all('masked CONSENT_NOT_GIVEN'),
      internalOnly: all('full'),
    });
  });

  it('(11): nothing but what was agreed to, whatever else the agreement is about', async () => {
    const asker = { client: 'survey-panel', purpose: 'agreed.survey_panel', recipient: 'internal' };
    const { consenting } = await company.outcomes(asker, ['consenting']);
    expect(Object.keys(shown(consenting)).toSorted()).toEqual(PANEL.toSorted());
  });
});

describe('incidental objectives', () => {
  it.each(of(12))('(12) $key: show no more than that which they are incidental to', async ({ key }) => {
    const parent = key.slice(0, key.lastIndexOf('.'));
    const below = await company.outcomes(whoAsks(POLICY, key, 'internal'), ['user']);
    const above = await company.outcomes(whoAsks(POLICY, parent, 'internal'), ['user']);
    const more = Object.entries(shown(below['user'])).filter(([category, outcome]) => {
      const wider = above['user']?.[category];
      return wider !== 'full' && outcome !== wider;
    });
    expect(more).toEqual([]);
    expect(Object.keys(shown(below['user'])).length).toBeLessThan(Object.keys(shown(above['user'])).length);
  });
});
