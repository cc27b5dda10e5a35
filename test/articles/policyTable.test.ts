import { readFile, readdir } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadPolicy } from '../../policies/loadPolicy.ts';
import type { Policy } from '../../policies/policy.ts';
import { linksTo, missingTests, namedTests } from '../namedTests.ts';
import { POLICY_FILE } from './company.ts';

/** One claim of the table in docs/policy.md, with the article and its text where the row leaves them to one above. */
interface Row {
  readonly articles: readonly string[];
  readonly text: string;
  readonly claim: string;
  /** A reference and a name, or `people`. */
  readonly test: string;
}

const REFERENCE = /^\[([\w.]+)\] “(.+)”$/;

let page = '';
let rows: readonly Row[] = [];
let links: ReadonlyMap<string, string> = new Map();
let policy: Policy;
let yaml = '';

beforeAll(async () => {
  page = await readFile('docs/policy.md', 'utf8');
  rows = readRows(page);
  links = linksTo(page);
  policy = await loadPolicy(POLICY_FILE);
  yaml = await readFile(POLICY_FILE, 'utf8');
});

function readRows(markdown: string): readonly Row[] {
  const lines = markdown.split('\n').filter((line) => line.startsWith('| '));
  const found: Row[] = [];
  // The first is the head; the line below it is none, by its dashes.
  for (const line of lines.slice(1).filter((each) => !each.startsWith('| -'))) {
    const [articles = '', text = '', claim = '', test = ''] = line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim());
    const above = found.at(-1);
    found.push({
      articles: articles === '' ? (above?.articles ?? []) : articles.split(', '),
      text: text === '' ? (above?.text ?? '') : text,
      claim,
      test,
    });
  }
  return found;
}

const claimsOf = (article: string): readonly string[] =>
  rows.filter(({ articles }) => articles.includes(article)).map(({ claim }) => claim);

describe('docs/policy.md', () => {
  it('has a row for each of the twelve articles, in their order, and each says something', () => {
    const numbers = rows.map(({ articles }) => Number(articles[0]?.replace(/\(.*$/, '')));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect([...new Set(numbers)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    for (const { text, claim, test } of rows) {
      expect(text).not.toBe('');
      expect(claim).not.toBe('');
      expect(test === '_people_' || REFERENCE.test(test), `${claim}: ${test}`).toBe(true);
    }
  });

  it('has a row for each item that the policy rests something on', () => {
    const rested = new Set(Array.from(yaml.matchAll(/\barticle: '([^']+)'/g), ([, article = '']) => article));
    expect(rested.size).toBeGreaterThan(20);
    for (const article of rested) expect(claimsOf(article), article).not.toEqual([]);
  });

  it('names each purpose, ground and kind of recipient in a row of its article', () => {
    const named = [...policy.purposes.values(), ...policy.grounds.values()];
    for (const { key, article } of named) {
      expect(claimsOf(article).join('\n'), `${key} at ${article}`).toContain(`\`${key}\``);
    }
    for (const key of [
      'internal',
      'group',
      'third_party.acme',
      'third_party.successor',
      'processor.contractor',
    ]) {
      const { article = '' } = policy.recipients.get(key) ?? {};
      expect(claimsOf(article).join('\n'), `${key} at ${article}`).toContain(`\`${key}\``);
    }
  });

  it('names tests that there are, by the names that they have', async () => {
    const referred = namedTests(page);
    expect(referred.length).toBeGreaterThan(50);
    expect(await missingTests(referred)).toEqual([]);
    expect(new Set(referred.map(({ link }) => link))).toEqual(new Set(links.keys()));
  });

  it('refers to every file of tests of an article', async () => {
    const files = (await readdir('test/articles')).filter((name) => /^article\d+\.test\.ts$/.test(name));
    expect(files.length).toBeGreaterThan(5);
    for (const name of files) expect([...links.values()]).toContain(`test/articles/${name}`);
  });

  it('says what the text does not state', () => {
    const [, unstated = ''] = /## What the text does not state\n([\s\S]*?)\n## /.exec(page) ?? [];
    const pages = [...policy.recipients.values()].filter(({ optOut }) => optOut === 'unknown');
    const revisions = policy.revisions.filter(
      ({ significant, notified }) => significant === 'unknown' || notified === 'unknown',
    );
    const unknown = [
      ...pages.map(({ name }) => name.replace(/ \(.*$/, '')),
      ...revisions.map(({ id }) => id),
      ...(policy.officer.address === 'unknown' ? ['personal information handling manager'] : []),
      ...(policy.controllers.some(({ address }) => address === 'unknown') ? ['subsidiaries'] : []),
      ...([...policy.purposes.values()].some(({ since }) => since === 'unknown') ? ['Since when'] : []),
    ];
    expect(unknown.length).toBeGreaterThan(0);
    for (const name of unknown) expect(unstated).toContain(name);
  });
});
