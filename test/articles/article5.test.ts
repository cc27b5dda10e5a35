import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decideStatically } from '../../policies/decide.ts';
import { loadPolicy } from '../../policies/loadPolicy.ts';
import { POLICY_FILE, startCompany, stated, subjectOf, type Asker, type Company } from './company.ts';

const POLICY = await loadPolicy(POLICY_FILE);
const JOINT = [...POLICY.purposes.values()].filter(({ article }) => article === '5');

/** The text's seven ways of acquisition, in its order. */
const SEVEN = [
  'telephone',
  'number_database',
  'online_document_request',
  'group_registration',
  'document_request',
  'survey_response',
  'introduction',
];
/** Of whom it was acquired otherwise, in no known way, in two ways, or who object to joint use. */
const OTHERS = ['otherwise', 'unknown', 'both', 'optedOut', 'optedOutOfSurveys', 'suspended'];
const DESK: Asker = { client: 'consent-desk', purpose: 'rights.handling' };

const acquired = (person: string, channel: string): string =>
  `recordAcquisition(subject: "${subjectOf(person)}", channel: "${channel}") { recordId }`;

let company: Company;
beforeAll(async () => {
  company = await startCompany('kept');
  const writes = [
    ...[...SEVEN, ...OTHERS].map(
      (person) => `recordServiceUse(subject: "${subjectOf(person)}") { recordId }`,
    ),
    ...SEVEN.map((channel) => acquired(channel, channel)),
    acquired('otherwise', 'business_card'),
    acquired('both', 'business_card'),
    acquired('both', 'introduction'),
    ...['optedOut', 'optedOutOfSurveys', 'suspended'].map((person) => acquired(person, 'telephone')),
    `objectToPurpose(subject: "${subjectOf('optedOut')}", purpose: "joint") { recordId }`,
    `objectToPurpose(subject: "${subjectOf('optedOutOfSurveys')}", purpose: "joint.surveys") { recordId }`,
    `suspendUse(subject: "${subjectOf('suspended')}") { recordId }`,
  ];
  const { errors } = await company.send(
    DESK,
    `mutation { ${writes.map((write, n) => `w${n}: ${write}`).join(' ')} }`,
  );
  expect(errors).toEqual([]);
});
afterAll(async () => await company.close());

const group = (purpose: string): Asker => ({ client: 'group-sales', purpose, recipient: 'group' });

describe('joint use', () => {
  it('has the five purposes of the text, each for group companies alone and by notice', () => {
    expect(JOINT.map(({ key }) => key)).toEqual([
      'joint.products',
      'joint.surveys',
      'joint.work_introduction',
      'joint.development',
      'joint.improvement',
    ]);
    for (const { basis } of JOINT) expect([...basis]).toEqual([['group', 'notified']]);
  });

  it.each(JOINT)(
    '$key: is of those alone whose data was acquired in one of the seven ways',
    async (purpose) => {
      const granted = [...POLICY.categories.keys()].filter((key) => stated(purpose.levels, key) === 'full');
      expect(granted).not.toEqual([]);
      const people = await company.outcomes(group(purpose.key), [...SEVEN, ...OTHERS], granted);
      const all = (outcome: string): unknown => Object.fromEntries(granted.map((key) => [key, outcome]));
      expect(people).toEqual({
        ...Object.fromEntries(SEVEN.map((channel) => [channel, all('full')])),
        otherwise: all('denied CHANNEL_NOT_COVERED'),
        unknown: all('denied CHANNEL_NOT_COVERED'),
        both: all('full'),
        optedOut: all('denied OBJECTED'),
        optedOutOfSurveys: all(purpose.key === 'joint.surveys' ? 'denied OBJECTED' : 'full'),
        suspended: all('denied SUSPENDED'),
      });
    },
  );

  it.each(JOINT)('$key: is of what it needs, and of nothing else', async ({ key, levels }) => {
    const { telephone = {} } = await company.outcomes(group(key), ['telephone']);
    const shown = Object.keys(telephone).filter((category) => !telephone[category]?.startsWith('denied'));
    const granted = [...POLICY.categories.keys()].filter(
      (category) => stated(levels, category) !== undefined,
    );
    expect(shown).toEqual(granted);
    expect(shown.length).toBeLessThan(POLICY.categories.size / 2);
  });

  it.each([
    {
      name: 'for the Company’s own purposes',
      asker: group('service.support'),
      code: 'PURPOSE_NOT_PERMITTED',
    },
    { name: 'for joint use as such', asker: group('joint'), code: 'PURPOSE_UNKNOWN' },
    {
      name: 'for third parties',
      asker: { ...group('joint.products'), recipient: 'third_party.acme' },
      code: 'RECIPIENT_NOT_PERMITTED',
    },
    {
      name: 'by clients of others',
      asker: { client: 'survey-panel', purpose: 'joint.products', recipient: 'third_party.acme' },
      code: 'PURPOSE_NOT_PERMITTED',
    },
  ])('is not asked $name', async ({ asker, code }) => {
    expect(await company.refusal(asker)).toBe(code);
  });

  it('is for nobody but group companies, whatever the registry of clients says', () => {
    const outside = [...POLICY.recipients.keys()].filter((recipient) => recipient !== 'group');
    const caller = { client: 'group-sales', endUser: null, actor: null, ground: null };
    const verdicts = JOINT.flatMap((purpose) =>
      outside.flatMap((recipient) =>
        [...POLICY.categories.keys()].map((category) =>
          decideStatically(
            POLICY,
            { categories: [category], allow: null, deny: [] },
            { ...caller, purpose: purpose.key, recipient },
          ),
        ),
      ),
    );
    expect(verdicts.length).toBe(JOINT.length * outside.length * POLICY.categories.size);
    expect(verdicts.filter(({ effect }) => effect !== 'deny')).toEqual([]);
  });
});
