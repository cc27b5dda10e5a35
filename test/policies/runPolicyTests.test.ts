import { describe, expect, it } from 'vitest';
import { runPolicyTests } from '../../policies/runPolicyTests.ts';
import { smallPolicy } from './smallPolicy.ts';

const TESTS = `now: 2024-06-01
callers:
  offers: { client: many, purpose: offers, recipient: internal }
  shadow: { client: shadow }
subjects:
  hanako: { collectionMethods: [survey], entries: [{ purpose: offers, state: GIVEN, at: 2024-01-01 }] }
  taro: { collectionMethods: [survey] }
decisions:
  - caller: offers
    categories: [contact.email]
    expect:
      hanako: full CONSENT
      taro: full CONSENT
      hanako + taro: deny CONSENT_NOT_GIVEN
  - caller: shadow
    categories: [contact.email]
    expect: { hanako: full CONSENT }
requests: { shadow: refused CLIENT_UNKNOWN, offers: refused CLIENT_UNKNOWN }
lookups:
  - { caller: offers, categories: [contact.email], expect: may }
  - { caller: shadow, categories: [contact.email], expect: may not }
`;

describe('runPolicyTests', () => {
  it('tells what passed and, with line and answer, what did not', () => {
    const results = runPolicyTests(smallPolicy(), TESTS);
    expect(results.map(({ line, passed, actual }) => ({ line, passed, actual }))).toEqual([
      { line: 12, passed: true, actual: 'full CONSENT' },
      { line: 13, passed: false, actual: 'deny CONSENT_NOT_GIVEN' },
      { line: 14, passed: true, actual: 'deny CONSENT_NOT_GIVEN' },
      { line: 17, passed: false, actual: 'refused CLIENT_UNKNOWN' },
      { line: 18, passed: true, actual: 'refused CLIENT_UNKNOWN' },
      { line: 18, passed: false, actual: 'admitted' },
      { line: 20, passed: false, actual: 'may not' },
      { line: 21, passed: true, actual: 'may not' },
    ]);
    expect(results[1]).toMatchObject({
      name: 'offers reads contact.email of taro',
      expected: 'full CONSENT',
    });
  });

  it.each([
    {
      name: 'a caller it does not define',
      from: 'caller: shadow\n',
      to: 'caller: shade\n',
      expected: /t\.yaml:15:13: no caller of that name; expected one of: offers, shadow/,
    },
    {
      name: 'a subject it does not define',
      from: 'hanako + taro:',
      to: 'hanako + jiro:',
      expected: /t\.yaml:14:22: no subject of that name/,
    },
    {
      name: 'a name of the prototype',
      from: 'caller: shadow\n',
      to: 'caller: toString\n',
      expected: /no caller of that name/,
    },
    {
      name: 'a key it does not know',
      from: 'client: many,',
      to: 'client: many, purpos: x,',
      expected: /perhaps purpose/,
    },
    {
      name: 'a time that is none',
      from: 'now: 2024-06-01',
      to: 'now: tomorrow',
      expected: /t\.yaml:1:6: .*expected a date/,
    },
  ])('refuses $name', ({ from, to, expected }) => {
    expect(() => runPolicyTests(smallPolicy(), TESTS.replace(from, to), 't.yaml')).toThrow(expected);
  });
});
