import { describe, expect, test } from 'vitest';
import { DirectiveError } from '../../directives/directiveError.ts';
import { fieldRules } from '../../directives/fieldRules.ts';
import { notRepeatable } from '../../directives/notRepeatable.ts';
import { PERSONAL_DEFINITION, PRIVACY_URL, PURPOSE_DEFINITION } from '../../directives/spec.ts';
import { composed } from './composed.ts';

/** A subgraph's links and definitions with the directives called `personal` and `purpose`. */
function linked(as: string, imports: string, personal: string, purpose: string): string {
  return `extend schema @link(url: "${PRIVACY_URL}"${as}${imports})
    @composeDirective(name: "@${personal}") @composeDirective(name: "@${purpose}")
    ${PERSONAL_DEFINITION.replace('@personal', `@${personal}`)} ${PURPOSE_DEFINITION.replace('@purpose', `@${purpose}`)}`;
}

describe('applications are found by link url, whatever the names', () => {
  const table = [
    {
      name: 'imported',
      as: '',
      imports: ', import: ["@personal", "@purpose"]',
      personal: 'personal',
      purpose: 'purpose',
    },
    {
      name: 'imported under other names',
      as: '',
      imports: ', import: [{name: "@personal", as: "@pii"}, {name: "@purpose", as: "@for"}]',
      personal: 'pii',
      purpose: 'for',
    },
    { name: 'prefixed', as: '', imports: '', personal: 'privacy__personal', purpose: 'privacy__purpose' },
    {
      name: 'prefixed otherwise',
      as: ', as: "gdpr"',
      imports: '',
      personal: 'gdpr__personal',
      purpose: 'gdpr__purpose',
    },
    {
      name: 'one of each',
      as: ', as: "gdpr"',
      imports: ', import: [{name: "@personal", as: "@pii"}]',
      personal: 'pii',
      purpose: 'gdpr__purpose',
    },
  ];
  test.each(table)('$name', ({ as, imports, personal, purpose }) => {
    const sdl = composed(
      { a: `type Query { name: String @${personal}(category: "identity.name") @${purpose}(deny: ["m"]) }` },
      linked(as, imports, personal, purpose),
    );
    const rules = fieldRules(sdl);
    expect(rules.linked).toBe(true);
    expect(rules.field('Query', 'name')).toMatchObject({ categories: ['identity.name'], deny: ['m'] });
    expect(notRepeatable(sdl)).toEqual([]);
  });

  test("somebody else's @personal is none of ours", () => {
    const sdl = composed(
      { a: 'type Query { name: String @personal(category: "identity.name") }' },
      linked('', ', import: ["@personal", "@purpose"]', 'personal', 'purpose').replace(
        PRIVACY_URL,
        'https://example.com/mine/v1.0',
      ),
    );
    expect(sdl).toContain('@personal(category:');
    expect(fieldRules(sdl)).toMatchObject({ linked: false });
    expect(fieldRules(sdl).field('Query', 'name')).toBeNull();
  });
});

describe('links that are meant to be ours and are not', () => {
  const SDL = composed({ a: 'type Query { name: String @personal(category: "identity.name") }' });
  const table = [
    {
      name: 'another major version',
      from: '/privacy/v1.0',
      to: '/privacy/v2.0',
      expected: /expected version 1/,
    },
    {
      name: 'a later minor version',
      from: '/privacy/v1.0',
      to: '/privacy/v1.1',
      expected: /newer than this release/,
    },
    {
      name: 'another scheme',
      from: 'https://specs.sudare',
      to: 'http://specs.sudare',
      expected: /expected the url/,
    },
    { name: 'a slip in the path', from: '/privacy/v1.0', to: '/privcy/v1.0', expected: /expected the url/ },
    { name: 'an unknown import', from: '["@personal"', to: '["@personnel"', expected: /expected import/ },
    { name: 'an import of no string', from: '["@personal"', to: '[1', expected: /expected import/ },
    {
      name: 'two links',
      from: '  @link(url: "https://specs.sudare',
      to: `  @link(url: "${PRIVACY_URL}")\n  @link(url: "https://specs.sudare`,
      expected: /linked twice/,
    },
  ];
  test.each(table)('$name', ({ from, to, expected }) => {
    const changed = SDL.replace(from, to);
    expect(changed).not.toBe(SDL);
    expect(() => fieldRules(changed)).toThrow(DirectiveError);
    expect(() => fieldRules(changed)).toThrow(expected);
  });

  test('a definition without repeatable is told', () => {
    expect(notRepeatable(SDL)).toEqual([]);
    expect(
      notRepeatable(SDL.replace('repeatable on OBJECT | INTERFACE | SCALAR | FIELD_DEFINITION', 'on OBJECT')),
    ).toEqual(['@purpose']);
  });
});
