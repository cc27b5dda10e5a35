import { beforeAll, describe, expect, it } from 'vitest';
import { loadPolicy } from '../../policies/loadPolicy.ts';
import type { Policy } from '../../policies/policy.ts';
import { POLICY_FILE } from './company.ts';

let policy: Policy;
beforeAll(async () => {
  policy = await loadPolicy(POLICY_FILE);
});

const SEAT = '6F Yebisu Garden Place Tower, 4-20-3 Ebisu, Shibuya-ku, Tokyo 150-6006';

describe('whom the policy names', () => {
  it('Article 1: the Company and its subsidiaries, who are one recipient in their own operations', () => {
    expect(policy.controllers).toEqual([
      { article: '1', name: 'CrowdWorks, Inc.', address: SEAT },
      { article: '1', name: 'Subsidiaries of CrowdWorks, Inc. (group companies)', address: 'unknown' },
    ]);
    const own = [...policy.recipients.values()].filter(({ article }) => article === '1');
    expect(own.map(({ key, kind }) => [key, kind])).toEqual([['internal', 'internal']]);
  });

  it('Article 6: a personal information handling manager, of whom no more is known', () => {
    expect(policy.officer).toEqual({
      article: '6',
      name: 'Personal information handling manager',
      address: 'unknown',
    });
  });

  it('Article 10: the help desk for complaints', () => {
    expect(policy.contact).toEqual({
      article: '10',
      name: 'CrowdWorks, Inc. Personal Information Representative',
      address: SEAT,
    });
  });
});
