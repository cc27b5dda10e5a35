import { describe, expect, it } from 'vitest';
import { generateHistory } from '../../subgraphs/activity/history.ts';
import { EXAMPLE_DOMAINS, generatePeople, TEST_CARDS } from '../../subgraphs/people.ts';

const people = generatePeople();

/** Each is a range that no real person, host or card can be reached by. */
const ranges = [
  {
    name: 'e-mail addresses are at domains kept for examples, unique and plain ASCII',
    given: people.map(({ email }) => email),
    expected: new RegExp(
      String.raw`^[a-z0-9.-]+@(${EXAMPLE_DOMAINS.map((domain) => domain.replaceAll('.', String.raw`\.`)).join('|')})$`,
    ),
  },
  {
    name: 'telephone numbers are unassigned in Japan or fictional in North America',
    given: people.flatMap(({ phone }) => phone ?? []),
    expected: /^(\+81 90-0\d{3}-\d{4}|\+1 \d{3}-555-01\d{2})$/,
  },
  {
    name: 'card numbers are published test numbers',
    given: people.flatMap(({ card }) => card?.number ?? []),
    expected: new RegExp(`^(${TEST_CARDS.map(({ number }) => number).join('|')})$`),
  },
  {
    name: 'passwords are marked as synthetic',
    given: people.map(({ password }) => password),
    expected: /^\$synthetic\$[0-9a-f]{40}$/,
  },
  {
    name: 'IP addresses are of the networks for documentation',
    given: generateHistory().map(({ ip }) => ip),
    expected: /^(192\.0\.2|198\.51\.100|203\.0\.113)\.\d{1,3}$|^2001:db8::\d{1,3}$/,
  },
  {
    name: 'URLs are of a domain that cannot exist',
    given: generateHistory().map(({ url }) => url),
    expected: /^https:\/\/marketplace\.example\//,
  },
];

describe('the demo people', () => {
  it('are the same at every start', () => {
    expect(generatePeople()).toEqual(people);
    expect(generateHistory()).toEqual(generateHistory());
  });

  it('are at least 500, numbered from u_1 on without a gap', () => {
    expect(people.length).toBeGreaterThanOrEqual(500);
    expect(people.map(({ id }) => id)).toEqual(people.map((_, index) => `u_${String(index + 1)}`));
  });

  it('have no two with the same e-mail address or login', () => {
    expect(new Set(people.map(({ email }) => email)).size).toBe(people.length);
    expect(new Set(people.map(({ loginId }) => loginId)).size).toBe(people.length);
  });

  it('are Japanese and English by turns', () => {
    const japanese = people.map(({ name }) =>
      /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}/u.test(name),
    );
    expect(japanese).toEqual(people.map((_, index) => index % 2 === 0));
  });

  it('lack nothing among the first five, and something among the others', () => {
    const complete = people.map(
      ({ phone, address, card }) => phone !== null && address !== null && card !== null,
    );
    expect(complete.slice(0, 5)).toEqual([true, true, true, true, true]);
    expect(complete.slice(5)).toContain(false);
  });

  it.each(ranges)('$name', ({ given, expected }) => {
    expect(given.length).toBeGreaterThan(300);
    expect(given.filter((value) => !expected.test(value))).toEqual([]);
  });
});
