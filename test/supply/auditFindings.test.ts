import { describe, expect, it } from 'vitest';
import { auditFindings, unjudged } from './auditFindings.ts';

const URL_OF_ONE = 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc';
const one = { source: 1, name: 'left', url: URL_OF_ONE, title: 'a title', severity: 'high' };
const reportOf = (vulnerabilities: unknown): string =>
  JSON.stringify({ auditReportVersion: 2, vulnerabilities });

describe('auditFindings', () => {
  it.each([
    { name: 'nothing', given: {}, expected: [] },
    { name: 'an advisory', given: { left: { via: [one] } }, expected: ['GHSA-aaaa-bbbb-cccc'] },
    {
      name: 'one that comes through others, once',
      given: { left: { via: [one] }, right: { via: ['left'] }, again: { via: [one] } },
      expected: ['GHSA-aaaa-bbbb-cccc'],
    },
    {
      name: 'one of another kind, by its address',
      given: { left: { via: [{ ...one, url: 'https://example.invalid/1' }] } },
      expected: ['https://example.invalid/1'],
    },
  ])('finds $name', ({ given, expected }) => {
    expect(auditFindings(reportOf(given)).map(({ id }) => id)).toEqual(expected);
  });

  it.each([
    { name: 'nothing at all', given: '' },
    { name: 'an error of the registry', given: '{"message":"405 Method Not Allowed","statusCode":405}' },
    { name: 'another version', given: '{"auditReportVersion":3,"vulnerabilities":{}}' },
    { name: 'findings of another form', given: reportOf([]) },
  ])('takes $name for no report, never for no findings', ({ given }) => {
    expect(() => auditFindings(given)).toThrow('could not be asked');
  });
});

describe('where the registry could not be asked', () => {
  it.each([
    {
      name: 'what npm says of it is told, with the address',
      given: { message: 'request to http://r.invalid/-/npm failed, reason: ECONNREFUSED', error: {} },
      expected:
        'the registry could not be asked (request to http://r.invalid/-/npm failed, reason: ECONNREFUSED).',
    },
    {
      name: 'no name and no password of the address is told',
      given: { message: 'request to https://user:hunter2@r.invalid/ failed' },
      expected: 'the registry could not be asked (request to https://***@r.invalid/ failed).',
    },
    { name: 'npm may say nothing', given: {}, expected: 'the registry could not be asked.' },
  ])('$name', ({ given, expected }) => {
    expect(() => auditFindings(JSON.stringify(given))).toThrow(`npm audit gave no report: ${expected}`);
  });
});

describe('what SECURITY.md judges', () => {
  const findings = auditFindings(reportOf({ left: { via: [one] } }));
  it.each([
    { name: 'a row of its table', page: '| `GHSA-aaaa-bbbb-cccc` | left | … |', expected: 0 },
    { name: 'a row about another', page: '| `GHSA-aaaa-bbbb-dddd` | left | … |', expected: 1 },
    { name: 'a mention elsewhere', page: 'We know of `GHSA-aaaa-bbbb-cccc`.', expected: 1 },
    { name: 'nothing', page: '', expected: 1 },
  ])('$name: $expected left', ({ page, expected }) => {
    expect(unjudged(findings, page)).toHaveLength(expected);
  });
});
