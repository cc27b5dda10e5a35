import { describe, expect, it } from 'vitest';
import { currentRevision } from '../../policies/currentRevision.ts';
import { smallPolicy } from './smallPolicy.ts';

const FIRST = "{ effective: 2020-01-01, significant: unknown, notified: unknown, article: '12' }";
const LATER = "{ effective: 2022-01-01, significant: true, notified: 2022-02-01, article: '12' }";

describe('currentRevision', () => {
  // The later one is written first: the file's order does not matter.
  const policy = smallPolicy({ [FIRST]: `${LATER}\n  - ${FIRST}` });

  it.each([
    { name: 'before the first', given: '2019-12-31', expected: '2020-01-01' },
    { name: 'on its day', given: '2020-01-01', expected: '2020-01-01' },
    { name: 'until the next', given: '2021-12-31', expected: '2020-01-01' },
    { name: 'from the next on', given: '2022-01-01', expected: '2022-01-01' },
    { name: 'ever after', given: '2099-01-01', expected: '2022-01-01' },
  ])('$name', ({ given, expected }) => {
    expect(currentRevision(policy, Date.parse(given)).id).toBe(expected);
  });

  it('needs one', () => {
    expect(() => currentRevision({ ...policy, revisions: [] }, 0)).toThrow('at least one');
  });
});
