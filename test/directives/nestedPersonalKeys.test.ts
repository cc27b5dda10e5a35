import { expect, it } from 'vitest';
import { fieldRules } from '../../directives/fieldRules.ts';
import { composed } from './composed.ts';

it('a key with a personal part that only its entity leads to is about whom the entity is about', () => {
  const rules = fieldRules(
    composed({
      accounts: `
        type Query { me: User }
        type User @key(fields: "id org { code }") @personal(subject: ["id"]) { id: ID! org: Org! name: String }
        type Org { code: ID! @shareable @personal(category: "identity.name") }
      `,
      clubs: `
        type User @key(fields: "id org { code }") { id: ID! org: Org! club: String }
        type Org { code: ID! @shareable }
      `,
    }),
  );
  for (const field of ['id', 'org', 'club']) {
    const rule = rules.field('User', field);
    expect(rule?.categories).toEqual(['identity.name']);
    expect(rule?.enclosing).toBe(true);
    expect(rule?.subjects).toEqual([]);
  }
});
