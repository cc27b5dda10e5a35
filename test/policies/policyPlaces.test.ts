import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { policyPlaces } from '../../policies/policyPlaces.ts';

let text = '';
beforeAll(async () => {
  text = await readFile('policies/crowdworks/policy.yaml', 'utf8');
});

describe('where an entry stands', () => {
  it.each([
    {
      name: 'a value',
      path: ['purposes', 'service.support', 'levels', 'contact'],
      line: '      contact: full',
      entry: 'purposes › service.support › levels › contact: full',
    },
    {
      name: 'a mapping on one line',
      path: ['purposes', 'marketing.recommendation', 'basis', 'internal'],
      line: '    basis: { internal: consent }',
      entry: 'purposes › marketing.recommendation › basis › internal: consent',
    },
    {
      name: 'an entry of a list',
      path: ['purposes', 'service.environment', 'lookups', 1],
      line: '    lookups: [account.loginId, network.ip]',
      entry: 'purposes › service.environment › lookups: network.ip',
    },
    {
      name: 'a whole entry',
      path: ['categories', 'contact.email'],
      line: '  contact.email:',
      entry: 'categories › contact.email',
    },
    {
      name: 'what an alias stands for',
      path: ['purposes', 'joint.surveys', 'levels', 'usage.history'],
      line: '      usage.history: masked',
      entry: 'purposes › joint.surveys › levels › usage.history: masked',
    },
  ])('$name', ({ path, line, entry }) => {
    const place = policyPlaces(text).at(...path);
    expect(place?.entry).toBe(entry);
    expect(text.split('\n')[(place?.line ?? 0) - 1]).toBe(line);
  });

  it.each([
    { name: 'a default', path: ['purposes', 'service.support', 'fallback'] },
    { name: 'an unknown key', path: ['purposes', 'toString', 'levels'] },
    { name: 'an index beyond the list', path: ['purposes', 'service.environment', 'lookups', 9] },
    { name: 'a key of a value', path: ['name', 'length'] },
  ])('is not told of $name', ({ path }) => {
    expect(policyPlaces(text).at(...path)).toBeNull();
  });
});
