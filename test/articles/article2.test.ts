import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCompany, type Company } from './company.ts';

/** The kinds that the text names, in its words and order, and the categories that stand for them. */
const KINDS: readonly {
  readonly article: string;
  readonly kind: string;
  readonly categories: readonly string[];
}[] = [
  { article: '2(1)', kind: 'address', categories: ['contact.address'] },
  { article: '2(1)', kind: 'name', categories: ['identity.name'] },
  { article: '2(1)', kind: 'telephone number', categories: ['contact.telephone'] },
  { article: '2(1)', kind: 'email address', categories: ['contact.email'] },
  {
    article: '2(1)',
    kind: 'credit card information',
    categories: ['payment.card', 'payment.card.number'],
  },
  { article: '2(1)', kind: 'login ID', categories: ['account.loginId'] },
  { article: '2(1)', kind: 'password', categories: ['account.password'] },
  { article: '2(1)', kind: 'nickname', categories: ['identity.nickname'] },
  { article: '2(1)', kind: 'IP address', categories: ['network.ip'] },
  {
    article: '2(1)',
    kind: 'that by which a specific individual can be identified through collation with other information',
    categories: ['identity.birthdate'],
  },
  { article: '2(2)', kind: 'the content of services used by the customer', categories: ['usage.content'] },
  { article: '2(2)', kind: 'usage date and time, usage history', categories: ['usage.history'] },
  { article: '3(3)', kind: 'the URL used', categories: ['usage.url'] },
  { article: '3(3)', kind: 'the type of browser and cell phone', categories: ['device.userAgent'] },
  { article: '9', kind: 'cookies', categories: ['cookie.id'] },
];

let company: Company;
beforeAll(async () => {
  company = await startCompany({});
});
afterAll(async () => await company.close());

describe('personal information', () => {
  it.each(KINDS)('is each kind of the text: $kind', ({ article, categories }) => {
    for (const key of categories) {
      const category = company.policy.categories.get(key);
      expect(category?.article).toBe(article);
      if (article === '2(1)') expect(category?.identifying).toBe(true);
    }
  });

  it('identifies by collation where people write about each other', () => {
    expect(company.policy.categories.get('usage.content')?.identifying).toBe(true);
  });

  it('is nothing else but what is on record about consents', () => {
    const named = new Set(KINDS.flatMap(({ categories }) => categories));
    const others = [...company.policy.categories.keys()].filter((key) => !named.has(key));
    expect(others).toEqual(['consent.record']);
  });

  it('is shown to nobody who does not say what for', async () => {
    const { somebody } = await company.outcomes({ client: 'support-desk' }, ['somebody']);
    expect(Object.keys(somebody ?? {})).toEqual([...company.policy.categories.keys()]);
    expect(new Set(Object.values(somebody ?? {}))).toEqual(new Set(['denied PURPOSE_MISSING']));
  });
});
