import { describe, expect, it } from 'vitest';
import { compose, hasErrors } from '../../directives/compose.ts';
import { DEFAULT_SETTINGS } from '../../directives/ruleSettings.ts';
import { PERSONAL_DEFINITION, PRIVACY_URL, PURPOSE_DEFINITION } from '../../directives/spec.ts';
import { loadPolicy } from '../../policies/loadPolicy.ts';

/** Ways of linking and exporting that lose what is applied as `@personal` or `@purpose`. */
const losing = [
  { name: 'one not imported', link: 'import: ["@personal"]', exports: ['@personal'] },
  {
    name: 'one imported by another name',
    link: 'import: ["@personal", { name: "@purpose", as: "@use" }]',
    exports: ['@personal'],
  },
  { name: 'a prefix', link: 'as: "sud", import: ["@personal"]', exports: ['@personal'] },
  { name: 'no import', link: null, exports: [] },
  { name: 'an empty import', link: 'import: []', exports: [] },
  { name: 'import without @', link: 'import: ["personal", "purpose"]', exports: [] },
] as const;

describe('what no link of the privacy spec gives a name', () => {
  it.each(losing)('is not composed away: $name', async ({ link, exports }) => {
    const sdl = `extend schema
      @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
      @link(url: "${PRIVACY_URL}"${link === null ? '' : `, ${link}`})
      ${exports.map((name) => `@composeDirective(name: "${name}")`).join(' ')}
      ${PERSONAL_DEFINITION} ${PURPOSE_DEFINITION}
      type Query { me: User }
      type User @key(fields: "id") @personal(subject: ["id"]) {
        id: ID!
        phone: String @personal(category: "contact.telephone") @purpose(allow: ["service.support"])
        motto: String @personal(category: "usage.content")
      }`;
    const { supergraphSdl, findings } = compose({
      subgraphs: [{ name: 'people', url: 'http://127.0.0.1:1/', file: 'people.graphql', sdl }],
      overlays: [],
      policy: await loadPolicy('policies/crowdworks/policy.yaml'),
      settings: DEFAULT_SETTINGS,
    });
    expect(supergraphSdl).toBeNull();
    expect(hasErrors(findings)).toBe(true);
    expect(findings.map(({ rule }) => rule)).toContain('unexported-directive');
  });
});
