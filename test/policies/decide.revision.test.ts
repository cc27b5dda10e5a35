import { describe, expect, it } from 'vitest';
import type { ConsentState } from '../../policies/consent/state.ts';
import { answer, at, caseOf, type Case } from './question.ts';
import { smallPolicy } from './smallPolicy.ts';

const upkeep = (change: Partial<ConsentState>): Case => caseOf('upkeep', change);

const revision = (text: string, lastServiceUse: number | null): Case => ({
  ...caseOf('service', { lastServiceUse }),
  policy: smallPolicy({
    "{ effective: 2020-01-01, significant: unknown, notified: unknown, article: '12' }": text,
  }),
});

describe('row 15', () => {
  const table: readonly { name: string; given: Case; expected: string }[] = [
    {
      name: '15: nothing is known of the subject',
      given: upkeep({ lastServiceUse: null }),
      expected: 'REVISION_NOT_ACCEPTED',
    },
    {
      name: '15: use at the very moment',
      given: upkeep({ lastServiceUse: at('2020-01-01') }),
      expected: 'full NOTIFIED',
    },
    {
      name: '15: notified, never used',
      given: revision(
        "{ effective: 2020-01-01, significant: true, notified: 2024-05-01, article: '12' }",
        null,
      ),
      expected: 'REVISION_NOT_ACCEPTED',
    },
    {
      name: '15: notified, used between revision and notification alone',
      given: revision(
        "{ effective: 2020-01-01, significant: true, notified: 2024-05-01, article: '12' }",
        at('2024-04-30'),
      ),
      expected: 'REVISION_NOT_ACCEPTED',
    },
    {
      name: '15: notified, used since',
      given: revision(
        "{ effective: 2020-01-01, significant: true, notified: 2024-05-01, article: '12' }",
        at('2024-05-01'),
      ),
      expected: 'full NOTIFIED',
    },
    {
      name: '15: significant, not notified, used since',
      given: revision(
        "{ effective: 2020-01-01, significant: true, notified: null, article: '12' }",
        at('2024-05-01'),
      ),
      expected: 'REVISION_NOT_ACCEPTED',
    },
    {
      name: '15: significant, notification unknown, used since',
      given: revision(
        "{ effective: 2020-01-01, significant: true, notified: unknown, article: '12' }",
        at('2024-05-01'),
      ),
      expected: 'REVISION_NOT_ACCEPTED',
    },
    {
      name: '15: not significant, not notified, used since',
      given: revision(
        "{ effective: 2020-01-01, significant: false, notified: null, article: '12' }",
        at('2024-05-01'),
      ),
      expected: 'full NOTIFIED',
    },
    {
      name: '15: to be notified later though not significant, used since',
      given: revision(
        "{ effective: 2020-01-01, significant: false, notified: 2024-12-01, article: '12' }",
        at('2024-05-01'),
      ),
      expected: 'full NOTIFIED',
    },
    {
      name: '15: perhaps significant, to be notified later, used since',
      given: revision(
        "{ effective: 2020-01-01, significant: unknown, notified: 2024-12-01, article: '12' }",
        at('2024-05-01'),
      ),
      expected: 'REVISION_NOT_ACCEPTED',
    },
    {
      name: '15: not yet in force',
      given: revision(
        "{ effective: 2025-01-01, significant: false, notified: unknown, article: '12' }",
        at('2024-05-01'),
      ),
      expected: 'REVISION_NOT_ACCEPTED',
    },
    {
      name: '15: a revision ahead does not count yet',
      given: revision(
        "{ effective: 2020-01-01, significant: unknown, notified: unknown, article: '12' }\n  - { effective: 2025-01-01, significant: true, notified: null, article: '12' }",
        at('2024-05-01'),
      ),
      expected: 'full NOTIFIED',
    },
  ];
  it.each(table)('$name', ({ given: example, expected }) => {
    expect(answer(example)).toBe(expected);
  });
});
