import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startCompany, subjectOf, type Asker, type Company } from './company.ts';

const TARO = subjectOf('taro');
const MY_PAGE: Asker = { client: 'my-page', purpose: 'rights.access', endUser: 'taro' };
const DESK: Asker = { client: 'consent-desk', purpose: 'rights.handling' };

let company: Company;
beforeAll(async () => {
  company = await startCompany('kept');
});
afterAll(async () => await company.close());

const receiptSchema = z.record(z.string(), z.object({ recordId: z.string() }));
const recordsSchema = z.object({
  dataSubject: z.object({
    consentRecords: z.array(
      z.object({ recordId: z.string(), event: z.string(), collectionMethod: z.string() }),
    ),
  }),
});

/** Writes one thing and gives the event with how it was collected, as the person is told. */
const written = async (asker: Asker, mutation: string): Promise<string> => {
  const { data, errors } = await company.send(asker, `mutation { written: ${mutation} { recordId } }`);
  expect(errors).toEqual([]);
  const recordId = receiptSchema.parse(data)['written']?.recordId;
  const query = `{ dataSubject(id: "${TARO}") { consentRecords { recordId event collectionMethod } } }`;
  const answer = recordsSchema.parse((await company.send(MY_PAGE, query)).data);
  const record = answer.dataSubject.consentRecords.find((each) => each.recordId === recordId);
  return `${String(record?.event)} ${String(record?.collectionMethod)}`;
};

describe('each consent record says how it was collected', () => {
  it.each<{ name: string; asker: Asker; mutation: string; expected: string }>([
    {
      name: 'use of the service: at the time of access',
      asker: MY_PAGE,
      mutation: `recordServiceUse(subject: "${TARO}")`,
      expected: 'SERVICE_USED access',
    },
    {
      name: 'what the person says themselves: on the website',
      asker: MY_PAGE,
      mutation: `grantConsent(subject: "${TARO}", purpose: "marketing.recommendation")`,
      expected: 'GIVEN website',
    },
    {
      name: 'what a desk takes down for them: by correspondence',
      asker: DESK,
      mutation: `withdrawConsent(subject: "${TARO}", purpose: "marketing.recommendation")`,
      expected: 'WITHDRAWN correspondence',
    },
    {
      name: 'a suspension by letter',
      asker: DESK,
      mutation: `suspendUse(subject: "${TARO}")`,
      expected: 'SUSPENDED correspondence',
    },
    {
      name: 'the end of a suspension on the website',
      asker: MY_PAGE,
      mutation: `resumeUse(subject: "${TARO}")`,
      expected: 'RESUMED website',
    },
    {
      name: 'what is told of it',
      asker: DESK,
      mutation: `refuseConsent(subject: "${TARO}", purpose: "cookie.statistics", collectionMethod: "telephone_call")`,
      expected: 'REFUSED telephone_call',
    },
    {
      name: 'an acquisition: its channel',
      asker: DESK,
      mutation: `recordAcquisition(subject: "${TARO}", channel: "survey_response")`,
      expected: 'ACQUIRED survey_response',
    },
    {
      name: 'an objection and an erasure alike',
      asker: DESK,
      mutation: `eraseConsents(subject: "${TARO}")`,
      expected: 'ERASED correspondence',
    },
  ])('$name', async ({ asker, mutation, expected }) => {
    expect(await written(asker, mutation)).toBe(expected);
  });
});

describe('each category says how it is collected', () => {
  it('in one of the three ways of the text, but for what is made here', () => {
    const { categories, collection } = company.policy;
    expect([...collection.keys()]).toEqual(['website', 'correspondence', 'access']);
    for (const { key, collected } of categories.values()) {
      if (key === 'consent.record') expect(collected).toEqual([]);
      else expect(collected.length, key).toBeGreaterThan(0);
      for (const way of collected) expect([...collection.keys()]).toContain(way);
    }
  });

  it.each([
    { name: 'usage history', category: 'usage.history' },
    { name: 'the URL used', category: 'usage.url' },
    { name: 'the type of browser and cell phone', category: 'device.userAgent' },
    { name: 'IP address', category: 'network.ip' },
  ])('$name: at the time of access, as the text says', ({ category }) => {
    expect(company.policy.categories.get(category)?.collected).toEqual(['access']);
  });
});
